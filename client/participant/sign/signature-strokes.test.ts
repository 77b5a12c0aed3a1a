import { REQUESTS } from "@nexbasira/core/contract/signalling.ts";
import { applyOperation, type Board, EMPTY_BOARD } from "@nexbasira/core/shapes/board.ts";
import type { Operation } from "@nexbasira/core/shapes/operation.ts";
import { describe, expect, it } from "vitest";
import { isSigned, signatureOperations } from "./signature-strokes.ts";

const context = { author: "signer", at: "2026-05-23T11:42:15.123Z" };
const points = (count: number): [number, number][] => Array.from({ length: count }, (_, index) => [index / 100, 0.5]);
const stroke = (id: string, count: number): Operation => ({
  op: "add",
  gesture: id,
  shape: { id, kind: "freehand", color: "#14191c", width: 0.006, points: points(count) },
});
const drawn = (...operations: Operation[]): Board =>
  operations.reduce((board, operation) => applyOperation(board, operation, context), EMPTY_BOARD);

describe("a drawn signature", () => {
  it("is none where only a finger slipped", () => {
    expect(isSigned(EMPTY_BOARD)).toBe(false);
    expect(isSigned(drawn(stroke("a", 2)))).toBe(false);
    expect(isSigned(drawn(stroke("a", 6), stroke("b", 2)))).toBe(true);
  });

  it("travels as whole strokes, however it was drawn in pieces", () => {
    const board = drawn(stroke("a", 3), { op: "append", gesture: "a", id: "a", points: points(4) }, stroke("b", 2));
    const operations = signatureOperations(board);
    expect(operations.map((operation) => operation.op === "add" && operation.shape.id)).toEqual(["a", "b"]);
    expect(operations[0]).toMatchObject({ shape: { points: [...points(3), ...points(4)] } });
  });

  it("is what the room's border takes", () => {
    const payload = { name: "Marie Lefèvre", operations: signatureOperations(drawn(stroke("a", 9))) };
    expect(REQUESTS["signature.submit"].payload.safeParse(payload).success).toBe(true);
  });
});
