import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { addEvidence } from "@nexbasira/core/actions/add-evidence.ts";
import type { JobQueue } from "@nexbasira/core/jobs/job-queue.ts";
import type { ShapeDraft } from "@nexbasira/core/shapes/shape.ts";
import { DiskStorage } from "@nexbasira/core/storage/storage.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { MediaFixture, type TestSession } from "../helpers/media-fixture.ts";
import { waitFor } from "../helpers/wait-for.ts";

let media: MediaFixture;
let jobs: JobQueue;
let storage: DiskStorage;

beforeAll(async () => {
  media = await MediaFixture.open();
  await media.start({ grace: 10_000, linger: 100, device: 400 });
  jobs = await media.openJobs();
  storage = new DiskStorage(join(media.dataDir, "storage"));
});

afterAll(async () => {
  await jobs.close();
  await media.close();
});

const line = (id: string): ShapeDraft => ({
  kind: "line",
  id,
  color: "#ff0000",
  width: 0.01,
  from: [0.25, 0.25],
  to: [0.75, 0.5],
});
const add = (id: string) => ({ op: "add" as const, gesture: id, shape: line(id) });

/** An item of the session's participant, as the upload makes it. */
async function snapshot(session: TestSession, change: { width: number | null; media_type?: string } = { width: 4000 }) {
  const file = await storage.put(Buffer.from(`a picture ${randomUUID()}`));
  return addEvidence(
    { database: media.database, jobs, links: media.links },
    {
      session_id: session.id,
      participant_id: session.participant.id,
      capture_id: randomUUID(),
      kind: "snapshot",
      file,
      media_type: change.media_type ?? "image/jpeg",
      width: change.width,
      height: change.width === null ? null : 3000,
      duration_ms: null,
      title: null,
      filename: null,
      source: "photo",
      captured_at: new Date(),
      device: null,
      location: null,
      location_status: "refused",
      derived_from_id: null,
      whiteboard_id: null,
      problem: null,
    },
  );
}

test("what is drawn is told in order to all, the drawer included, and is there for who comes later", async () => {
  const session = await media.session();
  const phone = await media.enter(session.participant);
  const console_ = await media.enter(session.inspector);
  const { board_id } = await console_.ask("board.open", { kind: "whiteboard" });
  expect(await phone.notice("board.opened")).toEqual({
    board_id,
    kind: "whiteboard",
    item_id: null,
    width: 1600,
    height: 1200,
    operations: [],
  });
  const first = await console_.ask("board.operate", { board_id, operations: [add("a"), add("b")] });
  const second = await phone.ask("board.operate", { board_id, operations: [add("c"), { op: "undo" }, { op: "undo" }] });
  expect([first.sequence, second.sequence]).toEqual([2, 4]);
  await waitFor("all notices", () => [phone, console_].every((c) => c.all("board.operated").length === 2));
  const told = phone.all("board.operated").flatMap(({ operations }) => operations);
  expect(console_.all("board.operated").flatMap(({ operations }) => operations)).toEqual(told);
  // The phone's second undo had nothing to take back: it has no place in the history.
  expect(told.map(({ sequence, author, operation }) => [sequence, author, operation.op])).toEqual([
    [1, session.inspector.id, "add"],
    [2, session.inspector.id, "add"],
    [3, session.participant.id, "add"],
    [4, session.participant.id, "undo"],
  ]);
  await console_.ask("board.show", { board_id });
  expect(await phone.notice("board.shown")).toEqual({ board_id });
  const late = await media.connect({ token: session.observer.token });
  const state = await late.ask("room.enter", {});
  expect(state.shown_board_id).toBe(board_id);
  expect(state.boards.find((board) => board.board_id === board_id)?.operations).toEqual(told);
});

test("what is acknowledged is stored, and is there in the next life of the node", async () => {
  const own = await MediaFixture.open();
  try {
    await own.start();
    const session = await own.session();
    const console_ = await own.enter(session.inspector);
    const { board_id } = await console_.ask("board.open", { kind: "whiteboard" });
    const points: [number, number][] = Array.from({ length: 50 }, (_, index) => [index / 50, 0.5]);
    const stroke = { kind: "freehand" as const, id: "s", color: "#00ff00", width: 0.01, points: points.slice(0, 1) };
    await Promise.all([
      console_.ask("board.operate", { board_id, operations: [{ op: "add", gesture: "s", shape: stroke }] }),
      ...points.slice(1).map((point) =>
        console_.ask("board.operate", {
          board_id,
          operations: [{ op: "append", gesture: "s", id: "s", points: [point] }],
        }),
      ),
    ]);
    // What is stored is looked at as it is now, without any closing.
    const rows = await own.database.selectFrom("board_operations").selectAll().orderBy("sequence").execute();
    expect(rows.map(({ sequence }) => sequence)).toEqual(points.map((_, index) => index + 1));
    await own.node.close();
    await own.start();
    const again = await own.connect({ token: session.inspector.token });
    const state = await again.ask("room.enter", {});
    const told = console_.all("board.operated").flatMap(({ operations }) => operations);
    expect(state.boards.find((board) => board.board_id === board_id)?.operations).toEqual(told);
    expect((await again.ask("board.operate", { board_id, operations: [add("x")] })).sequence).toBe(51);
  } finally {
    await own.close();
  }
});

test("a picture has one board, of its own size, however often it is opened", async () => {
  const session = await media.session();
  const item = await snapshot(session);
  const phone = await media.enter(session.participant);
  const console_ = await media.enter(session.inspector);
  const open = { kind: "annotation" as const, item_id: item.id };
  const boards = await Promise.all([phone, console_, console_].map((client) => client.ask("board.open", open)));
  expect(new Set(boards.map(({ board_id }) => board_id)).size).toBe(1);
  expect(await phone.notice("board.opened")).toMatchObject({ item_id: item.id, width: 4000, height: 3000 });
});

test("a board opens only over a picture of this session", async () => {
  const session = await media.session();
  const foreign = await snapshot(await media.session());
  const unseen = await snapshot(session, { width: null });
  const document = await snapshot(session, { width: 100, media_type: "application/pdf" });
  const console_ = await media.enter(session.inspector);
  for (const [item_id, code] of [
    [foreign.id, "not_found"],
    ["evd_unknown", "not_found"],
    [unseen.id, "conflict"],
    [document.id, "conflict"],
  ]) {
    expect(await console_.refusal("board.open", { kind: "annotation", item_id })).toBe(code);
  }
  expect(await console_.refusal("board.operate", { board_id: "wb_unknown", operations: [add("a")] })).toBe("not_found");
  expect(await console_.refusal("board.show", { board_id: "wb_unknown" })).toBe("not_found");
  expect(await console_.refusal("board.save", { board_id: "live" })).toBe("conflict");
});

test("a saved annotation is an SVG of the shapes that names the original's hash, once for each state", async () => {
  const session = await media.session();
  const original = await snapshot(session);
  const phone = await media.enter(session.participant);
  const console_ = await media.enter(session.inspector);
  const { board_id } = await console_.ask("board.open", { kind: "annotation", item_id: original.id });
  expect(await console_.refusal("board.save", { board_id })).toBe("conflict");
  await console_.ask("board.operate", { board_id, operations: [add("a")] });
  const { item_id } = await console_.ask("board.save", { board_id });
  expect((await phone.ask("board.save", { board_id })).item_id).toBe(item_id);
  const item = await phone.notice("evidence.added", ({ kind }) => kind === "annotation");
  expect(item).toMatchObject({
    id: item_id,
    media_type: "image/svg+xml",
    width: 4000,
    height: 3000,
    derived_from: { id: original.id, sha256: original.sha256 },
    whiteboard_id: board_id,
    captured_by: { participant_id: session.inspector.id, role: "inspector" },
  });
  // Pages are reached by several addresses: their links have none.
  expect(item.content_url).toMatch(/^\/files\//);
  const svg = (await storage.read(`${item.sha256.slice(0, 2)}/${item.sha256}`)).toString();
  expect(svg).toContain(original.sha256);
  expect(svg).toContain('data-id="a"');
  expect(svg).not.toMatch(/<image|href=/);

  await phone.ask("board.operate", { board_id, operations: [add("b")] });
  expect((await phone.ask("board.save", { board_id })).item_id).not.toBe(item_id);
  const events = (await media.events(session.id)).filter(({ type }) => type === "evidence.added");
  expect(events.map(({ data }) => data.kind)).toEqual(["snapshot", "annotation", "annotation"]);
  expect(events[1]?.data.content_url).toMatch(/^http:\/\/localhost:3000\/files\//);
});

test("the live board is shared and never stored, and goes with the picture that it lay over", async () => {
  const session = await media.session();
  const phone = await media.enter(session.participant);
  const console_ = await media.enter(session.inspector);
  const { transport_id } = await phone.ask("transport.create", { direction: "send" });
  const sendCamera = (ssrc: number) =>
    phone.ask("producer.create", {
      transport_id,
      kind: "video",
      source: "camera",
      rtp_parameters: {
        codecs: [{ mimeType: "video/VP8", payloadType: 96, clockRate: 90_000, parameters: {}, rtcpFeedback: [] }],
        encodings: [{ ssrc }],
        rtcp: { cname: "phone" },
      },
      paused: false,
    });
  const earlier = await sendCamera(2222);
  await console_.ask("board.operate", { board_id: "live", operations: [add("a")] });
  await phone.notice("board.operated", ({ board_id }) => board_id === "live");
  // Sent anew, in other layers: the picture was there all the time.
  const { producer_id } = await sendCamera(3333);
  await console_.notice("producer.removed", (removed) => removed.producer_id === earlier.producer_id);
  const observed = await (await media.connect({ token: session.observer.token })).ask("room.enter", {});
  expect(observed.boards.find(({ board_id }) => board_id === "live")?.operations).toHaveLength(1);
  await phone.ask("producer.close", { producer_id });
  const wiped = await console_.notice("board.operated", ({ operations }) => operations[0]?.operation.op === "clear");
  expect(wiped.operations).toMatchObject([{ sequence: 2, operation: { op: "clear", scope: "all" } }]);
  const state = await (await media.connect({ token: session.observer.token })).ask("room.enter", {});
  expect(state.boards.find(({ board_id }) => board_id === "live")?.operations).toEqual([]);
  // Taking back or doing again what was before the wiping does nothing, for who saw it and for who did not.
  const again = { board_id: "live", operations: [{ op: "undo" as const }, { op: "redo" as const }] };
  expect((await console_.ask("board.operate", again)).sequence).toBe(2);
  const stored = await media.database
    .selectFrom("whiteboards")
    .selectAll()
    .where("session_id", "=", session.id)
    .execute();
  expect(stored).toEqual([]);
});

test("an announced capture is told to all, is missing until its item is there, and is announced once", async () => {
  const session = await media.session();
  const phone = await media.enter(session.participant);
  const console_ = await media.enter(session.inspector);
  const capture = { capture_id: randomUUID(), kind: "snapshot" as const, sha256: "a".repeat(64), size: 12 };
  await phone.ask("capture.announce", capture);
  await phone.ask("capture.announce", capture);
  expect(await console_.notice("capture.announced")).toMatchObject({
    ...capture,
    participant_id: session.participant.id,
  });
  expect((await console_.ask("room.enter", {})).announced).toMatchObject([capture]);
  expect(console_.all("capture.announced")).toHaveLength(1);

  const arrived = await snapshot(session);
  // An announcement that comes after its upload is not missing.
  await phone.ask("capture.announce", { ...capture, capture_id: arrived.capture_id });
  expect((await console_.ask("room.enter", {})).announced).toMatchObject([capture]);
});

test("the inspector's request is answered by the phone, and is in the log with its result", async () => {
  const session = await media.session();
  const console_ = await media.enter(session.inspector);
  expect(await console_.refusal("capture.request", { request_id: randomUUID() })).toBe("unavailable");
  const phone = await media.enter(session.participant);
  const taken = { capture_id: randomUUID(), sha256: "b".repeat(64) };
  const asked: unknown[] = [];
  phone.onCapture = (request) => {
    asked.push(request);
    return { ok: true, ...taken };
  };
  const request_id = randomUUID();
  expect(await console_.ask("capture.request", { request_id })).toEqual(taken);
  expect(asked).toEqual([{ request_id, by: "Ines P." }]);
  for (const [answer, code] of [
    [{ ok: false, code: "permission_denied", message: "The camera is not allowed." }, "permission_denied"],
    [{ ok: false, code: "camera_on_fire", message: "It burns." }, "unavailable"],
    [{ ok: true }, "internal_error"],
    ["what?", "internal_error"],
  ] as const) {
    phone.onCapture = () => answer;
    expect(await console_.refusal("capture.request", { request_id: randomUUID() })).toBe(code);
  }
  phone.onCapture = undefined;
  expect(await console_.refusal("capture.request", { request_id: randomUUID() })).toBe("unavailable");
  const logged = (await media.auditActions(session.id)).filter((action) => action === "capture.requested");
  expect(logged).toHaveLength(7);
});

test("a signature is asked for, drawn once, and kept with its strokes", async () => {
  const session = await media.session();
  const phone = await media.enter(session.participant);
  const console_ = await media.enter(session.inspector);
  await console_.ask("signature.request", {});
  expect(await phone.notice("signature.requested")).toEqual({ by: "Ines P." });
  const shape = {
    kind: "freehand" as const,
    id: "s",
    color: "#000000",
    width: 0.005,
    points: [[0.1, 0.5] as [number, number], [0.9, 0.4] as [number, number]],
  };
  const operations = [{ op: "add" as const, gesture: "s", shape }];
  expect(await phone.refusal("signature.submit", { name: "Marie L.", operations: [add("a")] })).toBe(
    "validation_error",
  );
  expect(await phone.refusal("signature.submit", { name: " ", operations })).toBe("validation_error");
  const { signature_id } = await phone.ask("signature.submit", { name: "Marie L.", operations });
  expect(await console_.notice("signature.submitted")).toEqual({ participant_id: session.participant.id });
  expect(await phone.refusal("signature.submit", { name: "Marie L.", operations })).toBe("conflict");
  const row = await media.database
    .selectFrom("participant_signatures")
    .selectAll()
    .where("id", "=", signature_id)
    .executeTakeFirstOrThrow();
  expect(row).toMatchObject({ session_id: session.id, name: "Marie L.", entries: [{ operation: { shape } }] });
  expect((await storage.read(row.storage_key ?? "")).toString()).toContain('viewBox="0 0 1500 500"');
  expect(await media.auditActions(session.id)).toEqual(
    expect.arrayContaining(["signature.requested", "signature.drawn"]),
  );
  expect((await console_.ask("room.enter", {})).signature).toEqual({ requested: true, submitted: true });
});

test("a session without a signature asks for none and takes none", async () => {
  const session = await media.session({ signature_level: "none" });
  const console_ = await media.enter(session.inspector);
  expect(await console_.refusal("signature.request", {})).toBe("conflict");
});
