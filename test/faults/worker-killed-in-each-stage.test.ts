import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { verifyStoredLog } from "@nexbasira/core/audit/verify-stored-log.ts";
import { certificatesPem } from "@nexbasira/core/authority/certificate.ts";
import { EventEnvelope } from "@nexbasira/core/contract/event.ts";
import { EvidenceFile } from "@nexbasira/core/contract/evidence.ts";
import type { JobName } from "@nexbasira/core/contract/jobs.ts";
import { Session } from "@nexbasira/core/contract/session.ts";
import { inTransaction } from "@nexbasira/core/database/database.ts";
import { JobQueue } from "@nexbasira/core/jobs/job-queue.ts";
import { DiskStorage } from "@nexbasira/core/storage/storage.ts";
import { sql } from "kysely";
import { expect, test } from "vitest";
import { verify } from "../../sdk/verify/src/index.ts";
import { enqueueSingleUpgrade } from "../../workers/signing/upgrade-signature.ts";
import { launchBrowser, waitForMotion } from "../helpers/browser.ts";
import { startCall } from "../helpers/call.ts";
import { readWholeLog } from "../helpers/ended-session.ts";
import { enterSession } from "../helpers/enter-session.ts";
import { Instance } from "../helpers/instance.ts";
import { down, honestOcsp, issueOcspKey, startRevocationServer } from "../helpers/revocation-server.ts";
import { issueTimeStampKey, makeTestAuthority } from "../helpers/test-authority.ts";
import { honest, startTimeStampServer, type TimeStampHandler } from "../helpers/time-stamp-server.ts";
import { waitFor } from "../helpers/wait-for.ts";
import { startReceiver } from "../helpers/webhook-receiver.ts";

test("a worker killed while it finishes the recordings changes nothing of what comes out", async () => {
  const receiver = await startReceiver();
  const instance = await Instance.start(["server", "media", "workers"]);
  const browser = await launchBrowser();
  try {
    const events = ["recording.ready", "signature.completed"];
    const callbacks = Object.fromEntries(events.map((event) => [event, receiver.url]));
    const { session, inspector } = await startCall(instance, browser, { callbacks });
    await waitForMotion(inspector, "field-video", 60);
    await instance.api(`/v1/sessions/${session.id}/end`, { method: "POST" });
    const { database } = instance.testDatabase;
    await waitFor(
      "the recordings to be worked on",
      async () => {
        const file = database.selectFrom("evidence_files").select("status").where("session_id", "=", session.id);
        return (await file.executeTakeFirst())?.status === "recordings";
      },
      90_000,
    );
    await killWorkers(instance);
    instance.spawn("workers");
    await instance.ready("workers");
    const ready = await waitFor(
      "the signed PDF",
      async () => {
        const answer = await instance.api(`/v1/sessions/${session.id}/evidence`);
        const evidence = EvidenceFile.parse(await answer.json());
        return evidence.status === "ready" && evidence;
      },
      120_000,
    );
    expect(ready.signature?.baseline).toBe("B-LTA");
    await waitFor("both callbacks", () => events.every((type) => types().includes(type)), 60_000);
    const written = await database.selectFrom("events").select(["id", "type"]).where("type", "in", events).execute();
    expect(written.map(({ type }) => type).toSorted()).toEqual(events);
    // A delivery may repeat when its worker dies, always under the event's one id.
    expect(new Set(receiver.received.map(({ body }) => EventEnvelope.parse(JSON.parse(body)).id)).size).toBe(2);
  } finally {
    await browser.close();
    await instance.stop();
    await receiver.close();
  }

  function types(): string[] {
    return receiver.received.map(({ body }) => EventEnvelope.parse(JSON.parse(body)).type);
  }
}, 300_000);

test("a worker killed while it anchors, signs, adds validation data, upgrades or renews changes nothing either", async () => {
  const root = await makeTestAuthority("Root");
  const responses = await startRevocationServer();
  const responder = await issueOcspKey(root);
  const tsa = await issueTimeStampKey(root, { revocation: responses.addresses });
  let waiting = 0;
  let stamp: TimeStampHandler = held();
  const stamps = await startTimeStampServer((request, response) => stamp(request, response));
  const folder = await mkdtemp(join(tmpdir(), "killed-"));
  const roots = join(folder, "roots.pem");
  await writeFile(roots, certificatesPem([root.certificate]));
  const instance = await Instance.start(["server", "workers"], { TSA_URLS: `test=${stamps.url}`, TSA_ROOTS: roots });
  const { database } = instance.testDatabase;
  const jobs = new JobQueue({ databaseUrl: instance.testDatabase.url, works: false, onError: () => {} });
  await jobs.start();
  try {
    const request = { type: "field_inspection", reference: "INS-1", participant: { name: "Marie", channel: "link" } };
    const session = await instance.post("/v1/sessions", request, Session);
    await enterSession(instance, session);
    await instance.api(`/v1/sessions/${session.id}/end`, { method: "POST" });
    const row = database.selectFrom("evidence_files").selectAll().where("session_id", "=", session.id);
    const file = () => row.executeTakeFirstOrThrow();
    const reached = (baseline: string) =>
      waitFor(
        `the file at ${baseline}`,
        async () => {
          await hurry(instance);
          const found = await file();
          return found.baseline === baseline && found;
        },
        120_000,
      );

    await killedIn(["anchor-checkpoint", "sign-evidence"], () => {
      stamp = honest(tsa);
      responses.handlers.ocsp = held();
    });
    await killedIn(["sign-evidence"], () => {
      responses.handlers.ocsp = down;
    });
    await reached("B-T");
    responses.handlers.ocsp = held();
    await killedIn(["upgrade-signature"], () => {
      responses.handlers.ocsp = honestOcsp(responder);
    });
    const upgraded = await reached("B-LTA");
    stamp = held();
    const soon = new Date();
    await database.updateTable("evidence_files").set({ timestamp_expires_at: soon }).execute();
    await inTransaction(database, (transaction) => enqueueSingleUpgrade(jobs, transaction, session.id));
    await killedIn(["upgrade-signature"], () => {
      stamp = honest(tsa);
    });
    const renewed = await waitFor(
      "the renewed file",
      async () => {
        await hurry(instance);
        const found = await file();
        return found.pdf_key !== upgraded.pdf_key && found;
      },
      120_000,
    );

    const pdf = await new DiskStorage(join(instance.dataDir, "storage")).read(renewed.pdf_key ?? "");
    expect(createHash("sha256").update(pdf).digest("hex")).toBe(renewed.pdf_sha256);
    const development = await readFile(join(instance.environment.CERTS_DIR ?? "", "authority", "roots.pem"), "utf8");
    const report = await verify(new Uint8Array(pdf), { roots: [certificatesPem([root.certificate]), development] });
    expect(report).toMatchObject({ baseline: "B-LTA", answers: { integrity: { verdict: "yes" } } });
    await waitFor(
      "every checkpoint's anchor",
      async () => {
        await hurry(instance);
        const anchors = await database.selectFrom("audit_anchors").select("status").execute();
        return anchors.length >= 2 && anchors.every(({ status }) => status === "anchored");
      },
      120_000,
    );
    const entries = await readWholeLog(database, renewed.org_id);
    const actions = entries.map(({ action }) => action);
    expect(actions.filter((action) => action === "signature.completed")).toHaveLength(1);
    expect(actions.filter((action) => action === "evidence_file.upgraded")).toHaveLength(2);
    expect(await verifyStoredLog(database, renewed.org_id, async () => undefined)).toMatchObject({ problem: null });
  } finally {
    await jobs.close();
    await instance.stop();
    await Promise.all([responses.close(), stamps.close()]);
    await rm(folder, { recursive: true });
  }

  /** Answers nothing, and counts whom it keeps waiting. */
  function held() {
    return () => {
      waiting += 1;
    };
  }

  /** Kills the workers while such jobs wait for authorities, and starts them again once the authorities do what is `next`. */
  async function killedIn(names: JobName[], next: () => void): Promise<void> {
    waiting = 0;
    await waitFor(
      `${names.join()} to wait for somebody`,
      async () => {
        await hurry(instance);
        const active = await sql`
          select distinct name from pgboss.job where name = any(${names}) and state = 'active'`.execute(database);
        return waiting >= names.length && active.rows.length === names.length;
      },
      90_000,
    );
    await killWorkers(instance);
    next();
    instance.spawn("workers");
    await instance.ready("workers");
  }
}, 300_000);

/** Kills them, and does with their jobs at once what the queue does after a missed sign of life (workers-killed). */
async function killWorkers(instance: Instance): Promise<void> {
  await instance.child("workers").stop("SIGKILL");
  const { database } = instance.testDatabase;
  await sql`
    update pgboss.job set state = 'retry', start_after = now(), heartbeat_on = null, retry_count = retry_count + 1
    where state = 'active'`.execute(database);
}

/** Takes the delays out of the queue. */
async function hurry({ testDatabase: { database } }: Instance): Promise<void> {
  await sql`
    update pgboss.job set start_after = now() where state in ('created', 'retry') and start_after > now()`.execute(
    database,
  );
}
