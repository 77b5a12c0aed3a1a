import { describe, expect, test } from "vitest";
import { applyOperation, type Board, boardAt, canUndo, EMPTY_BOARD, MAX_SHAPES, replayBoard } from "./board.ts";
import type { BoardEntry, Operation } from "./operation.ts";
import { MAX_POINTS, type ShapeDraft, type StrokePoint } from "./shape.ts";

const instant = (ms: number): string => new Date(Date.UTC(2026, 4, 23) + ms).toISOString();

const line = (id: string, x = 0.1): ShapeDraft => ({
  kind: "line",
  id,
  color: "#ff0000",
  width: 0.01,
  from: [x, 0.1],
  to: [0.9, 0.9],
});
const stroke = (id: string, points: StrokePoint[] = [[0.5, 0.5]]): ShapeDraft => ({
  kind: "freehand",
  id,
  color: "#ff0000",
  width: 0.01,
  points,
});
const add = (shape: ShapeDraft, gesture = shape.id): Operation => ({ op: "add", gesture, shape });

/** Applies operations one after another, a second apart. */
function draw(operations: [author: string, operation: Operation][], from: Board = EMPTY_BOARD): Board {
  return operations.reduce(
    (board, [author, operation], index) => applyOperation(board, operation, { author, at: instant(index * 1_000) }),
    from,
  );
}

const ids = (board: Board): string[] => [...board.shapes.keys()];

/** A generator of numbers from 0 to 1 that gives the same for the same seed (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** What two people might do, sensible or not. */
function randomEntries(seed: number, count: number): BoardEntry[] {
  const random = randomOf(seed);
  const pick = <Item>(items: readonly Item[]): Item => {
    const item = items[Math.floor(random() * items.length)];
    if (item === undefined) throw new Error("nothing to pick from");
    return item;
  };
  const id = (): string => `s${Math.floor(random() * 12)}`;
  const gesture = (): string => `g${Math.floor(random() * 6)}`;
  return Array.from({ length: count }, (_, index) => {
    const operations: Operation[] = [
      add(line(id(), random()), gesture()),
      add(stroke(id()), gesture()),
      { op: "append", gesture: gesture(), id: id(), points: [[random(), random()]] },
      { op: "update", gesture: gesture(), shape: line(id(), random()) },
      { op: "remove", gesture: gesture(), id: id() },
      { op: "undo" },
      { op: "undo" },
      { op: "redo" },
      { op: "clear", gesture: gesture(), scope: pick(["own", "all"] as const) },
    ];
    return { author: pick(["anna", "ben"]), at: instant(index), operation: pick(operations) };
  });
}

describe("a board", () => {
  test("gives each shape its author, its times and its place from back to front", () => {
    const board = draw([
      ["anna", add(line("a"))],
      ["ben", add(line("b"))],
      ["anna", { op: "update", gesture: "move", shape: line("a", 0.4) }],
    ]);
    expect(board.shapes.get("a")).toEqual({
      ...line("a", 0.4),
      author: "anna",
      created_at: instant(0),
      updated_at: instant(2_000),
      z: 0,
    });
    expect(board.shapes.get("b")).toMatchObject({ author: "ben", z: 1 });
  });

  test("is not changed by an operation on it", () => {
    const before = draw([["anna", add(stroke("a"))]]);
    const shape = before.shapes.get("a");
    const copy = structuredClone(shape);
    draw([["anna", { op: "append", gesture: "a", id: "a", points: [[0.1, 0.1]] }]], before);
    draw([["anna", { op: "clear", gesture: "c", scope: "all" }]], before);
    expect(before.shapes.get("a")).toBe(shape);
    expect(shape).toEqual(copy);
  });

  test.each<[string, Operation]>([
    ["an id that is in use", add(line("a"))],
    ["points for an unknown shape", { op: "append", gesture: "g", id: "x", points: [[0, 0]] }],
    ["points for a shape that is no stroke", { op: "append", gesture: "g", id: "a", points: [[0, 0]] }],
    ["points for another's stroke", { op: "append", gesture: "g", id: "b", points: [[0, 0]] }],
    ["a new form of another's shape", { op: "update", gesture: "g", shape: stroke("b") }],
    ["a new form of another kind", { op: "update", gesture: "g", shape: stroke("a") }],
    ["the removal of an unknown shape", { op: "remove", gesture: "g", id: "x" }],
    ["a redo without an undo", { op: "redo" }],
  ])("is the same object after %s", (_, operation) => {
    const board = draw([
      ["anna", add(line("a"))],
      ["ben", add(stroke("b"))],
    ]);
    expect(draw([["anna", operation]], board)).toBe(board);
  });

  test("takes no more points in a stroke than the limit", () => {
    const many = Array.from({ length: MAX_POINTS - 1 }, (): StrokePoint => [0.5, 0.5]);
    const board = draw([["anna", add(stroke("a", many))]]);
    const append = (points: StrokePoint[]): Operation => ({ op: "append", gesture: "a", id: "a", points });
    const two: StrokePoint[] = [
      [0, 0],
      [1, 1],
    ];
    expect(draw([["anna", append(two)]], board)).toBe(board);
    expect(draw([["anna", append(two.slice(1))]], board).shapes.get("a")).toMatchObject({
      points: { length: MAX_POINTS },
    });
  });

  test("takes no more shapes than the limit", () => {
    const entries = Array.from(
      { length: MAX_SHAPES + 5 },
      (_, index): BoardEntry => ({
        author: "anna",
        at: instant(index),
        operation: add(line(`s${index}`)),
      }),
    );
    expect(replayBoard(entries).shapes.size).toBe(MAX_SHAPES);
  });
});

describe("undo", () => {
  test("takes back the author's own last step, whatever others did since", () => {
    const board = draw([
      ["anna", add(line("a"))],
      ["ben", add(line("b"))],
      ["anna", { op: "undo" }],
    ]);
    expect(ids(board)).toEqual(["b"]);
    expect(canUndo(board, "anna")).toEqual({ undo: false, redo: true });
    expect(canUndo(board, "ben")).toEqual({ undo: true, redo: false });
  });

  test("takes back all operations of one gesture at once, and redo does them again", () => {
    const drawn = draw([
      ["anna", add(stroke("a"))],
      ["anna", { op: "append", gesture: "a", id: "a", points: [[0.6, 0.6]] }],
      ["anna", { op: "append", gesture: "a", id: "a", points: [[0.7, 0.7]] }],
    ]);
    const undone = draw([["anna", { op: "undo" }]], drawn);
    expect(undone.shapes.size).toBe(0);
    expect(draw([["anna", { op: "redo" }]], undone).shapes.get("a")).toBe(drawn.shapes.get("a"));
  });

  test("brings a removed shape back to its place between the others", () => {
    const board = draw([
      ["anna", add(line("a"))],
      ["anna", add(line("b"))],
      ["anna", add(line("c"))],
      ["anna", { op: "remove", gesture: "r", id: "b" }],
      ["anna", { op: "undo" }],
    ]);
    expect(ids(board)).toEqual(["a", "b", "c"]);
  });

  test("brings a cleared board back with its other author's shapes", () => {
    const board = draw([
      ["anna", add(line("a"))],
      ["ben", add(line("b"))],
      ["anna", { op: "clear", gesture: "c", scope: "all" }],
    ]);
    expect(board.shapes.size).toBe(0);
    expect(ids(draw([["anna", { op: "undo" }]], board))).toEqual(["a", "b"]);
  });

  test("leaves alone what somebody else has changed since, and goes on to a step that shows", () => {
    const board = draw([
      ["anna", add(line("a"))],
      ["anna", add(line("b"))],
      ["ben", { op: "remove", gesture: "r", id: "b" }],
      ["anna", { op: "undo" }],
    ]);
    expect(ids(board)).toEqual([]);
    expect(ids(draw([["ben", { op: "undo" }]], board))).toEqual(["b"]);
  });

  test("forgets what was undone once the author draws again", () => {
    const board = draw([
      ["anna", add(line("a"))],
      ["anna", { op: "undo" }],
      ["anna", add(line("b"))],
    ]);
    expect(canUndo(board, "anna")).toEqual({ undo: true, redo: false });
  });

  test("clears the own shapes only when asked for them", () => {
    const board = draw([
      ["anna", add(line("a"))],
      ["ben", add(line("b"))],
      ["anna", { op: "clear", gesture: "c", scope: "own" }],
    ]);
    expect(ids(board)).toEqual(["b"]);
  });
});

describe("a history of operations", () => {
  test.each([1, 2, 3, 4, 5, 6, 7, 8])("gives the same board replayed as applied one by one (seed %i)", (seed) => {
    const entries = randomEntries(seed, 400);
    const applied = entries.reduce(
      (board, { operation, ...context }) => applyOperation(board, operation, context),
      EMPTY_BOARD,
    );
    const replayed = replayBoard(structuredClone(entries));
    expect([...replayed.shapes]).toEqual([...applied.shapes]);
    expect(replayed.nextZ).toBe(applied.nextZ);
    expect(ids(applied)).toEqual([...applied.shapes.values()].sort((a, b) => a.z - b.z).map(({ id }) => id));
  });

  test.each([11, 12, 13, 14])("is undone by each author to nothing that is left of them (seed %i)", (seed) => {
    const entries = randomEntries(seed, 300).filter(
      ({ operation }) => operation.op !== "clear" && operation.op !== "remove",
    );
    let board = replayBoard(entries);
    for (const author of ["anna", "ben"]) {
      while (canUndo(board, author).undo) {
        const next = applyOperation(board, { op: "undo" }, { author, at: instant(0) });
        if (next === board) break;
        board = next;
      }
    }
    expect(board.shapes.size).toBe(0);
  });

  test("depends on the order of the operations", () => {
    const entries: BoardEntry[] = [
      { author: "anna", at: instant(0), operation: add(line("a")) },
      { author: "anna", at: instant(0), operation: { op: "remove", gesture: "r", id: "a" } },
    ];
    expect(replayBoard(entries).shapes.size).toBe(0);
    expect(replayBoard([...entries].reverse()).shapes.size).toBe(1);
  });

  test("gives the board as it was at any time", () => {
    const entries = ["a", "b", "c"].map(
      (id, index): BoardEntry => ({ author: "anna", at: instant(index * 1_000), operation: add(line(id)) }),
    );
    expect(ids(boardAt(entries, instant(-1)))).toEqual([]);
    expect(ids(boardAt(entries, instant(1_000)))).toEqual(["a", "b"]);
    expect(ids(boardAt(entries, instant(1_500)))).toEqual(["a", "b"]);
    expect(ids(boardAt(entries, instant(9_000)))).toEqual(["a", "b", "c"]);
  });
});
