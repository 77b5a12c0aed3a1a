import type { Operation } from "@nexbasira/core/shapes/operation.ts";
import { describe, expect, test } from "vitest";
import { SharedBoard } from "./shared-board.ts";

const AT = "2026-05-23T11:42:15.123Z";
const add = (id: string): Operation => ({
  op: "add",
  gesture: id,
  shape: { kind: "line", id, color: "#ff0000", width: 0.01, from: [0, 0], to: [1, 1] },
});
const entry = (sequence: number, author: string, operation: Operation) => ({ sequence, author, at: AT, operation });
const ids = (board: SharedBoard): string[] => [...board.view.shapes.keys()];
const open = (entries: ReturnType<typeof entry>[] = []) => new SharedBoard("me", entries, () => undefined);

describe("a shared board", () => {
  test("shows one's own operation at once, and once when it comes back", () => {
    const board = open();
    expect(board.draw(add("a"))).toBe(true);
    expect(ids(board)).toEqual(["a"]);
    board.receive([entry(0, "me", add("a"))]);
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
    board.receive([entry(0, "me", add("a"))]);
    expect(ids(board)).toEqual(["a", "b"]);
    board.draw({ op: "undo" });
    expect(ids(board)).toEqual(["a"]);
  });

  test("ignores entries that it has already", () => {
    const board = open([entry(0, "them", add("a"))]);
    board.draw(add("b"));
    board.receive([entry(0, "them", { op: "clear", gesture: "c", scope: "all" }), entry(1, "me", add("b"))]);
    expect(ids(board)).toEqual(["a", "b"]);
  });

  test("takes away what the room refused", () => {
    const board = open();
    board.draw(add("a"));
    board.draw(add("b"));
    board.drop(1);
    expect(ids(board)).toEqual(["b"]);
  });

  test("starts again from the room's list after a new connection", () => {
    const board = open();
    board.draw(add("lost"));
    board.replace([entry(0, "them", add("kept"))]);
    expect(ids(board)).toEqual(["kept"]);
  });

  test("says that an operation changes nothing, so that it is not sent", () => {
    let changes = 0;
    const board = new SharedBoard("me", [], () => changes++);
    expect(board.draw({ op: "undo" })).toBe(false);
    expect(changes).toBe(0);
  });
});
