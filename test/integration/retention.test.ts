import { createHash, randomBytes } from "node:crypto";
import { mkdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Problem } from "@nexbasira/core/contract/common.ts";
import { EvidenceFile, EvidenceItem } from "@nexbasira/core/contract/evidence.ts";
import { RetainedSession, RetainedSessionPage } from "@nexbasira/core/contract/retention.ts";
import { Session } from "@nexbasira/core/contract/session.ts";
import { inTransaction } from "@nexbasira/core/database/database.ts";
import { JobQueue } from "@nexbasira/core/jobs/job-queue.ts";
import { type RawBuilder, sql } from "kysely";
import sharp from "sharp";
import { afterAll, beforeAll, expect, test } from "vitest";
import { deriveItem } from "../../workers/images/derive-item.ts";
import { deleteFiles } from "../../workers/retention/delete-files.ts";
import { keepRetention } from "../../workers/retention/keep-retention.ts";
import { Child } from "../helpers/child.ts";
import { type EndedSession, endSessionWith, readWholeLog, storageOf } from "../helpers/ended-session.ts";
import { Instance } from "../helpers/instance.ts";
import { handwriting, seedBoard } from "../helpers/seed-board.ts";
import { signIn } from "../helpers/sign-in.ts";
import { describeCapture } from "../helpers/upload-capture.ts";
import { waitFor } from "../helpers/wait-for.ts";

const DAY_MS = 86_400_000;
const LONG_AGO = () => new Date(Date.now() - 40 * DAY_MS);
const { signal } = new AbortController();

let instance: Instance;
let jobs: JobQueue;
let owner: Record<string, string>;
let orgId: number;
beforeAll(async () => {
  instance = await Instance.start(["server"]);
  owner = await signIn(instance);
  jobs = new JobQueue({ databaseUrl: instance.testDatabase.url, works: false, onError: () => {} });
  await jobs.start();
  orgId = (await database().selectFrom("organizations").select("id").executeTakeFirstOrThrow()).id;
});
afterAll(async () => {
  await jobs?.close();
  await instance?.stop();
});

const database = () => instance.testDatabase.database;
const bytes = () => new Uint8Array(randomBytes(2000));
const keep = () => keepRetention({ database: database(), jobs }, signal);
const removeFiles = (young_ms = 0) =>
  deleteFiles(
    { database: database(), storage: storageOf(instance), journals: join(instance.dataDir, "journals") },
    signal,
    young_ms,
  );
const isStored = (content: Uint8Array) => isStoredAs(createHash("sha256").update(content).digest("hex"));
const isStoredAs = (sha256: string) =>
  stat(join(instance.dataDir, "storage/files", sha256.slice(0, 2), sha256)).then(
    () => true,
    () => false,
  );

/** A call of the console by the owner. */
async function call(method: string, path: string, body?: unknown): Promise<Response> {
  return fetch(`${instance.url}/console/api${path}`, {
    method,
    headers: owner,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

async function setRule(evidence_days: number | null, personal_data_days: number | null = null): Promise<void> {
  const answer = await call("PATCH", "/organization", { retention: { evidence_days, personal_data_days } });
  expect(answer.status).toBe(200);
}

async function storedBytes(): Promise<number> {
  const row = await database()
    .selectFrom("usage_counters")
    .select("value")
    .where("org_id", "=", orgId)
    .where("metric", "=", "storage_bytes")
    .executeTakeFirst();
  return row?.value ?? 0;
}

async function read<T>(path: string, schema: { parse: (given: unknown) => T }): Promise<T> {
  return schema.parse(await (await instance.api(path)).json());
}

test("without a rule everything is kept for ever", async () => {
  await setRule(null);
  const content = bytes();
  const { items } = await endSessionWith(instance, [content], { endedAt: new Date(Date.now() - 5000 * DAY_MS) });
  expect(await keep()).toMatchObject({ deleted: 0 });
  expect((await read(`/v1/evidence/${items[0]}`, EvidenceItem)).deleted_at).toBeNull();
});

test("a session whose time is over loses its contents and keeps its rows, hashes and log", async () => {
  await setRule(30);
  await keep();
  const before = await storedBytes();
  const contents = [bytes(), bytes()];
  const over = await endSessionWith(instance, contents, { endedAt: LONG_AGO() });
  expect(await isStoredAs(over.pdf.sha256)).toBe(true);
  const fresh = await endSessionWith(instance, [bytes()], { endedAt: new Date() });
  const freshBytes = await storedBytes();
  const item = await read(`/v1/evidence/${over.items[0]}`, EvidenceItem);
  const log = await readWholeLog(database(), orgId);

  await keep();
  const after = await read(`/v1/evidence/${over.items[0]}`, EvidenceItem);
  expect(after).toMatchObject({ id: item.id, sha256: item.sha256, size: item.size, captured_at: item.captured_at });
  expect(after.deleted_at).not.toBeNull();
  // The bytes are out of reach at once, and off the disk with the next run of the job.
  const gone = await fetch(item.content_url);
  expect([gone.status, Problem.parse(await gone.json()).code]).toEqual([410, "evidence_deleted"]);
  const content = await instance.api(`/v1/evidence/${item.id}/content`, { redirect: "manual" });
  expect([content.status, Problem.parse(await content.json()).code]).toEqual([410, "evidence_deleted"]);
  expect(new URL(after.content_url).pathname).toBe(`/v1/evidence/${item.id}/content`);
  await removeFiles();
  expect(await Promise.all(contents.map(isStored))).toEqual([false, false]);
  expect(await isStoredAs(over.pdf.sha256)).toBe(false);

  const file = await read(`/v1/sessions/${over.session.id}/evidence`, EvidenceFile);
  expect(file).toMatchObject({ status: "ready", pdf_url: null, pdf_sha256: over.pdf.sha256 });
  expect(file.deleted_at).not.toBeNull();
  expect((await read(`/v1/sessions/${over.session.id}`, Session)).evidence_deleted_at).not.toBeNull();
  expect((await read(`/v1/evidence/${fresh.items[0]}`, EvidenceItem)).deleted_at).toBeNull();

  const later = await readWholeLog(database(), orgId);
  expect(later.slice(0, log.length)).toEqual(log);
  expect(later.slice(log.length).filter(({ action }) => action === "session.evidence_deleted")).toMatchObject([
    { actor: { type: "system", id: "retention" }, session_id: over.session.id, details: { by: "rule" } },
  ]);
  expect(freshBytes - before).toBe(6000 + over.pdf.size + fresh.pdf.size);
  expect(await storedBytes()).toBe(freshBytes - 4000 - over.pdf.size);
});

test("a session's own rule goes before the organization's, in both directions", async () => {
  await setRule(30);
  const kept = await endSessionWith(instance, [bytes()], {
    endedAt: LONG_AGO(),
    request: { retention: { evidence_days: null } },
  });
  await setRule(null);
  const short = await endSessionWith(instance, [bytes()], {
    endedAt: LONG_AGO(),
    request: { retention: { evidence_days: 7 } },
  });
  expect(short.session.retention).toEqual({ evidence_days: 7 });
  await keep();
  expect((await read(`/v1/sessions/${short.session.id}`, Session)).evidence_deleted_at).not.toBeNull();
  await setRule(30);
  await keep();
  expect((await read(`/v1/sessions/${kept.session.id}`, Session)).evidence_deleted_at).toBeNull();
});

test("nothing of a held session is deleted, by rule or by hand, until the hold is removed", async () => {
  await setRule(null);
  const content = bytes();
  const { session } = await endSessionWith(instance, [content], { endedAt: LONG_AGO() });
  const held = RetainedSession.parse(
    await (await call("POST", `/sessions/${session.id}/legal-hold`, { reason: "Case 12 C 7/2026, Marie L." })).json(),
  );
  expect(held.legal_hold).toMatchObject({ reason: "Case 12 C 7/2026, Marie L." });
  await call("POST", `/sessions/${session.id}/legal-hold`, { reason: "another" });
  await setRule(30, 30);
  await keep();
  const byHand = await call("POST", `/sessions/${session.id}/evidence-deletion`, { reference: session.reference });
  expect([byHand.status, Problem.parse(await byHand.json()).code]).toEqual([409, "legal_hold"]);
  await removeFiles();
  expect(await isStored(content)).toBe(true);
  const list = await call("GET", "/retained-sessions?state=held");
  expect(RetainedSessionPage.parse(await list.json()).data).toMatchObject([{ id: session.id }]);

  expect((await call("DELETE", `/sessions/${session.id}/legal-hold`)).status).toBe(204);
  await keep();
  await removeFiles();
  expect(await isStored(content)).toBe(false);
  const log = await readWholeLog(database(), orgId);
  const ofSession = log.filter(({ session_id }) => session_id === session.id);
  expect(ofSession.map(({ action }) => action).filter((action) => action.startsWith("legal_hold"))).toEqual([
    "legal_hold.set",
    "legal_hold.removed",
  ]);
  expect(JSON.stringify(ofSession)).not.toContain("Marie");
});

test("deletion by hand asks for the reference, and does not touch what is not over", async () => {
  await setRule(null);
  const { session } = await endSessionWith(instance, [bytes()]);
  const path = `/sessions/${session.id}/evidence-deletion`;
  expect((await call("POST", path, { reference: "INS-4287" })).status).toBe(400);
  await database()
    .updateTable("evidence_files")
    .set({ status: "report" })
    .where("session_id", "=", session.id)
    .execute();
  expect((await call("POST", path, { reference: session.reference })).status).toBe(409);
  await database()
    .updateTable("evidence_files")
    .set({ status: "failed" })
    .where("session_id", "=", session.id)
    .execute();
  const deleted = RetainedSession.parse(await (await call("POST", path, { reference: session.reference })).json());
  expect(deleted.evidence_deletion).toMatchObject({ by: "hand" });
  expect((await call("POST", path, { reference: session.reference })).status).toBe(200);
  const log = await readWholeLog(database(), orgId);
  const entries = log.filter(
    ({ session_id, action }) => session_id === session.id && action === "session.evidence_deleted",
  );
  expect(entries).toMatchObject([{ actor: { type: "member" }, details: { by: "hand" } }]);
});

test("a file that another session's item uses stays, and its counter with it", async () => {
  await setRule(30);
  const shared = bytes();
  const [over, other] = [
    await endSessionWith(instance, [shared], { endedAt: LONG_AGO() }),
    await endSessionWith(instance, [shared]),
  ];
  await keep();
  expect(await removeFiles()).toMatchObject({ shared: 1 });
  expect(await isStored(shared)).toBe(true);
  const item = await read(`/v1/evidence/${other.items[0]}`, EvidenceItem);
  expect(Buffer.from(await (await fetch(item.content_url)).arrayBuffer())).toEqual(Buffer.from(shared));
  expect((await read(`/v1/evidence/${over.items[0]}`, EvidenceItem)).deleted_at).not.toBeNull();
});

test("a file that was stored again a moment ago waits for a later run", async () => {
  await setRule(30);
  const content = bytes();
  await endSessionWith(instance, [content], { endedAt: LONG_AGO() });
  await keep();
  // Somebody uploads the same bytes: they are on the disk, and no row names them yet.
  await storageOf(instance).put(content);
  expect((await removeFiles(60_000)).young).toBeGreaterThan(0);
  expect(await isStored(content)).toBe(true);
  await removeFiles();
  expect(await isStored(content)).toBe(false);
});

test("two runs at once do what one does, and a killed one is gone on with", async () => {
  await setRule(30);
  const contents = Array.from({ length: 6 }, bytes);
  const sessions = [];
  for (const content of contents) sessions.push(await endSessionWith(instance, [content], { endedAt: LONG_AGO() }));
  const before = await storedBytes();
  const killed = new AbortController();
  killed.abort();
  await expect(keepRetention({ database: database(), jobs }, killed.signal)).rejects.toThrow();
  const runs = await Promise.all([keep(), keep(), keep()]);
  expect(runs.reduce((sum, { deleted }) => sum + deleted, 0)).toBe(6);
  expect(before - (await storedBytes())).toBe(6 * 2000 + sessions.reduce((sum, { pdf }) => sum + pdf.size, 0));
  const running = storageOf(instance);
  let removed = 0;
  const dying = Object.assign(Object.create(running), {
    remove: async (key: string, young_ms: number) => {
      if (removed++ === 3) throw new Error("killed");
      return running.remove(key, young_ms);
    },
  });
  const journals = join(instance.dataDir, "journals");
  await expect(deleteFiles({ database: database(), storage: dying, journals }, signal, 0)).rejects.toThrow("killed");
  await removeFiles();
  expect(await Promise.all(contents.map(isStored))).toEqual(contents.map(() => false));
  expect(await database().selectFrom("files_to_delete").selectAll().execute()).toEqual([]);
  await readWholeLog(database(), orgId);
});

test("a board, a drawn signature, a recording and a journal that is left go with the rest", async () => {
  await setRule(30);
  const { session, participant_id } = await endSessionWith(instance, [bytes()], { endedAt: LONG_AGO() });
  const strokes = handwriting(3).map((shape) => ({ op: "add", gesture: shape.id, shape }) as const);
  const { board_id } = await seedBoard(database(), session.id, strokes);
  const film = await storageOf(instance).put(randomBytes(3000));
  const ink = await storageOf(instance).put(Buffer.from("<svg/>"));
  await database()
    .insertInto("recordings")
    .values({
      id: "rec_01KS7BY4M9T2WQ6E1XZR8VHC5N",
      org_id: orgId,
      session_id: session.id,
      status: "ready",
      started_at: LONG_AGO(),
      mkv_key: film.key,
      mkv_sha256: film.sha256,
      mkv_size: film.size,
      mp4_key: film.key,
      mp4_sha256: film.sha256,
      mp4_size: film.size,
    })
    .execute();
  await database()
    .insertInto("participant_signatures")
    .values({
      id: "sig_01KS7BY4M9T2WQ6E1XZR8VHC5N",
      session_id: session.id,
      participant_id,
      name: "Marie L.",
      entries: JSON.stringify([{ author: participant_id, at: "2026-05-23T11:42:16Z", operation: { op: "undo" } }]),
      storage_key: ink.key,
      sha256: ink.sha256,
    })
    .execute();
  const journal = join(instance.dataDir, "journals", "rec_01KS7BY4M9T2WQ6E1XZR8VHC5N", "1");
  await mkdir(journal, { recursive: true });
  await writeFile(join(journal, "00000001"), "a journal");
  const before = await storedBytes();
  await keep();
  await removeFiles();
  expect(before - (await storedBytes())).toBeGreaterThanOrEqual(6000);
  await expect(storageOf(instance).read(film.key)).rejects.toThrow("ENOENT");
  await expect(storageOf(instance).read(ink.key)).rejects.toThrow("ENOENT");
  await expect(stat(journal)).rejects.toThrow("ENOENT");
  expect((await instance.api(`/v1/whiteboards/${board_id}.svg`)).status).toBe(410);
  const rows = await database()
    .selectFrom("recordings")
    .select(["mkv_key", "mp4_key", "mkv_sha256"])
    .where("session_id", "=", session.id)
    .execute();
  expect(rows).toEqual([{ mkv_key: null, mp4_key: null, mkv_sha256: film.sha256 }]);
  const { rows: left } = await sql`select 1 from board_operations o join whiteboards w on w.id = o.board_id
    where w.session_id = ${session.id}`.execute(database());
  expect(left).toEqual([]);
});

test("people are made unreadable when their time is over, never before the contents that show them", async () => {
  await setRule(null, 30);
  const { session, participant_id } = await endSessionWith(instance, [bytes()], {
    endedAt: LONG_AGO(),
    request: {
      participant: { name: "Marie Lefèvre", channel: "email", email: "marie@lefevre.example", phone: "+33612345678" },
      metadata: { insured: "Marie Lefèvre" },
      location: { address: "3 rue des Lilas, Lyon" },
    },
    capture: {
      title: "Kitchen of Marie Lefèvre",
      location: { latitude: 45.76, longitude: 4.83, accuracy_m: 5, age_s: 1 },
      location_status: "fixed",
    },
  });
  await keep();
  expect((await read(`/v1/sessions/${session.id}`, Session)).participant.name).toBe("Marie Lefèvre");
  const log = await readWholeLog(database(), orgId);
  await setRule(30, 30);
  await keep();
  const erased = await read(`/v1/sessions/${session.id}`, Session);
  expect(erased).toMatchObject({
    participant: { name: "[erased]", phone: null, email: null },
    location: null,
    metadata: {},
  });
  expect((await readWholeLog(database(), orgId)).slice(0, log.length)).toEqual(log);
  expect(await tablesWith("Lefèvre", "lefevre", "+33612345678", "rue des Lilas", "45.76")).toEqual([]);
  expect(log.some(({ actor }) => actor.id === participant_id)).toBe(true);
});

test("evidence that was on its way while the rest was deleted is refused, and leaves nothing", async () => {
  await setRule(null);
  const { session, uploader } = await endSessionWith(instance, [bytes()]);
  const late = bytes();
  const created = await uploader.create(describeCapture(late), late.length);
  const location = created.headers.get("location") ?? "";
  await uploader.send(location, 0, late.slice(0, 1000));
  await call("POST", `/sessions/${session.id}/evidence-deletion`, { reference: session.reference });
  const refused = await uploader.send(location, 1000, late.slice(1000));
  expect([refused.status, Problem.parse(await refused.json()).code]).toEqual([410, "evidence_deleted"]);
  await removeFiles();
  expect(await isStored(late)).toBe(false);
  const link = await fetch(`${instance.url}/join/${session.join_url.split("/s/")[1]}`);
  expect(link.status).toBe(200);
  const hold = await call("POST", `/sessions/${session.id}/legal-hold`, { reason: "too late" });
  expect([hold.status, Problem.parse(await hold.json()).code]).toEqual([410, "evidence_deleted"]);
});

test("a picture's small links end at once, and what is made of it while it is deleted goes, too", async () => {
  await setRule(null);
  const photo = async () =>
    new Uint8Array(
      await sharp(randomBytes(48 * 48 * 3), { raw: { width: 48, height: 48, channels: 3 } })
        .jpeg()
        .toBuffer(),
    );
  const { session, items } = await endSessionWith(instance, [await photo(), await photo()], { endedAt: LONG_AGO() });
  const [made = "", late = ""] = items;
  const storage = storageOf(instance);
  await deriveItem({ database: database(), storage }, made);
  const { thumbnail_url, preview_url } = await read(`/v1/evidence/${made}`, EvidenceItem);
  const statuses = () => Promise.all([thumbnail_url, preview_url].map(async (url) => (await fetch(url ?? "")).status));
  expect(await statuses()).toEqual([200, 200]);
  const derived: Buffer[] = [];
  const slow = Object.assign(storageOf(instance), {
    put: async (content: Buffer) => {
      const file = await storage.put(content);
      derived.push(content);
      const answer = await call("POST", `/sessions/${session.id}/evidence-deletion`, { reference: session.reference });
      expect(answer.status).toBe(200);
      return file;
    },
  });
  await deriveItem({ database: database(), storage: slow }, late);
  expect(await statuses()).toEqual([410, 410]);
  expect((await read(`/v1/evidence/${late}`, EvidenceItem)).thumbnail_url).toBeNull();
  expect(await Promise.all(derived.map(isStored))).toEqual([true, true]);
  await removeFiles();
  expect(await Promise.all(derived.map(isStored))).toEqual([false, false]);
});

/** Locks rows until the function is called. */
async function lock(rows: RawBuilder<unknown>): Promise<() => Promise<void>> {
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const { promise: held, resolve: hold } = Promise.withResolvers<void>();
  const transaction = inTransaction(database(), async (holding) => {
    await rows.execute(holding);
    hold();
    await released;
  });
  await Promise.race([held, transaction]);
  return () => {
    release();
    return transaction;
  };
}

const somebodyWaits = () =>
  waitFor("somebody to wait for a lock", async () => {
    const { rows } = await sql`select from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'`.execute(database());
    return rows.length > 0;
  });

test("a hold that is set while the job runs, and a rule that is made longer, are kept to", async () => {
  await setRule(30);
  await keep();
  const sessions: Session[] = [];
  for (let count = 0; count < 4; count += 1) {
    sessions.push((await endSessionWith(instance, [bytes()], { endedAt: LONG_AGO() })).session);
  }
  const [first, second, third, fourth] = sessions.toSorted((one, other) => (one.id < other.id ? -1 : 1));
  const deleted = async () => {
    const states = [first, second, third, fourth].map(async (session) => {
      return (await read(`/v1/sessions/${session?.id}`, Session)).evidence_deleted_at !== null;
    });
    return Promise.all(states);
  };
  const release = await lock(sql`select from sessions where id = ${first?.id} for update`);
  const running = keep();
  await somebodyWaits();
  expect((await call("POST", `/sessions/${third?.id}/legal-hold`, { reason: "12 C 7/2026" })).status).toBe(200);
  const releaseSecond = await lock(sql`select from sessions where id = ${second?.id} for update`);
  await release();
  await waitFor("the first to be deleted", async () => (await deleted())[0]);
  await setRule(3_000);
  await releaseSecond();
  await running;
  expect((await deleted()).slice(2)).toEqual([false, false]);
  await setRule(30);
  await keep();
  expect(await deleted()).toEqual([true, true, false, true]);
});

test("a job that is killed in the middle of a deletion has deleted nothing of it, and the next one goes on", async () => {
  await setRule(30);
  await keep();
  const contents = [bytes(), bytes()];
  const sessions: EndedSession[] = [];
  for (const content of contents) sessions.push(await endSessionWith(instance, [content], { endedAt: LONG_AGO() }));
  await removeFiles();
  const before = await storedBytes();
  const folders = [join(instance.dataDir, "storage"), join(instance.dataDir, "journals")];
  const killWhileItWaits = async (release: () => Promise<void>) => {
    const job = new Child("test/helpers/keep-retention.ts", instance.environment, folders);
    await somebodyWaits();
    expect(await job.stop("SIGKILL")).toBeNull();
    await release();
  };
  // With all of the rows let go of their files, and not committed.
  await killWhileItWaits(await lock(sql`select from usage_counters for update`));
  for (const { session, items } of sessions) {
    const item = await read(`/v1/evidence/${items[0]}`, EvidenceItem);
    expect([item.deleted_at, (await fetch(item.content_url)).status]).toEqual([null, 200]);
    expect((await read(`/v1/sessions/${session.id}`, Session)).evidence_deleted_at).toBeNull();
  }
  expect(await storedBytes()).toBe(before);
  const [, held] = sessions;
  await call("POST", `/sessions/${held?.session.id}/legal-hold`, { reason: "12 C 7/2026" });
  // A file is off the disk, and is not yet forgotten.
  await keep();
  await killWhileItWaits(await lock(sql`select from files_to_delete for update`));
  const job = new Child("test/helpers/keep-retention.ts", instance.environment, folders);
  await job.output();
  expect(await Promise.all(contents.map(isStored))).toEqual([false, true]);
  expect(await database().selectFrom("files_to_delete").selectAll().execute()).toEqual([]);
  expect(await storedBytes()).toBe(before - 2000 - (sessions[0]?.pdf.size ?? 0));
  await readWholeLog(database(), orgId);
});

/** The tables in which one of these texts stands anywhere. */
async function tablesWith(...texts: string[]): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select table_name as name from information_schema.tables
    where table_schema = 'public' and table_type = 'BASE TABLE'`.execute(database());
  const found: string[] = [];
  for (const { name } of rows) {
    const { rows: hits } = await sql`
      select 1 from ${sql.table(name)} t where t::text ilike any (${texts.map((text) => `%${text}%`)}) limit 1`.execute(
      database(),
    );
    if (hits.length > 0) found.push(name);
  }
  return found;
}
