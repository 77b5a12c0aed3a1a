import { replayBoard } from "@nexbasira/core/shapes/board.ts";
import { drawSvg } from "@nexbasira/core/shapes/draw-svg.ts";
import type { Operation } from "@nexbasira/core/shapes/operation.ts";
import { MAX_POINTS, type ShapeDraft } from "@nexbasira/core/shapes/shape.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { MediaFixture } from "../helpers/media-fixture.ts";
import { seedBoard } from "../helpers/seed-board.ts";

/** What the renderer takes at most, in bytes (`core/images/render-svg.ts`). */
const RENDERER = 32_000_000;

let media: MediaFixture;
beforeAll(async () => {
  media = await MediaFixture.open();
  await media.start({ grace: 10_000, linger: 100 });
});
afterAll(() => media.close());

/** The heaviest stroke there is: it turns at each of its points. */
const dense = (id: string): ShapeDraft => ({
  kind: "freehand",
  id,
  color: "#ff0000",
  width: 0.01,
  points: Array.from({ length: MAX_POINTS }, (_, at): [number, number] => [(at % 500) / 500, at % 2]),
});
const add = (shape: ShapeDraft): Operation => ({ op: "add", gesture: shape.id, shape });
const line = (id: string): ShapeDraft => ({
  kind: "line",
  id,
  color: "#ff0000",
  width: 0.01,
  from: [0, 0],
  to: [1, 1],
});

test("a board that can still be drawn takes no more, tells its author so, and keeps what fitted", async () => {
  const session = await media.session();
  const strokes = Array.from({ length: 11 }, (_, at) => add(dense(`s${at}`)));
  const { board_id } = await seedBoard(media.database, session.id, strokes);
  const console_ = await media.enter(session.inspector);
  const phone = await media.enter(session.participant);
  // The first and the last of the three fit, the one between does not.
  const operations = [add(line("before")), add(dense("more")), add(line("after"))];
  expect(await console_.refusal("board.operate", { board_id, operations })).toBe("payload_too_large");
  const told = await phone.notice("board.operated");
  expect(told.operations.map(({ operation }) => operation.op === "add" && operation.shape.id)).toEqual([
    "before",
    "after",
  ]);
  const late = await media.enter(session.observer);
  const state = await late.ask("room.enter", {});
  const entries = state.boards.find((board) => board.board_id === board_id)?.operations ?? [];
  expect(entries).toHaveLength(strokes.length + 2);
  const svg = drawSvg(replayBoard(entries), { width: 1600, height: 1200, title: "" });
  expect(Buffer.byteLength(svg)).toBeLessThan(RENDERER);
  expect(Buffer.byteLength(svg)).toBeGreaterThan(RENDERER / 2);
  // There is room again when something went.
  const remove: Operation = { op: "remove", gesture: "r", id: "s0" };
  await console_.ask("board.operate", { board_id, operations: [remove, add(dense("more"))] });
});

test("a session's boards take no more history than somebody who enters can be given", async () => {
  const session = await media.session();
  const points = Array.from({ length: MAX_POINTS }, (_, at): [number, number] => [at / 7_777, 1 / (at + 3)]);
  const shape: ShapeDraft = { kind: "freehand", id: "s", color: "#ff0000", width: 0.01, points };
  const history = Array.from({ length: 100 }, (_, at): Operation => ({ op: "update", gesture: `u${at}`, shape }));
  const { board_id } = await seedBoard(media.database, session.id, [add(shape), ...history]);
  const console_ = await media.enter(session.inspector);
  const operations = [add(line("a"))];
  expect(await console_.refusal("board.operate", { board_id, operations })).toBe("payload_too_large");
  const { board_id: other } = await console_.ask("board.open", { kind: "whiteboard" });
  expect(await console_.refusal("board.operate", { board_id: other, operations })).toBe("payload_too_large");
  // What is there is there still.
  const state = await console_.ask("room.enter", {});
  expect(state.boards.find((board) => board.board_id === board_id)?.operations).toHaveLength(101);
});

test("two who wipe the same shape at once, and undo, come to one board", async () => {
  const session = await media.session();
  const console_ = await media.enter(session.inspector);
  const phone = await media.enter(session.participant);
  const { board_id } = await console_.ask("board.open", { kind: "whiteboard" });
  await console_.ask("board.operate", { board_id, operations: [add(line("a"))] });
  const wipe = (gesture: string): Operation[] => [{ op: "remove", gesture, id: "a" }];
  await Promise.all([
    console_.ask("board.operate", { board_id, operations: wipe("r1") }),
    phone.ask("board.operate", { board_id, operations: wipe("r2") }),
  ]);
  // One of them did it, the other has nothing to take back.
  await Promise.all(
    [console_, phone].map((client) => client.ask("board.operate", { board_id, operations: [{ op: "undo" }] })),
  );
  const { boards } = await phone.ask("room.enter", {});
  const entries = boards.find((board) => board.board_id === board_id)?.operations ?? [];
  const authors = entries.filter(({ operation }) => operation.op === "remove").map(({ author }) => author);
  expect(authors).toHaveLength(1);
  expect(new Set(entries.map(({ sequence }) => sequence)).size).toBe(entries.length);
  // The inspector's undo took back their removal, or, where that was the phone's, their line, which was gone.
  const shapes = [...replayBoard(entries).shapes.keys()];
  expect(shapes).toEqual(["a"]);
});

test("undo goes on where it was after a new connection", async () => {
  const session = await media.session();
  const console_ = await media.enter(session.inspector);
  const { board_id } = await console_.ask("board.open", { kind: "whiteboard" });
  await console_.ask("board.operate", { board_id, operations: [add(line("a")), add(line("b"))] });
  console_.socket.disconnect();
  const again = await media.enter(session.inspector);
  await again.ask("board.operate", { board_id, operations: [{ op: "undo" }] });
  const { boards } = await again.ask("room.enter", {});
  const entries = boards.find((board) => board.board_id === board_id)?.operations ?? [];
  expect([...replayBoard(entries).shapes.keys()]).toEqual(["a"]);
});
