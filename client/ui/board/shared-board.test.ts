import { applyOperation, type Board, EMPTY_BOARD } from "@nexbasira/core/shapes/board.ts";
import type { Operation } from "@nexbasira/core/shapes/operation.ts";
import { MAX_POINTS } from "@nexbasira/core/shapes/shape.ts";
import { describe, expect, test } from "vitest";
import { type OwnOperation, type SequencedEntry, SharedBoard } from "./shared-board.ts";

const AT = "2026-05-23T11:42:15.123Z";
const add = (id: string): Operation => ({
  op: "add",
  gesture: id,
  shape: { kind: "line", id, color: "#ff0000", width: 0.01, from: [0, 0], to: [1, 1] },
});
const entry = (sequence: number, author: string, operation: Operation) => ({ sequence, author, at: AT, operation });
const ids = (board: SharedBoard): string[] => [...board.view.shapes.keys()];
const open = (entries: SequencedEntry[] = []) => new SharedBoard("me", entries, () => undefined);
/** As the connection does it: what is not sent yet goes on its way. */
const send = (board: SharedBoard): OwnOperation[] => {
  const batch = board.own.filter(({ sent }) => !sent);
  for (const own of batch) own.sent = true;
  return batch;
};
/** The same operation with its keys in another order, as a parser may give it back. */
const reordered = (operation: Operation): Operation =>
  JSON.parse(JSON.stringify(operation), (_, value: unknown) =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).reverse())
      : value,
  );

describe("a shared board", () => {
  test("shows one's own operation at once, and once when it comes back", () => {
    const board = open();
    expect(board.draw(add("a"))).toBe("drawn");
    expect(ids(board)).toEqual(["a"]);
    send(board);
    board.receive([entry(0, "me", reordered(add("a")))]);
    expect(ids(board)).toEqual(["a"]);
    expect(board.view.shapes.get("a")?.created_at).toBe(AT);
  });

  test("takes the room's order, not one's own", () => {
    const board = open();
    board.draw(add("mine"));
    board.receive([entry(0, "them", add("theirs"))]);
    expect(ids(board)).toEqual(["theirs", "mine"]);
  });

  test("keeps what is still under way while earlier operations are confirmed", () => {
    const board = open();
    board.draw(add("a"));
    board.draw(add("b"));
    send(board);
    board.receive([entry(0, "me", add("a"))]);
    expect(ids(board)).toEqual(["a", "b"]);
    board.draw({ op: "undo" });
    expect(ids(board)).toEqual(["a"]);
  });

  test("ignores entries that it has already", () => {
    const board = open([entry(0, "them", add("a"))]);
    board.draw(add("b"));
    send(board);
    board.receive([entry(0, "them", { op: "clear", gesture: "c", scope: "all" }), entry(1, "me", add("b"))]);
    expect(ids(board)).toEqual(["a", "b"]);
  });

  test("takes away what the room refused", () => {
    const board = open();
    board.draw(add("a"));
    const refused = send(board);
    board.draw(add("b"));
    board.refuse(refused);
    expect(ids(board)).toEqual(["b"]);
  });

  test("says that an operation changes nothing, or does not fit, so that it is not sent", () => {
    let changes = 0;
    const board = new SharedBoard("me", [], () => changes++);
    expect(board.draw({ op: "undo" })).toBe("nothing");
    expect(changes).toBe(0);
    const points = Array.from({ length: MAX_POINTS }, (_, at): [number, number] => [(at % 500) / 500, at % 2]);
    const dense = (id: string): Operation => ({
      op: "add",
      gesture: id,
      shape: { kind: "freehand", id, color: "#ff0000", width: 0.01, points },
    });
    let drawn = 0;
    while (board.draw(dense(`s${drawn}`)) === "drawn") drawn += 1;
    expect(drawn).toBeGreaterThan(5);
    expect(board.draw(dense("more"))).toBe("full");
    expect(ids(board)).toHaveLength(drawn);
  });

  test("is not led astray by an operation that the room passed over", () => {
    const board = open([entry(0, "them", add("x"))]);
    // Both wipe the same shape; they were first.
    board.draw({ op: "remove", gesture: "r", id: "x" });
    const removal = send(board);
    board.receive([entry(1, "them", { op: "remove", gesture: "t", id: "x" })]);
    board.draw(add("a"));
    const addition = send(board);
    board.receive([entry(2, "me", add("a"))]);
    board.acknowledge(removal, 1);
    board.acknowledge(addition, 2);
    expect(board.own).toEqual([]);
    board.draw(add("b"));
    board.draw({ op: "undo" });
    send(board);
    board.receive([entry(3, "me", add("b")), entry(4, "me", { op: "undo" })]);
    expect(ids(board)).toEqual(["a"]);
  });

  test("sends again after a new connection what the room does not have, and only that", () => {
    const board = open([entry(0, "them", add("kept"))]);
    board.draw(add("a"));
    board.draw(add("b"));
    send(board);
    board.draw(add("c"));
    // The cut came when the first of them had arrived; nobody was told.
    board.enterAgain([entry(0, "them", add("kept")), entry(1, "me", add("a")), entry(2, "them", add("new"))]);
    expect(board.own.filter(({ sent }) => !sent).map(({ operation }) => operation)).toEqual([add("b"), add("c")]);
    expect(ids(board)).toEqual(["kept", "a", "new", "b", "c"]);
  });

  test("sends again what a room had told and lost before it was stored", () => {
    const board = open();
    board.draw(add("a"));
    send(board);
    board.receive([entry(1, "me", add("a"))]);
    board.enterAgain([]);
    expect(board.own.map(({ sent }) => sent)).toEqual([false]);
    expect(ids(board)).toEqual(["a"]);
  });
});

/** What the room does: applies in order, leaves out what changes nothing, tells everybody, acknowledges. */
class Room {
  board: Board = EMPTY_BOARD;
  entries: SequencedEntry[] = [];
  operate(author: string, operations: readonly Operation[]): SequencedEntry[] {
    const told: SequencedEntry[] = [];
    for (const operation of operations) {
      const next = applyOperation(this.board, operation, { author, at: AT });
      if (next === this.board) continue;
      this.board = next;
      told.push({ sequence: this.entries.length + told.length + 1, author, at: AT, operation: reordered(operation) });
    }
    this.entries.push(...told);
    return told;
  }
}

function random(seed: number): (below: number) => number {
  let state = seed * 2_654_435_761;
  return (below) => {
    state = (Math.imul(state ^ (state >>> 15), 2_246_822_519) + 0x9e3779b9) >>> 0;
    return (state >>> 8) % below;
  };
}

describe("two people and a room, over connections that break at any moment", () => {
  test.each(Array.from({ length: 40 }, (_, seed) => seed))(
    "come to the same board, nothing lost or doubled (%i)",
    (seed) => {
      const below = random(seed + 1);
      const room = new Room();
      const people = ["anna", "ben"].map((author) => ({
        author,
        shared: new SharedBoard(author, [], () => undefined),
        /** What the connection carries to the person, in order. */
        inbox: [] as (() => void)[],
        drawn: new Set<string>(),
      }));
      const deliver = (person: (typeof people)[number]) => person.inbox.shift()?.();
      const send_ = (person: (typeof people)[number], arrives: boolean) => {
        const batch = send(person.shared);
        if (batch.length === 0 || !arrives) return;
        const told = room.operate(
          person.author,
          batch.map(({ operation }) => operation),
        );
        const sequence = room.entries.length;
        for (const other of people) if (told.length > 0) other.inbox.push(() => other.shared.receive(told));
        person.inbox.push(() => person.shared.acknowledge(batch, sequence));
      };
      const cut = (person: (typeof people)[number]) => {
        if (below(2) === 0) send_(person, below(2) === 0);
        person.inbox = [];
        person.shared.enterAgain([...room.entries]);
      };
      let count = 0;
      for (let step = 0; step < 400; step += 1) {
        const person = people[below(2)];
        if (person === undefined) continue;
        const kind = below(12);
        const shapes = [...person.shared.view.shapes.values()];
        const some = shapes[below(Math.max(1, shapes.length))];
        if (kind < 4) {
          const id = `${person.author}${count++}`;
          person.drawn.add(id);
          const shape = {
            kind: "freehand" as const,
            id,
            color: "#ff0000",
            width: 0.01,
            points: [[0, 0] as [number, number]],
          };
          person.shared.draw({ op: "add", gesture: id, shape });
        } else if (kind === 4 && some?.kind === "freehand") {
          person.shared.draw({ op: "append", gesture: some.id, id: some.id, points: [[count++ / 1_000, 0.5]] });
        } else if (kind === 5 && some !== undefined) {
          person.shared.draw({ op: "remove", gesture: `r${step}`, id: some.id });
        } else if (kind === 6) person.shared.draw({ op: below(3) === 0 ? "redo" : "undo" });
        else if (kind === 7) cut(person);
        else if (kind < 10) send_(person, true);
        else deliver(person);
      }
      for (const person of people) send_(person, true);
      for (const person of people) while (person.inbox.length > 0) deliver(person);
      for (const person of people) {
        expect(person.shared.own.filter(({ seen }) => !seen)).toEqual([]);
        expect([...person.shared.view.shapes]).toEqual([...room.board.shapes]);
        // Every shape that was drawn was added, once.
        const added = room.entries.filter(
          ({ author, operation }) => author === person.author && operation.op === "add",
        );
        expect(added).toHaveLength(person.drawn.size);
      }
      // Each piece of a stroke has a place of its own: none came twice.
      const pieces = room.entries.flatMap(({ operation }) =>
        operation.op === "append" ? [operation.points[0]?.[0]] : [],
      );
      expect(new Set(pieces).size).toBe(pieces.length);
    },
  );
});
