import { createHash } from "node:crypto";
import { AuditRecord } from "@nexbasira/core/audit/audit-record.ts";
import { EvidenceFile } from "@nexbasira/core/contract/evidence.ts";
import { listSessionAuditEntries } from "@nexbasira/core/database/audit-entries.ts";
import { JobQueue } from "@nexbasira/core/jobs/job-queue.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { expireSignatureRequests } from "../../workers/sessions/expire-signature-requests.ts";
import { Instance } from "../helpers/instance.ts";
import { signIn } from "../helpers/sign-in.ts";
import { SigningClient } from "../helpers/signing-client.ts";
import { waitFor } from "../helpers/wait-for.ts";

let instance: Instance;
let member: Record<string, string>;
beforeAll(async () => {
  instance = await Instance.start(["server", "media", "workers"]);
  member = await signIn(instance);
});
afterAll(() => instance?.stop());

const database = () => instance.testDatabase.database;
const open = (change: Parameters<typeof SigningClient.open>[2] = {}) => SigningClient.open(instance, member, change);

const STROKE = {
  op: "add" as const,
  gesture: "s",
  shape: {
    kind: "freehand" as const,
    id: "s",
    color: "#000000",
    width: 0.005,
    points: Array.from({ length: 20 }, (_, index): [number, number] => [index / 20, 0.5]),
  },
};
const DRAWING = { name: "Marie Lefèvre", operations: [STROKE] };

/** The queue as a process that only enqueues has it. */
async function openJobs(): Promise<JobQueue> {
  const jobs = new JobQueue({
    databaseUrl: instance.testDatabase.url,
    works: false,
    onError: (error) => {
      throw error;
    },
  });
  await jobs.start();
  return jobs;
}

async function actions(client: SigningClient): Promise<string[]> {
  const entries = await listSessionAuditEntries(database(), client.session.id);
  return entries.map(({ record }) => AuditRecord.parse(JSON.parse(record)).action);
}

async function evidence(client: SigningClient): Promise<EvidenceFile> {
  return EvidenceFile.parse(await (await instance.api(`/v1/sessions/${client.session.id}/evidence`)).json());
}

function readyEvidence(client: SigningClient): Promise<EvidenceFile> {
  return waitFor(
    "the sealed report",
    async () => {
      const file = await evidence(client);
      if (file.status === "failed") throw new Error(file.problem ?? "failed");
      return file.status === "ready" && file;
    },
    100_000,
  );
}

/** Another one of six digits. */
const otherThan = (code: string): string => (code.startsWith("0") ? `1${code.slice(1)}` : `0${code.slice(1)}`);

/** Lets the time between two codes pass. */
async function letResend(client: SigningClient): Promise<void> {
  await database()
    .updateTable("signature_codes")
    .set({ created_at: new Date(Date.now() - 31_000) })
    .where("session_id", "=", client.session.id)
    .execute();
}

test("a drawn signature is taken only with a confirmed code, and the evidence says how it was sent", async () => {
  const client = await open({ signature: { level: "ses" } });
  expect(await client.signing()).toMatchObject({
    state: "drawing",
    code: { channel: "sms", sent_to: "+33•••••678", status: "none", resend_in_s: 0, attempts_left: 5 },
  });
  expect(await client.phone.refusal("signature.submit", DRAWING)).toBe("conflict");
  const code = await client.code();
  expect(await client.phone.refusal("signature.submit", DRAWING)).toBe("conflict");
  const wrong = await client.confirm(otherThan(code));
  expect(wrong).toMatchObject({ outcome: "wrong", signing: { code: { status: "sent", attempts_left: 4 } } });
  expect(await client.confirm(code)).toMatchObject({
    outcome: "confirmed",
    signing: { code: { status: "confirmed" } },
  });
  await client.phone.ask("signature.submit", DRAWING);
  await instance.api(`/v1/sessions/${client.session.id}/end`, { method: "POST" });
  const { signature, signer } = await readyEvidence(client);
  expect(signer).toBeNull();
  expect(signature).toMatchObject({
    level: "ses",
    signers: [
      {
        participant_id: client.participantId,
        level: "ses",
        code: { channel: "sms", sent_to: "+33•••••678" },
        identity: null,
        certificate_subject: null,
      },
    ],
  });
  const logged = (await actions(client)).filter((action) => action.startsWith("signature."));
  expect(logged).toEqual([
    "signature.code_sent",
    "signature.code_refused",
    "signature.code_confirmed",
    "signature.drawn",
    "signature.completed",
  ]);
  const text = JSON.stringify(await listSessionAuditEntries(database(), client.session.id));
  expect(text).not.toContain(code);
});

test("a code works once, five tries long, ten minutes, and only the newest", async () => {
  const client = await open({ signature: { level: "ses" } });
  expect((await client.confirm("123456")).outcome).toBe("none");
  const first = await client.code();
  expect((await client.post("/signing/codes")).status).toBe(429);
  await letResend(client);
  const second = await client.code();
  expect((await client.confirm(first)).outcome).toBe("wrong");
  for (let tries = 1; tries < 5; tries++) await client.confirm(otherThan(second));
  expect(await client.confirm(second)).toMatchObject({
    outcome: "too_many",
    signing: { code: { status: "too_many" } },
  });
  await letResend(client);
  const third = await client.code();
  const past = { expires_at: new Date(Date.now() - 1) };
  await database().updateTable("signature_codes").set(past).where("session_id", "=", client.session.id).execute();
  expect(await client.confirm(third)).toMatchObject({ outcome: "expired", signing: { code: { status: "expired" } } });
  await letResend(client);
  const fourth = await client.code();
  expect((await client.confirm(fourth)).outcome).toBe("confirmed");
  expect((await client.confirm(fourth)).outcome).toBe("used");
  await letResend(client);
  await client.code();
  await letResend(client);
  expect((await client.post("/signing/codes")).status).toBe(429);
  for (const nonsense of ["12345", "1234567", "12345a", "", 123456, null]) {
    expect((await client.post("/signing/confirmation", { code: nonsense })).status).toBe(400);
  }
});

test("of many tries at once each is counted, and of two right ones at once one counts", async () => {
  const client = await open({ signature: { level: "ses" } });
  const code = await client.code();
  const wrong = await Promise.all(Array.from({ length: 4 }, () => client.confirm(otherThan(code))));
  expect(wrong.map(({ outcome }) => outcome)).toEqual(Array(4).fill("wrong"));
  const right = await Promise.all([client.confirm(code), client.confirm(code)]);
  expect(right.map(({ outcome }) => outcome).toSorted()).toEqual(["confirmed", "used"]);
});

test("who came by a link alone signs without a code, or by one to where the inspector was told", async () => {
  const participant = { name: "Marie Lefèvre", channel: "link" as const };
  const without = await open({ signature: { level: "ses" }, participant });
  expect((await without.signing()).code).toBeNull();
  expect((await without.post("/signing/codes")).status).toBe(409);
  await without.phone.ask("signature.submit", DRAWING);
  const told = await open({ signature: { level: "ses" }, participant });
  const answer = await told.console("code-recipient", { channel: "email", email: "marie@example.com" });
  expect(answer.status).toBe(200);
  expect(await told.signing()).toMatchObject({ code: { channel: "email", sent_to: "m•••@example.com" } });
  expect(await told.phone.refusal("signature.submit", DRAWING)).toBe("conflict");
  expect(await actions(told)).toContain("signature.code_recipient_set");
  await instance.api(`/v1/sessions/${without.session.id}/end`, { method: "POST" });
  expect((await readyEvidence(without)).signature).toMatchObject({ level: "ses", signers: [{ code: null }] });
});

test("somebody vouches for the participant in the call alone, and the log says how without a name", async () => {
  const client = await open();
  const signing = await client.vouch();
  expect(signing.identity).toMatchObject({ name: "Marie Anne Lefèvre", proof: { method: "document" } });
  const [record] = (await listSessionAuditEntries(database(), client.session.id))
    .map(({ record }) => AuditRecord.parse(JSON.parse(record)))
    .filter(({ action }) => action === "identity.confirmed");
  expect(record).toMatchObject({ actor: { type: "member" }, object: { id: client.participantId } });
  expect(JSON.stringify(record)).not.toContain("Lef");
  await client.phone.ask("room.leave", {});
  const alone = { name: "Marie", proof: { method: "known" } };
  await waitFor("the refusal", async () => (await client.console("identity", alone)).status === 409);
});

test("the participant signs the finished report in their own name, and it is sealed after that", async () => {
  const client = await open();
  await client.vouch();
  const waiting = await client.end();
  expect(waiting).toMatchObject({
    level: "aes",
    name: "Marie Anne Lefèvre",
    identity: { method: "document" },
    code: { status: "none" },
  });
  expect(await evidence(client)).toMatchObject({
    status: "awaiting_signer",
    signature: null,
    signer: { state: "waiting", participant_id: client.participantId, level: "aes" },
  });
  const document = await fetch(client.address("/signing/document"));
  expect(document.headers.get("content-type")).toBe("application/pdf");
  const bytes = Buffer.from(await document.arrayBuffer());
  expect(createHash("sha256").update(bytes).digest("hex")).toBe(waiting.document.sha256);
  const code = await client.code();
  expect((await client.confirm(code, "0".repeat(64))).outcome).toBe("other_document");
  expect((await client.confirm(code)).outcome).toBe("other_document");
  expect(await client.confirm(code, waiting.document.sha256)).toMatchObject({
    outcome: "confirmed",
    signing: { state: expect.stringMatching(/confirmed|signed/) },
  });
  const file = await readyEvidence(client);
  expect(file.signer).toMatchObject({ state: "signed" });
  expect(file.signature).toMatchObject({
    level: "aes",
    signers: [
      {
        level: "aes",
        name: "Marie Anne Lefèvre",
        code: { channel: "sms" },
        identity: { method: "document" },
        certificate_subject: expect.stringContaining("CN=Marie Anne Lefèvre"),
      },
    ],
  });
  const sealed = Buffer.from(await (await fetch(file.pdf_url ?? "")).arrayBuffer());
  expect(sealed.subarray(0, bytes.length).equals(bytes)).toBe(true);
  expect(sealed.toString("latin1").match(/\/SubFilter \/ETSI\.CAdES\.detached/g)).toHaveLength(2);
  expect(await actions(client)).toEqual(
    expect.arrayContaining([
      "signature.awaited",
      "signature.document_viewed",
      "signature.code_confirmed",
      "signature.made",
    ]),
  );
  expect((await client.signing()).state).toBe("signed");
  expect((await client.post("/signing/codes")).status).toBe(410);
  expect((await client.post("/signing/refusal")).status).toBe(410);
});

test("a message asks for the signature, and can be sent again after a minute", async () => {
  const client = await open({
    participant: { name: "Marie", channel: "email", email: "marie@example.com", locale: "de" },
  });
  await client.vouch();
  await client.end();
  const message = await waitFor("the message", () =>
    database()
      .selectFrom("outbox_messages")
      .selectAll()
      .where("session_id", "=", client.session.id)
      .where("subject", "like", "%Unterschrift bereit%")
      .executeTakeFirst(),
  );
  expect(message).toMatchObject({ channel: "email", recipient: "marie@example.com", link: client.session.join_url });
  expect((await client.console("signature-requests")).status).toBe(429);
  await database()
    .updateTable("invitations")
    .set({ created_at: new Date(Date.now() - 61_000) })
    .where("session_id", "=", client.session.id)
    .execute();
  expect((await client.console("signature-requests")).status).toBe(201);
  expect(await actions(client)).toContain("signature.asked_again");
});

test.each([
  ["refuses", "refused", (client: SigningClient) => client.post("/signing/refusal")],
  ["is given up", "given_up", (client: SigningClient) => client.console("signature-requests/stop")],
] as const)(
  "a report whose participant %s is sealed without their signature, at the level truly reached",
  async (_, state, close) => {
    const client = await open();
    await client.vouch();
    const { document } = await client.end();
    const code = await client.code();
    expect((await close(client)).status).toBe(200);
    const file = await readyEvidence(client);
    expect(file).toMatchObject({ signer: { state }, signature: { level: "none", signers: [] } });
    expect(await client.signing()).toMatchObject({ state, document: null, code: null });
    expect((await client.post("/signing/confirmation", { code, document_sha256: document.sha256 })).status).toBe(410);
    expect((await client.console("signature-requests/stop")).status).toBe(409);
    expect(await actions(client)).toContain(`signature.${state}`);
    const statuses = await database()
      .selectFrom("signature_requests")
      .select("document_sha256")
      .where("session_id", "=", client.session.id)
      .executeTakeFirstOrThrow();
    // Assembled again, to say so.
    expect(file.pdf_sha256).not.toBe(statuses.document_sha256);
  },
);

test("a report that nobody signs in time is sealed as it is", async () => {
  const client = await open({ signature: { level: "aes", expires_in: 3600 } });
  await client.vouch();
  const { expires_at } = await client.end();
  expect(Math.abs(Date.parse(expires_at ?? "") - Date.now() - 3_600_000)).toBeLessThan(30_000);
  await database()
    .updateTable("signature_requests")
    .set({ expires_at: new Date(Date.now() - 1) })
    .where("session_id", "=", client.session.id)
    .execute();
  // Also before the workers have looked.
  expect(await client.signing()).toMatchObject({ state: "expired", document: null, code: null });
  expect((await client.post("/signing/codes")).status).toBe(410);
  const jobs = await openJobs();
  expect(await expireSignatureRequests({ database: database(), jobs })).toBe(1);
  expect(await expireSignatureRequests({ database: database(), jobs })).toBe(0);
  await jobs.close();
  expect(await readyEvidence(client)).toMatchObject({ signer: { state: "expired" }, signature: { level: "none" } });
});

test("without somebody who vouches no report waits, and none is signed above what is known", async () => {
  const client = await open();
  await instance.api(`/v1/sessions/${client.session.id}/end`, { method: "POST" });
  expect(await readyEvidence(client)).toMatchObject({ signer: null, signature: { level: "none", signers: [] } });
  expect((await client.signing()).state).toBe("none");
});

test("two devices at the same link sign once", async () => {
  const client = await open();
  await client.vouch();
  const { document } = await client.end();
  const code = await client.code();
  const both = await Promise.all(
    [1, 2].map(() => client.post("/signing/confirmation", { code, document_sha256: document.sha256 })),
  );
  // Whoever comes second finds the code used, or nothing left to sign.
  expect(both.filter(({ status }) => status === 200).length).toBeGreaterThan(0);
  await readyEvidence(client);
  const made = (await actions(client)).filter((action) => action === "signature.made");
  expect(made).toHaveLength(1);
});

test("a link that was taken back signs nothing", async () => {
  const client = await open();
  await client.vouch();
  await client.end();
  await database()
    .updateTable("join_links")
    .set({ revoked_at: new Date() })
    .where("session_id", "=", client.session.id)
    .execute();
  expect(await client.signing()).toMatchObject({ state: "none", document: null, name: null });
  expect((await client.post("/signing/codes")).status).toBe(410);
  expect((await fetch(client.address("/signing/document"))).status).toBe(410);
});

test("everything that waits outlives a restart of everything", async () => {
  const client = await open();
  await client.vouch();
  const { document } = await client.end();
  const code = await client.code();
  for (const name of ["workers", "server", "media"] as const) await instance.child(name).stop("SIGKILL");
  for (const name of ["media", "server"] as const) {
    instance.spawn(name);
    await instance.ready(name);
  }
  // The code was right while no worker runs: the signature is made by the one that comes.
  expect((await client.confirm(code, document.sha256)).outcome).toBe("confirmed");
  expect((await evidence(client)).status).toBe("awaiting_signer");
  instance.spawn("workers");
  await instance.ready("workers");
  expect(await readyEvidence(client)).toMatchObject({ signature: { level: "aes" } });
});

test("a level that nothing here can reach is refused when the session is made", async () => {
  const response = await instance.api("/v1/sessions", {
    method: "POST",
    body: JSON.stringify({
      type: "field_inspection",
      reference: "INS-1",
      participant: { name: "Marie", channel: "link" },
      signature: { level: "qes" },
    }),
  });
  expect(response.status).toBe(409);
  expect(await response.json()).toMatchObject({ code: "conflict", param: "signature.level" });
});
