import { randomUUID } from "node:crypto";
import { addEvidence, type NewEvidence } from "@nexbasira/core/actions/add-evidence.ts";
import type { DeviceState } from "@nexbasira/core/contract/device.ts";
import { findClip } from "@nexbasira/core/database/clips.ts";
import type { JobQueue } from "@nexbasira/core/jobs/job-queue.ts";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { abandonClip } from "../../workers/recordings/cut-clip.ts";
import { InjectedProducer } from "../helpers/injected-producer.ts";
import { MediaFixture, type TestSession } from "../helpers/media-fixture.ts";
import { waitFor } from "../helpers/wait-for.ts";

let media: MediaFixture;
let jobs: JobQueue;

beforeAll(async () => {
  media = await MediaFixture.open();
  await media.start({ grace: 300, linger: 100, device: 400 });
  jobs = await media.openJobs();
});

afterAll(async () => {
  await jobs.close();
  await media.close();
});

/** A clip that was cut. */
const ITEM: Omit<NewEvidence, "session_id" | "participant_id" | "capture_id"> = {
  kind: "clip",
  file: { key: "a-clip", sha256: "e".repeat(64), size: 1_000 },
  media_type: "video/mp4",
  width: 1280,
  height: 720,
  duration_ms: 1_000,
  title: null,
  filename: null,
  source: null,
  captured_at: new Date(),
  device: null,
  location: null,
  location_status: null,
  derived_from_id: null,
  whiteboard_id: null,
  problem: null,
};

const STATE: DeviceState = {
  battery: { level: 0.64, charging: false },
  network: { type: "cellular", round_trip_ms: 80, loss: 0.01, available_bitrate: 900_000 },
  sending: { level: "low_frame_rate", reason: "bandwidth" },
  camera: {
    lens_id: "wide",
    lenses: [{ lens_id: "wide", label: "Back camera", facing: "environment" }],
    torch: false,
    zoom: { factor: 1, least: 1, most: 8, step: 0.1 },
    resolution: 720,
    resolutions: [480, 720, 1080],
    frozen: false,
    takes_photos: true,
  },
  visible: true,
  waiting_captures: 2,
};

async function auditEntries(session: TestSession, action: string) {
  const rows = await media.database
    .selectFrom("audit_entries")
    .select("record")
    .where("session_id", "=", session.id)
    .orderBy("sequence")
    .execute();
  return rows.map(({ record }) => JSON.parse(record)).filter((entry) => entry.action === action);
}

/** The payloads of a session's jobs of one kind, in order. */
async function jobsOf(session: TestSession, name: string) {
  const { rows } = await sql<{ data: Record<string, unknown> }>`
    select data from pgboss.job where name = ${name} and data ->> 'session_id' = ${session.id} order by created_on
  `.execute(media.database);
  return rows.map(({ data }) => data);
}

async function recorded(session: TestSession) {
  const phone = await media.enter(session.participant);
  const console_ = await media.enter(session.inspector);
  const room = media.node.rooms.find(session.id);
  if (!room) throw new Error("there is no such room");
  const camera = await InjectedProducer.open(room, session.participant.id, "camera");
  await console_.notice("recording.changed", ({ state }) => state === "recording");
  return { phone, console_, room, camera };
}

test("what a device says of itself is told to all, to late joiners too, until its person leaves", async () => {
  const session = await media.session();
  const phone = await media.enter(session.participant);
  const console_ = await media.enter(session.inspector);
  await phone.ask("device.report", STATE);
  const reported = { participant_id: session.participant.id, state: STATE };
  expect(await console_.notice("device.reported")).toEqual(reported);
  const late = await media.connect({ token: session.observer.token });
  expect((await late.ask("room.enter", {})).devices).toEqual([reported]);
  await phone.ask("room.leave", {});
  expect((await console_.ask("room.enter", {})).devices).toEqual([]);
});

test("another device of the same person has said nothing yet", async () => {
  const session = await media.session();
  const phone = await media.enter(session.participant);
  await phone.ask("device.report", STATE);
  const other = await media.connect({ token: (await media.onAnotherDevice(session.id, session.participant)).token });
  expect((await other.ask("room.enter", {})).devices).toEqual([]);
});

test("a device that reports without end is held back, and its person is not", async () => {
  const session = await media.session();
  const phone = await media.enter(session.participant);
  const console_ = await media.enter(session.inspector);
  const answers = await Promise.all(Array.from({ length: 200 }, () => phone.send("device.report", STATE)));
  const told = answers.filter(({ ok }) => ok).length;
  expect(told).toBeGreaterThanOrEqual(10);
  expect(told).toBeLessThan(30);
  await phone.ask("clock.read", {});
  await waitFor("what is told", () => console_.all("device.reported").length === told);
});

test("a command is done by the phone, answered with what came of it, and in the log whatever that is", async () => {
  const session = await media.session();
  const console_ = await media.enter(session.inspector);
  const torch = { command: { command: "torch" as const, on: true } };
  expect(await console_.refusal("device.command", torch)).toBe("unavailable");
  const phone = await media.enter(session.participant);
  phone.onCommand = () => ({ ok: true, outcome: "done" });
  expect(await console_.ask("device.command", torch)).toEqual({ outcome: "done" });
  expect(await phone.notice("device.commanded")).toEqual({
    command_id: expect.stringMatching(/^cmd_/),
    by: "Ines P.",
    ...torch,
  });
  phone.onCommand = () => ({ ok: true, outcome: "asked" });
  const zoom = { command: { command: "zoom" as const, factor: 2.5 } };
  expect(await console_.ask("device.command", zoom)).toEqual({ outcome: "asked" });
  for (const [answer, code] of [
    [{ ok: false, code: "conflict", message: "There is no torch." }, "conflict"],
    [{ ok: false, code: "no_camera", message: "There is no camera." }, "unavailable"],
    [{ ok: true, outcome: "perhaps" }, "internal_error"],
    [undefined, "internal_error"],
  ] as const) {
    phone.onCommand = () => answer;
    expect(await console_.refusal("device.command", torch)).toBe(code);
  }
  phone.onCommand = undefined;
  expect(await console_.refusal("device.command", torch)).toBe("unavailable");
  const entries = await auditEntries(session, "device.commanded");
  expect(entries.map(({ details }) => details)).toEqual([
    { command: "torch", on: true, refused: "unavailable" },
    { command: "torch", on: true, outcome: "done" },
    { command: "zoom", factor: 2.5, outcome: "asked" },
    { command: "torch", on: true, refused: "conflict" },
    { command: "torch", on: true, refused: "no_camera" },
    { command: "torch", on: true, refused: "internal_error" },
    { command: "torch", on: true, refused: "internal_error" },
    { command: "torch", on: true, refused: "unavailable" },
  ]);
  expect(entries[1]).toMatchObject({ actor: { type: "member" }, object: { type: "device_command" } });
});

test("one request takes one photo, however often it is sent, and again only when none came of it", async () => {
  const session = await media.session();
  const phone = await media.enter(session.participant);
  const console_ = await media.enter(session.inspector);
  const taken = { capture_id: randomUUID(), sha256: "b".repeat(64) };
  phone.onCapture = () => ({ ok: true, ...taken });
  const request_id = randomUUID();
  const once = () => console_.ask("capture.request", { request_id });
  expect(await Promise.all([once(), once(), once()])).toEqual([taken, taken, taken]);
  expect(await once()).toEqual(taken);
  expect(phone.all("capture.requested")).toEqual([{ request_id, by: "Ines P." }]);
  expect(await auditEntries(session, "capture.requested")).toMatchObject([{ object: { id: request_id } }]);

  const second = randomUUID();
  phone.onCapture = () => ({ ok: false, code: "unavailable", message: "The camera is in use." });
  expect(await console_.refusal("capture.request", { request_id: second })).toBe("unavailable");
  phone.onCapture = () => ({ ok: true, ...taken });
  expect(await console_.ask("capture.request", { request_id: second })).toEqual(taken);
  expect(phone.all("capture.requested").map((request) => request.request_id)).toEqual([request_id, second, second]);
});

test("while the picture is recorded, its frame of the moment is kept for each snapshot, asked for or not", async () => {
  const session = await media.session();
  const { phone, console_, camera } = await recorded(session);
  phone.onCapture = () => ({ ok: true, capture_id: randomUUID(), sha256: "c".repeat(64) });
  const before = Date.now();
  const request_id = randomUUID();
  await console_.ask("capture.request", { request_id });
  const own = { capture_id: randomUUID(), kind: "snapshot" as const, sha256: "d".repeat(64), size: 12 };
  await phone.ask("capture.announce", own);
  const frames = await jobsOf(session, "cut-frame");
  const of = { session_id: session.id, participant_id: session.participant.id, at_ms: expect.any(Number) };
  expect(frames).toEqual([
    { ...of, request_id },
    { ...of, request_id: own.capture_id },
  ]);
  for (const { at_ms } of frames) {
    expect(at_ms).toBeGreaterThanOrEqual(before);
    expect(at_ms).toBeLessThanOrEqual(Date.now());
  }

  // The answer to a request, one that is announced again, one of another moment, and no photo at all: no frame for them.
  const announce = (change: object) => phone.ask("capture.announce", { ...own, capture_id: randomUUID(), ...change });
  await announce({ request_id });
  await announce({ capture_id: own.capture_id });
  await announce({ live: false });
  await announce({ kind: "document" });
  await phone.ask("producer.pause", { producer_id: camera.producer.id });
  await announce({});
  expect(await jobsOf(session, "cut-frame")).toHaveLength(2);
});

test("while nothing is recorded, no frame is kept", async () => {
  const session = await media.session({ recording: false });
  const phone = await media.enter(session.participant);
  const console_ = await media.enter(session.inspector);
  phone.onCapture = () => ({ ok: true, capture_id: randomUUID(), sha256: "c".repeat(64) });
  await console_.ask("capture.request", { request_id: randomUUID() });
  expect(await jobsOf(session, "cut-frame")).toEqual([]);
});

test("a pointer is shown to the others and goes when its person does", async () => {
  const session = await media.session();
  const phone = await media.enter(session.participant);
  const console_ = await media.enter(session.inspector);
  const at: [number, number] = [0.25, 0.5];
  await console_.ask("board.point", { board_id: "live", at });
  const pointed = { board_id: "live", participant_id: session.inspector.id };
  expect(await phone.notice("board.pointed")).toEqual({ ...pointed, at });
  expect(console_.all("board.pointed")).toEqual([]);
  console_.close();
  await phone.notice("board.pointed", (notice) => notice.at === null);
  const again = await media.enter(session.inspector);
  await again.ask("board.point", { board_id: "live", at });
  await again.ask("board.point", { board_id: "live", at: null });
  await again.ask("room.leave", {});
  await phone.notice("person.left");
  expect(phone.all("board.pointed").map((notice) => notice.at)).toEqual([at, null, at, null]);
  expect(await phone.refusal("board.point", { board_id: "nowhere", at })).toBe("not_found");
  expect(await phone.refusal("board.point", { board_id: "live", at: [2, 0] })).toBe("validation_error");
});

test("pointing without end leaves the budget for drawing as it is", async () => {
  const session = await media.session();
  const console_ = await media.enter(session.inspector);
  const points = await Promise.all(
    Array.from({ length: 500 }, () => console_.send("board.point", { board_id: "live", at: [0.5, 0.5] })),
  );
  expect(points.filter(({ ok }) => ok).length).toBeLessThan(200);
  for (let i = 0; i < 900; i += 100) {
    const operations = Array.from({ length: 100 }, () => ({ op: "undo" as const }));
    await console_.ask("board.operate", { board_id: "live", operations });
  }
});

test("cameras are to be sent in two layers as soon as more than one watches, and from then on", async () => {
  const session = await media.session();
  const phone = await media.connect({ token: session.participant.token });
  expect((await phone.ask("room.enter", {})).simulcast).toBe(false);
  const console_ = await media.connect({ token: session.inspector.token });
  expect((await console_.ask("room.enter", {})).simulcast).toBe(false);
  const expert = await media.connect({ token: session.observer.token });
  expect((await expert.ask("room.enter", {})).simulcast).toBe(true);
  expect(await phone.notice("simulcast.changed")).toEqual({ on: true });
  expect(expert.all("simulcast.changed")).toEqual([]);
  await expert.ask("room.leave", {});
  expect((await console_.ask("room.enter", {})).simulcast).toBe(true);
  expect(phone.all("simulcast.changed")).toHaveLength(1);
});

test("a clip is told while it is cut, when it is ready, and when it cannot be", async () => {
  const session = await media.session();
  const { phone, console_ } = await recorded(session);
  const marks = { from_ms: Date.now() - 1, to_ms: Date.now() };
  const { clip_id } = await console_.ask("clip.create", marks);
  const cutting = { clip_id, participant_id: session.inspector.id, state: "cutting", item_id: null };
  expect(await phone.notice("clip.changed")).toMatchObject(cutting);
  const other = await console_.ask("clip.create", marks);
  expect((await console_.ask("room.enter", {})).clips).toMatchObject([cutting, { clip_id: other.clip_id }]);

  const clip = await findClip(media.database, clip_id);
  const { id: item_id } = await addEvidence(
    { database: media.database, jobs, links: media.links },
    { ...ITEM, session_id: session.id, participant_id: session.inspector.id, capture_id: clip?.capture_id ?? "" },
  );
  expect(await phone.notice("clip.changed", ({ state }) => state === "ready")).toMatchObject({ clip_id, item_id });
  await abandonClip({ database: media.database }, other.clip_id);
  const failed = await phone.notice("clip.changed", ({ state }) => state === "failed");
  expect(failed).toMatchObject({ clip_id: other.clip_id, item_id: null });
  // Also to who comes later, so that it can be asked for again.
  expect((await console_.ask("room.enter", {})).clips).toMatchObject([{ clip_id: other.clip_id, state: "failed" }]);
});

test("how well producers are received is known to who enters", async () => {
  const session = await media.session();
  const phone = await media.enter(session.participant);
  const room = media.node.rooms.find(session.id);
  if (!room) throw new Error("there is no such room");
  const camera = await InjectedProducer.open(room, session.participant.id, "camera");
  await camera.sendUntil("a score", () => phone.all("producer.score").length > 0);
  const score = phone.all("producer.score").at(-1)?.score;
  const console_ = await media.connect({ token: session.inspector.token });
  expect((await console_.ask("room.enter", {})).scores).toEqual({ [camera.producer.id]: score });
});
