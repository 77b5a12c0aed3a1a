import { randomBytes, randomUUID } from "node:crypto";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { Problem } from "@nexbasira/core/contract/common.ts";
import { type CaptureMetadata, EvidenceItem, EvidenceItemPage } from "@nexbasira/core/contract/evidence.ts";
import { newId } from "@nexbasira/core/contract/ids.ts";
import type { JobPayload } from "@nexbasira/core/contract/jobs.ts";
import { JoinAnswer } from "@nexbasira/core/contract/join.ts";
import { Session } from "@nexbasira/core/contract/session.ts";
import { inTransaction } from "@nexbasira/core/database/database.ts";
import { openRecordingPart } from "@nexbasira/core/database/recordings.ts";
import { findSession } from "@nexbasira/core/database/sessions.ts";
import { JobQueue } from "@nexbasira/core/jobs/job-queue.ts";
import { Links } from "@nexbasira/core/secrets/links.ts";
import { sql } from "kysely";
import sharp from "sharp";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { loadReportModel } from "../../workers/report/load-report-model.ts";
import { enterSession, staffJoinRequest } from "../helpers/enter-session.ts";
import { Instance } from "../helpers/instance.ts";
import { proveSession } from "../helpers/prove-session.ts";
import { signIn } from "../helpers/sign-in.ts";
import { encode, numbers, writePart } from "../helpers/synthetic-journal.ts";
import { describeCapture, Uploader } from "../helpers/upload-capture.ts";
import { waitFor } from "../helpers/wait-for.ts";

let instance: Instance;
let member: Record<string, string>;
let session: Session;
let phone: Uploader;
let inspector: Uploader;
let participantId: string;

beforeAll(async () => {
  instance = await Instance.start(["server", "workers"]);
  member = await signIn(instance);
});
afterAll(() => instance.stop());
beforeEach(async () => {
  session = await createSession();
  const entered = await enterSession(instance, session);
  participantId = entered.participant_id;
  phone = new Uploader(instance.url, entered.access_token);
  inspector = await join_as("inspector");
});

const createSession = () =>
  instance.post(
    "/v1/sessions",
    { type: "field_inspection", reference: "INS-1", participant: { name: "Marie L.", channel: "link" } },
    Session,
  );

async function join_as(role: "inspector" | "observer"): Promise<Uploader> {
  const response = await fetch(`${instance.url}/console/api/sessions/${session.id}/join`, {
    method: "POST",
    headers: member,
    body: JSON.stringify(staffJoinRequest(role)),
  });
  return new Uploader(instance.url, JoinAnswer.parse(await response.json()).access_token);
}

/** A picture that no other is like. */
async function picture(width = 640): Promise<Uint8Array<ArrayBuffer>> {
  const noise = { type: "gaussian", mean: 128, sigma: 30 } as const;
  const jpeg = await sharp({ create: { width, height: width / 2, channels: 3, background: "#888", noise } })
    .jpeg()
    .toBuffer();
  return new Uint8Array(jpeg);
}

const sendFrame = async (request_id: string, change: Partial<CaptureMetadata> = {}) =>
  inspector.upload(await picture(), { kind: "snapshot", source: "stream", request_id, ...change });
const sendOriginal = async (change: Partial<CaptureMetadata>) =>
  phone.upload(await picture(1280), { kind: "snapshot", source: "photo", ...change });

async function itemOf(answer: Response): Promise<EvidenceItem> {
  const id = answer.headers.get("nbx-evidence-item");
  return EvidenceItem.parse(await (await instance.api(`/v1/evidence/${id}`)).json());
}

async function items(): Promise<EvidenceItem[]> {
  return EvidenceItemPage.parse(await (await instance.api(`/v1/evidence?session_id=${session.id}`)).json()).data;
}

async function audited(action: string) {
  const entries = await instance.testDatabase.database
    .selectFrom("audit_entries")
    .select("record")
    .where("session_id", "=", session.id)
    .execute();
  return entries.map(({ record }) => JSON.parse(record)).filter((record) => record.action === action);
}

const eventsAbout = (itemId: string) =>
  instance.testDatabase.database
    .selectFrom("events")
    .select(["id", "data"])
    .where("type", "=", "evidence.added")
    .where(sql<string>`data ->> 'id'`, "=", itemId)
    .execute();

describe("a frame of the stream that the inspector sends", () => {
  test("is a provisional item until the original comes, which takes its place", async () => {
    const request_id = randomUUID();
    const frame = await itemOf(await sendFrame(request_id));
    expect(frame).toMatchObject({ provisional: true, superseded_by: null, source: "stream", request_id });
    expect(frame.captured_by.role).toBe("inspector");
    expect(await eventsAbout(frame.id)).toHaveLength(1);

    const original = await itemOf(await sendOriginal({ request_id }));
    expect(original).toMatchObject({ provisional: false, superseded_by: null });
    const listed = await items();
    expect(listed.map(({ id }) => id)).toEqual([frame.id, original.id]);
    expect(listed[0]?.superseded_by).toEqual({ id: original.id, sha256: original.sha256 });
    expect(await eventsAbout(frame.id)).toHaveLength(1);
    expect(await audited("evidence.superseded")).toMatchObject([
      {
        object: { type: "evidence_item", id: frame.id },
        object_hash: frame.sha256,
        details: { superseded_by: original.id, superseded_by_sha256: original.sha256 },
      },
    ]);
  });

  test("has no page in the report once its original is there, whose page names its hash", async () => {
    const request_id = randomUUID();
    const frame = await itemOf(await sendFrame(request_id));
    const { database } = instance.testDatabase;
    const links = new Links({
      publicUrl: instance.url,
      phoneUrl: null,
      secret: instance.environment.AUTH_SECRET ?? "",
    });
    const printed = async () => {
      const row = await findSession(database, session.id);
      if (!row) throw new Error("the session is gone");
      const proof = await proveSession(instance, session.id);
      return (await loadReportModel({ database, links, developmentAuthority: false }, row, proof)).items;
    };
    expect(await printed()).toMatchObject([{ id: frame.id, provisional: true, frame: null }]);
    const original = await itemOf(await sendOriginal({ request_id }));
    expect(await printed()).toMatchObject([
      { id: original.id, provisional: false, frame: { id: frame.id, sha256: frame.sha256 } },
    ]);
  });

  test("stands for a photo that the participant took unasked, by that one's own id", async () => {
    const capture_id = randomUUID();
    const frame = await itemOf(await sendFrame(capture_id));
    const original = await itemOf(await sendOriginal({ capture_id }));
    expect((await items()).find(({ id }) => id === frame.id)?.superseded_by?.id).toBe(original.id);
  });

  test("is not kept after its original: the answer names that", async () => {
    const request_id = randomUUID();
    const original = await itemOf(await sendOriginal({ request_id }));
    expect((await itemOf(await sendFrame(request_id))).id).toBe(original.id);
    expect(await items()).toHaveLength(1);
    expect(await readdir(join(instance.dataDir, "storage/temporary")).catch(() => [])).toEqual([]);
  });

  test("is one, however many come at once", async () => {
    const request_id = randomUUID();
    const answers = await Promise.all([1, 2, 3].map(() => sendFrame(request_id)));
    expect(answers.map(({ status }) => status)).toEqual([204, 204, 204]);
    expect(new Set(answers.map(({ headers }) => headers.get("nbx-evidence-item"))).size).toBe(1);
    expect(await items()).toHaveLength(1);
  });

  test("is superseded, or not kept, when it comes at the same moment as its original", async () => {
    for (let round = 0; round < 8; round += 1) {
      const request_id = randomUUID();
      const [, answer] = await Promise.all([sendFrame(request_id), sendOriginal({ request_id })]);
      const original = await itemOf(answer);
      const ofRequest = (await items()).filter((item) => item.request_id === request_id);
      const frame = ofRequest.find(({ provisional }) => provisional);
      expect(ofRequest.length).toBe(frame ? 2 : 1);
      if (frame) expect(frame.superseded_by?.id).toBe(original.id);
    }
  });
});

describe("the border", () => {
  const refusals: [string, () => Promise<Response>, number, string][] = [
    [
      "a participant's frame of the stream",
      async () => phone.upload(await picture(), { kind: "snapshot", source: "stream", request_id: randomUUID() }),
      403,
      "permission_denied",
    ],
    [
      "an observer's frame",
      async () =>
        (await join_as("observer")).upload(await picture(), {
          kind: "snapshot",
          source: "stream",
          request_id: randomUUID(),
        }),
      403,
      "permission_denied",
    ],
    [
      "an inspector's answer to a request",
      async () => inspector.upload(await picture(), { kind: "snapshot", source: "photo", request_id: randomUUID() }),
      403,
      "permission_denied",
    ],
    ["a frame without a request", () => sendFrame("", {}), 400, "validation_error"],
    ["a frame whose request is no id", () => sendFrame("request_1"), 400, "validation_error"],
    [
      "a frame that says it is a document",
      () => sendFrame(randomUUID(), { kind: "document" }),
      400,
      "validation_error",
    ],
    [
      "a document that says it answers a request",
      async () => phone.upload(await picture(), { kind: "document", request_id: randomUUID() }),
      400,
      "validation_error",
    ],
    [
      "a frame that is no picture",
      async () =>
        inspector.upload(new Uint8Array(randomBytes(3000)), {
          kind: "snapshot",
          source: "stream",
          request_id: randomUUID(),
        }),
      415,
      "unsupported_media",
    ],
  ];
  test.each(refusals)("refuses %s", async (_name, send, status, code) => {
    const answer = await send();
    expect(answer.status).toBe(status);
    expect(Problem.parse(await answer.json()).code).toBe(code);
    expect(await items()).toEqual([]);
  });

  test("refuses a frame, and an original, of another session's request", async () => {
    const request_id = randomUUID();
    await sendFrame(request_id);
    const there = session;
    session = await createSession();
    const entered = await enterSession(instance, session);
    const elsewhere = new Uploader(instance.url, entered.access_token);
    inspector = await join_as("inspector");
    const answers = [
      await sendFrame(request_id),
      await elsewhere.upload(await picture(), { kind: "snapshot", source: "photo", request_id }),
    ];
    for (const answer of answers) {
      expect(answer.status).toBe(400);
      expect(Problem.parse(await answer.json())).toMatchObject({ code: "validation_error", param: "request_id" });
    }
    expect(await items()).toEqual([]);
    session = there;
    expect((await items()).map(({ superseded_by }) => superseded_by)).toEqual([null]);
  });
});

describe("a position that is known only while the bytes are on their way", () => {
  const located = {
    location: { latitude: 50.0875, longitude: 14.4214, accuracy_m: 6, age_s: 0 },
    location_status: "fixed",
  };

  async function sendWith(header: string): Promise<Response> {
    const bytes = await picture();
    const capture = describeCapture(bytes, { kind: "snapshot", source: "photo", location_status: "timed_out" });
    const location = (await phone.create(capture, bytes.length)).headers.get("location") ?? "";
    const half = Math.floor(bytes.length / 2);
    await phone.send(location, 0, bytes.slice(0, half));
    return phone.send(location, half, bytes.slice(half), { "nbx-capture-location": header });
  }

  test("comes with the last of them, and is the item's", async () => {
    const item = await itemOf(await sendWith(JSON.stringify(located)));
    expect(item).toMatchObject(located);
    const [event] = await eventsAbout(item.id);
    expect(event?.data).toMatchObject(located);
  });

  test.each([
    ["no JSON", "somewhere"],
    ["a latitude that no place has", JSON.stringify({ ...located, location: { ...located.location, latitude: 91 } })],
    ["more than a position", JSON.stringify({ ...located, sha256: "0".repeat(64) })],
  ])("is refused where it is %s", async (_name, header) => {
    const answer = await sendWith(header);
    expect(answer.status).toBe(400);
    expect(Problem.parse(await answer.json()).code).toBe("validation_error");
    expect(await items()).toEqual([]);
  });
});

describe("a frame that the recording gives", () => {
  let jobs: JobQueue;
  beforeAll(async () => {
    const databaseUrl = instance.testDatabase.url;
    jobs = new JobQueue({ databaseUrl, works: false, onError: () => undefined });
    await jobs.start();
  });
  afterAll(() => jobs.close());

  /** 10 seconds of a camera that were just recorded. */
  async function record(startedAt: number): Promise<void> {
    const id = newId("recording");
    const { database } = instance.testDatabase;
    const { org_id } = await database
      .selectFrom("sessions")
      .select("org_id")
      .where("id", "=", session.id)
      .executeTakeFirstOrThrow();
    await inTransaction(database, (transaction) =>
      openRecordingPart(transaction, { id, org_id, session_id: session.id, started_at: new Date(startedAt) }),
    );
    const units = await encode("vp8", numbers(10));
    const directory = join(instance.dataDir, "journals", id, "1");
    await writePart({ directory, startedAt, streams: [{ units, mimeType: "video/VP8", participantId }] });
  }

  const cut = (payload: Partial<JobPayload<"cut-frame">> & { request_id: string; at_ms: number }) =>
    inTransaction(instance.testDatabase.database, (transaction) =>
      jobs.enqueue(transaction, "cut-frame", { session_id: session.id, participant_id: participantId, ...payload }),
    );

  test("is a provisional item of the participant, of the picture of that moment", async () => {
    const startedAt = Date.now() - 12_000;
    await record(startedAt);
    const request_id = randomUUID();
    await Promise.all([cut({ request_id, at_ms: startedAt + 7_000 }), cut({ request_id, at_ms: startedAt + 7_000 })]);
    const [frame] = await waitFor("the frame", async () => {
      const found = await items();
      return found.length > 0 && found;
    });
    expect(frame).toMatchObject({
      kind: "snapshot",
      source: "stream",
      provisional: true,
      request_id,
      media_type: "image/jpeg",
      width: 144,
      height: 16,
      captured_by: { participant_id: participantId, role: "participant" },
    });
    expect(Math.abs(Date.parse(frame?.captured_at ?? "") - startedAt - 7_000)).toBeLessThan(1_000);
    const original = await itemOf(await sendOriginal({ request_id }));
    await cut({ request_id, at_ms: startedAt + 7_000 });
    await waitFor("all jobs to be done", allDone);
    const all = await items();
    expect(all.map(({ id }) => id)).toEqual([frame?.id, original.id]);
    expect(all[0]?.superseded_by?.id).toBe(original.id);
    expect(all[0]?.problem).toBeNull();
  });

  test("is none, and a line in the log, where nothing was recorded", async () => {
    const request_id = randomUUID();
    await cut({ request_id, at_ms: Date.now() });
    await waitFor("all jobs to be done", allDone);
    expect(await items()).toEqual([]);
    const lines = instance.child("workers").lines.filter((line) => line.includes(request_id));
    expect(lines.some((line) => line.includes("no picture of the moment"))).toBe(true);
  });

  async function allDone(): Promise<boolean> {
    const { rows } = await sql<{ left: number }>`
      select count(*)::int as left from pgboss.job where name = 'cut-frame' and state <> 'completed'
    `.execute(instance.testDatabase.database);
    return rows[0]?.left === 0;
  }
});
