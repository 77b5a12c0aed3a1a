import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { applyOperation, EMPTY_BOARD, hasRoomFor, MAX_SHAPES, MAX_WEIGHT, replayBoard } from "./board.ts";
import { drawSvg } from "./draw-svg.ts";
import type { BoardEntry } from "./operation.ts";
import { MAX_POINTS, MAX_TEXT, type ShapeDraft, STAMPS, type StrokePoint } from "./shape.ts";
import { shapeWeight } from "./shape-weight.ts";

const AT = "2026-05-23T11:42:15.123Z";
const base = { id: "x".repeat(40), color: "#ff0000" };
const context = { author: "p".repeat(64), at: AT };

const fraction = fc.double({ min: 0, max: 1, noNaN: true });
const width = fc.double({ min: 0.0005, max: 0.1, noNaN: true });
const point = fc.tuple(fraction, fraction);
const near = fc.tuple(fraction, fraction).map(([x, y]): [number, number] => [0.4 + x / 20, 0.4 + y / 20]);
const pressed = fc.tuple(fraction, fraction, fraction);
const stroke = fc.oneof(
  ...[point, near, pressed].map((one) => fc.array<StrokePoint>(one, { minLength: 1, maxLength: 60 })),
);
const text = fc.string({ minLength: 1, maxLength: MAX_TEXT, unit: fc.constantFrom('"', "&", "\n", "字", "😀", "a") });
const draft: fc.Arbitrary<ShapeDraft> = fc.oneof(
  fc.record({
    kind: fc.constant("freehand" as const),
    id: fc.constant(base.id),
    color: fc.constant(base.color),
    width,
    points: stroke,
  }),
  fc.tuple(width, point, text, fc.double({ min: 0.005, max: 0.5, noNaN: true })).map(([w, at, said, size]) => ({
    kind: "text" as const,
    ...base,
    width: w,
    at,
    text: said.slice(0, MAX_TEXT),
    size,
  })),
  fc
    .tuple(width, point, fc.constantFrom(...STAMPS), fc.double({ min: 0.005, max: 0.5, noNaN: true }))
    .map(([w, at, stamp, size]) => ({ kind: "stamp" as const, ...base, width: w, at, stamp, size })),
  fc
    .tuple(width, point, point, fc.constantFrom("line", "arrow", "rectangle", "ellipse"))
    .map(([w, from, to, kind]) => ({ kind, ...base, width: w, from, to }) as ShapeDraft),
  fc.tuple(width, point, point).map(([w, from, to]) => ({
    kind: "measurement" as const,
    ...base,
    width: w,
    from,
    to,
    reference: { from: to, to: from, length: 123.456789, unit: "mm" as const },
  })),
);

const add = (shape: ShapeDraft): BoardEntry => ({ ...context, operation: { op: "add", gesture: "g", shape } });
const sizes = [
  { width: 1_600, height: 1_200 },
  { width: 12_000, height: 900 },
];

describe("a shape's weight", () => {
  test("is never less than the bytes it takes in the drawing", () => {
    fc.assert(
      fc.property(draft, (shape) => {
        const board = replayBoard([add(shape)]);
        for (const size of sizes) {
          const bytes = Buffer.byteLength(drawSvg(board, { ...size, title: "" }));
          const empty = Buffer.byteLength(drawSvg(EMPTY_BOARD, { ...size, title: "" }));
          expect(bytes - empty).toBeLessThanOrEqual(board.weight);
        }
      }),
      { numRuns: 400 },
    );
  });

  test("bounds a board: what does not fit changes nothing, and what was there stays", () => {
    const points = Array.from({ length: MAX_POINTS }, (_, at): [number, number] => [(at % 500) / 500, at % 2]);
    let board = EMPTY_BOARD;
    let count = 0;
    for (;;) {
      const { operation } = add({ kind: "freehand", ...base, id: `s${count}`, width: 0.01, points });
      const next = applyOperation(board, operation, context);
      expect(next !== board).toBe(hasRoomFor(board, operation));
      if (next === board) break;
      board = next;
      count += 1;
    }
    expect(board.shapes.size).toBe(count);
    expect(board.weight).toBeLessThanOrEqual(MAX_WEIGHT);
    // One more long stroke would have gone beyond.
    expect(board.weight).toBeGreaterThan(MAX_WEIGHT - 5_000 * 500);
    // A stroke at the limit does not grow, and can be taken away.
    const append = { op: "append" as const, gesture: "g", id: "s0", points: points.slice(0, 1_000) };
    expect(hasRoomFor(board, { op: "clear" as const, gesture: "c", scope: "all" as const })).toBe(true);
    expect(applyOperation(board, append, context)).toBe(board);
    const cleared = applyOperation(board, { op: "clear", gesture: "c", scope: "all" }, context);
    expect(cleared.weight).toBe(0);
    // Taken back, it weighs what it weighed.
    expect(applyOperation(cleared, { op: "undo" }, context).weight).toBe(board.weight);
  });

  test("leaves room for as many simple shapes as a board may have", () => {
    const line: ShapeDraft = { kind: "line", ...base, width: 0.01, from: [0, 0], to: [1, 1] };
    const [shape] = replayBoard([add(line)]).shapes.values();
    if (shape === undefined) throw new Error("no shape");
    expect(shapeWeight(shape) * MAX_SHAPES).toBeLessThan(MAX_WEIGHT);
  });

  test("does not let an undo bring back what no longer fits", () => {
    const points = Array.from({ length: MAX_POINTS }, (_, at): [number, number] => [(at % 500) / 500, at % 2]);
    const fill = (author: string, prefix: string): BoardEntry[] =>
      Array.from({ length: 8 }, (_, at) => ({
        author,
        at: AT,
        operation: {
          op: "add",
          gesture: prefix,
          shape: { kind: "freehand", ...base, id: `${prefix}${at}`, width: 0.01, points },
        },
      }));
    const full = replayBoard([
      ...fill("anna", "a"),
      { author: "anna", at: AT, operation: { op: "clear", gesture: "c", scope: "all" } },
      ...fill("ben", "b"),
    ]);
    expect(full.shapes.size).toBe(8);
    const undone = applyOperation(full, { op: "undo" }, { author: "anna", at: AT });
    expect(undone.weight).toBeLessThanOrEqual(MAX_WEIGHT);
    expect([...undone.shapes.keys()].every((id) => id.startsWith("b"))).toBe(true);
  });
});
