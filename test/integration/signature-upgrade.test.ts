import { createHash } from "node:crypto";
import { join } from "node:path";
import { answerTimeStampRequest } from "@nexbasira/core/authority/time-stamp-authority.ts";
import { EvidenceFile } from "@nexbasira/core/contract/evidence.ts";
import { findEvidenceFile } from "@nexbasira/core/database/evidence-files.ts";
import { isFileNamed } from "@nexbasira/core/database/retention.ts";
import { JobQueue } from "@nexbasira/core/jobs/job-queue.ts";
import { createLogger } from "@nexbasira/core/log/logger.ts";
import { Links } from "@nexbasira/core/secrets/links.ts";
import { DiskStorage } from "@nexbasira/core/storage/storage.ts";
import * as asn1js from "asn1js";
import { sql } from "kysely";
import * as pkijs from "pkijs";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { deleteFiles } from "../../workers/retention/delete-files.ts";
import { signEvidence } from "../../workers/signing/sign-evidence.ts";
import { NoTimeStamp } from "../../workers/signing/time-stamp-client.ts";
import { upgradeSignature } from "../../workers/signing/upgrade-signature.ts";
import { upgradeSignatures } from "../../workers/signing/upgrade-signatures.ts";
import { endSessionWith, readWholeLog, storageOf } from "../helpers/ended-session.ts";
import { Instance } from "../helpers/instance.ts";
import { makePdf } from "../helpers/make-pdf.ts";
import { down, honestOcsp, issueOcspKey, localWay, startRevocationServer } from "../helpers/revocation-server.ts";
import { issueTimeStampKey, makeTestAuthority } from "../helpers/test-authority.ts";
import { honest, send, startTimeStampServer, type TimeStampHandler } from "../helpers/time-stamp-server.ts";

const DAY_MS = 86_400_000;

const server = await startRevocationServer();
const revocation = server.addresses;
const root = await makeTestAuthority("Root");
const responder = await issueOcspKey(root);
const key = await root.issueKey("Signer", { revocation });
const tsa = await issueTimeStampKey(root, { revocation, validUntil: 29 });
let stamp: TimeStampHandler = honest(tsa);
const stampServer = await startTimeStampServer((request, response) => stamp(request, response));

let instance: Instance;
let jobs: JobQueue;
beforeAll(async () => {
  instance = await Instance.start(["server"]);
  jobs = new JobQueue({ databaseUrl: instance.testDatabase.url, works: false, onError: () => {} });
  await jobs.start();
});
beforeEach(() => {
  stamp = honest(tsa);
  Object.assign(server.handlers, { ocsp: honestOcsp(responder), crl: down });
});
afterAll(async () => {
  await jobs?.close();
  await instance?.stop();
  await Promise.all([server.close(), stampServer.close()]);
});

const database = () => instance.testDatabase.database;

function context(storage = storageOf(instance)) {
  return {
    database: database(),
    jobs,
    log: createLogger("test", "error"),
    storage,
    links: new Links({ publicUrl: instance.url, phoneUrl: null, secret: "0".repeat(32) }),
    key,
    timeStamps: [
      { url: stampServer.url, roots: [root.certificate], policy: null, name: "test", qualified: false },
    ] as const,
    certificateWay: localWay,
    development: true,
  };
}

/** A session whose report is there to be signed. */
async function reportToSign(): Promise<string> {
  const { session } = await endSessionWith(instance, []);
  const report = await storageOf(instance).put(await makePdf());
  await database()
    .updateTable("evidence_files")
    .set({ status: "signing", report_key: report.key, pdf_key: null, pdf_sha256: null, pdf_size: null })
    .where("session_id", "=", session.id)
    .execute();
  return session.id;
}

async function read(sessionId: string) {
  const file = (await findEvidenceFile(database(), sessionId)) ?? expect.fail();
  return { ...file, bytes: await storageOf(instance).read(file.pdf_key ?? expect.fail()) };
}

async function upgrades(sessionId: string) {
  const log = await readWholeLog(database(), (await findEvidenceFile(database(), sessionId))?.org_id ?? expect.fail());
  return log.filter(({ action, session_id }) => action === "evidence_file.upgraded" && session_id === sessionId);
}

async function storedBytes(): Promise<number> {
  const row = await database()
    .selectFrom("usage_counters")
    .select(({ fn }) => fn.sum<number>("value").as("bytes"))
    .where("metric", "=", "storage_bytes")
    .executeTakeFirstOrThrow();
  return Number(row.bytes);
}

/** Those that nothing names any more, whether they are due yet or not. */
async function filesToDelete(): Promise<string[]> {
  const rows = await database().selectFrom("files_to_delete").select("storage_key").execute();
  const keys = rows.map(({ storage_key }) => storage_key);
  const named = await Promise.all(keys.map((key) => isFileNamed(database(), key)));
  return keys.filter((_key, index) => !named[index]);
}

async function waitingUpgrades(sessionId: string): Promise<{ attempt: number; in_s: number }[]> {
  const { rows } = await sql<{ attempt: number; in_s: number }>`
    select (data->>'attempt')::int as attempt, extract(epoch from start_after - created_on)::int as in_s
    from pgboss.job where name = 'upgrade-signature' and data->>'session_id' = ${sessionId} order by 1`.execute(
    database(),
  );
  return rows;
}

test("a report is signed, reaches B-LTA and says so, with nothing left to do", async () => {
  const sessionId = await reportToSign();
  await signEvidence(context(), sessionId, 1);
  const file = await read(sessionId);
  expect(file).toMatchObject({ status: "ready", baseline: "B-LTA" });
  expect(file.timestamp_expires_at).toEqual(tsa.certificate.notAfter.value);
  expect(file.pdf_sha256).toBe(createHash("sha256").update(file.bytes).digest("hex"));
  expect(await waitingUpgrades(sessionId)).toEqual([]);
  const answer = EvidenceFile.parse(await (await instance.api(`/v1/sessions/${sessionId}/evidence`)).json());
  expect(answer.signature?.baseline).toBe("B-LTA");
});

test("it is delivered as B-T while nobody answers on revocation, and brought to B-LTA once somebody does", async () => {
  server.handlers.ocsp = down;
  const sessionId = await reportToSign();
  await signEvidence(context(), sessionId, 1);
  const before = await read(sessionId);
  expect(before).toMatchObject({ status: "ready", baseline: "B-T", timestamp_expires_at: null });
  const bytesBefore = await storedBytes();

  await upgradeSignature(context(), { session_id: sessionId, attempt: 1 });
  expect((await read(sessionId)).pdf_sha256).toBe(before.pdf_sha256);
  await upgradeSignature(context(), { session_id: sessionId, attempt: 2 });
  const waiting = await waitingUpgrades(sessionId);
  expect(waiting.map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
  expect(waiting.map(({ in_s }) => in_s)).toEqual([30, 60, 300]);
  expect(await upgrades(sessionId)).toEqual([]);

  server.handlers.ocsp = honestOcsp(responder);
  // Twice at once, as when a worker is taken for dead that is not.
  await Promise.all([3, 3].map((attempt) => upgradeSignature(context(), { session_id: sessionId, attempt })));
  const after = await read(sessionId);
  expect(after).toMatchObject({ status: "ready", baseline: "B-LTA", signature_id: before.signature_id });
  expect(after.bytes.subarray(0, before.bytes.length).equals(before.bytes)).toBe(true);
  expect(after.pdf_size).toBe(after.bytes.length);
  expect(after.pdf_sha256).toBe(createHash("sha256").update(after.bytes).digest("hex"));
  expect(await storedBytes()).toBe(bytesBefore + after.bytes.length - before.bytes.length);
  const entries = await upgrades(sessionId);
  expect(entries).toHaveLength(1);
  expect(entries[0]).toMatchObject({
    actor: { type: "system", id: "signing" },
    object: { type: "evidence_file", id: sessionId },
    object_hash: after.pdf_sha256,
    details: {
      previous_sha256: before.pdf_sha256,
      previous_size: before.pdf_size,
      previous_baseline: "B-T",
      size: after.pdf_size,
      baseline: "B-LTA",
    },
  });
  // The delivered one, and that of the run that was too late.
  const letGo = await filesToDelete();
  expect(letGo).toHaveLength(2);
  expect(letGo).toContain(before.pdf_key);
  expect(letGo).not.toContain(after.pdf_key);
  expect(await waitingUpgrades(sessionId)).toHaveLength(3);
});

test("it is not delivered without a time stamp at once, but signed again soon", async () => {
  stamp = down;
  const sessionId = await reportToSign();
  await expect(signEvidence(context(), sessionId, 1)).rejects.toBeInstanceOf(NoTimeStamp);
  expect(await findEvidenceFile(database(), sessionId)).toMatchObject({ status: "signing", pdf_key: null });
  stamp = honest(tsa);
  await signEvidence(context(), sessionId, 1);
  expect((await read(sessionId)).baseline).toBe("B-LTA");
});

test.each<[string, () => TimeStampHandler]>([
  ["is down", () => down],
  ["stamps something else", () => ofAnother],
])("while the authority %s it is delivered as B-B in the end, and brought to B-LTA later", async (_name, handler) => {
  stamp = handler();
  const sessionId = await reportToSign();
  await expect(signEvidence(context(), sessionId, 4)).rejects.toBeInstanceOf(NoTimeStamp);
  await signEvidence(context(), sessionId, 5);
  const before = await read(sessionId);
  expect(before).toMatchObject({
    status: "ready",
    baseline: "B-B",
    timestamp_authority: null,
    timestamp_expires_at: null,
  });
  expect(await waitingUpgrades(sessionId)).toEqual([{ attempt: 1, in_s: 30 }]);
  const told = await database().selectFrom("events").selectAll().where("session_id", "=", sessionId).execute();
  const completed = told.find(({ type }) => type === "signature.completed") ?? expect.fail();
  expect(completed.data).toMatchObject({ signature: { baseline: "B-B", timestamp_authority: null } });

  stamp = honest(tsa);
  await upgradeSignature(context(), { session_id: sessionId, attempt: 1 });
  const after = await read(sessionId);
  expect(after).toMatchObject({
    baseline: "B-LTA",
    timestamp_authority: "CN=Test TSA, O=Test",
    timestamp_expires_at: tsa.certificate.notAfter.value,
    signed_at: before.signed_at,
  });
  expect(after.bytes.subarray(0, before.bytes.length).equals(before.bytes)).toBe(true);
  expect(await upgrades(sessionId)).toMatchObject([{ details: { previous_baseline: "B-B", baseline: "B-LTA" } }]);
});

/** Its token is true, but over another digest than was sent. */
const ofAnother: TimeStampHandler = async (der, response) => {
  const request = pkijs.TimeStampReq.fromBER(der);
  request.messageImprint.hashedMessage = new asn1js.OctetString({ valueHex: new Uint8Array(32) });
  send(response, await answerTimeStampRequest(tsa, new Uint8Array(request.toSchema().toBER())));
};

test("a worker killed between storing and naming the file changes nothing of what comes out", async () => {
  server.handlers.ocsp = down;
  const sessionId = await reportToSign();
  await signEvidence(context(), sessionId, 1);
  const before = await read(sessionId);
  server.handlers.ocsp = honestOcsp(responder);
  class Killed extends DiskStorage {
    override async take(...parts: Parameters<DiskStorage["take"]>): Promise<never> {
      await super.take(...parts);
      throw new Error("killed");
    }
  }
  const killed = new Killed(join(instance.dataDir, "storage"));
  const upgrading = upgradeSignature(context(killed), { session_id: sessionId, attempt: 1 });
  await expect(upgrading).rejects.toThrow("killed");
  expect(await read(sessionId)).toMatchObject({ pdf_sha256: before.pdf_sha256, baseline: "B-T" });
  await upgradeSignature(context(), { session_id: sessionId, attempt: 1 });
  expect((await read(sessionId)).baseline).toBe("B-LTA");
  expect(await upgrades(sessionId)).toHaveLength(1);

  // What the killed one has stored and nothing names is removed once it is old enough.
  const left = (await filesToDelete()).filter((key) => key !== before.pdf_key);
  for (const key of left) await storageOf(instance).read(key);
  expect(left.length).toBeGreaterThan(0);
  const journals = join(instance.dataDir, "journals");
  const sweep = () => deleteFiles({ ...context(), journals }, new AbortController().signal, 0);
  await sweep();
  for (const key of left) await storageOf(instance).read(key);
  await database().updateTable("files_to_delete").set({ since: sql`now()` }).execute();
  await sweep();
  for (const key of left) await expect(storageOf(instance).read(key)).rejects.toThrow("ENOENT");
  expect((await read(sessionId)).bytes.length).toBeGreaterThan(0);
});

test("a file below B-LTA is looked for daily once the attempts of its first day are over, for two months", async () => {
  server.handlers.ocsp = down;
  const sessionId = await reportToSign();
  await signEvidence(context(), sessionId, 1);
  await upgradeSignature(context(), { session_id: sessionId, attempt: 7 });
  expect((await waitingUpgrades(sessionId)).map(({ attempt }) => attempt)).toEqual([1]);
  await upgradeSignatures(context());
  expect(await waitingUpgrades(sessionId)).toMatchObject([{ attempt: 1 }, { attempt: 7, in_s: 0 }]);
  const signed_at = new Date(Date.now() - 61 * DAY_MS);
  await database().updateTable("evidence_files").set({ signed_at }).where("session_id", "=", sessionId).execute();
  await upgradeSignatures(context());
  expect(await waitingUpgrades(sessionId)).toHaveLength(2);
});

test("a document time stamp is renewed before its certificate ends, once there is one that lasts longer", async () => {
  const sessionId = await reportToSign();
  await signEvidence(context(), sessionId, 1);
  const before = await read(sessionId);
  expect(before.timestamp_expires_at?.getTime()).toBeLessThan(Date.now() + 30 * DAY_MS);

  expect(await upgradeSignatures(context())).toBeGreaterThanOrEqual(1);
  expect(await waitingUpgrades(sessionId)).toEqual([{ attempt: 7, in_s: 0 }]);
  // The authority still has the same certificate: another time stamp of it would gain nothing.
  await upgradeSignature(context(), { session_id: sessionId, attempt: 1 });
  expect((await read(sessionId)).pdf_sha256).toBe(before.pdf_sha256);

  const next = await issueTimeStampKey(root, { revocation, validUntil: 29.5 });
  stamp = honest(next);
  await upgradeSignature(context(), { session_id: sessionId, attempt: 1 });
  const after = await read(sessionId);
  expect(after.timestamp_expires_at).toEqual(next.certificate.notAfter.value);
  expect(after.bytes.subarray(0, before.bytes.length).equals(before.bytes)).toBe(true);
  expect(await upgrades(sessionId)).toHaveLength(1);
});

test("a file that was deleted meanwhile is left alone, and so is one with much time left", async () => {
  const sessionId = await reportToSign();
  await signEvidence(context(), sessionId, 1);
  const before = await read(sessionId);
  const farAway = new Date(Date.now() + 91 * DAY_MS);
  const row = database().updateTable("evidence_files").where("session_id", "=", sessionId);
  await row.set({ timestamp_expires_at: farAway }).execute();
  stamp = vi.fn();
  await upgradeSignature(context(), { session_id: sessionId, attempt: 1 });
  await row.set({ timestamp_expires_at: new Date(), pdf_key: null }).execute();
  await upgradeSignature(context(), { session_id: sessionId, attempt: 1 });
  expect(stamp).not.toHaveBeenCalled();
  expect(await upgrades(sessionId)).toEqual([]);
  expect(before.baseline).toBe("B-LTA");
});
