import { describe, expect, test } from "vitest";
import { hitShape } from "./hit-shape.ts";
import type { Point, Shape, ShapeDraft } from "./shape.ts";
import { shiftShape } from "./shift-shape.ts";

const SURFACE = { width: 1_000, height: 500 };
const base = { id: "a", color: "#000000", width: 0.002 };
const placed = (draft: ShapeDraft): Shape => ({ ...draft, author: "a", created_at: "", updated_at: "", z: 0 });
const box = { from: [0.2, 0.2] as Point, to: [0.6, 0.8] as Point };

describe("a shape under a pointer", () => {
  test.each<[string, ShapeDraft, Point, boolean]>([
    ["on a line", { kind: "line", ...base, ...box }, [0.4, 0.5], true],
    ["beside a line", { kind: "line", ...base, ...box }, [0.4, 0.6], false],
    ["beyond a line's end", { kind: "line", ...base, ...box }, [0.65, 0.875], false],
    ["on a rectangle's side", { kind: "rectangle", ...base, ...box }, [0.2, 0.5], true],
    ["inside of a rectangle", { kind: "rectangle", ...base, ...box }, [0.4, 0.5], false],
    ["on an ellipse", { kind: "ellipse", ...base, ...box }, [0.4, 0.2], true],
    ["inside of an ellipse", { kind: "ellipse", ...base, ...box }, [0.4, 0.5], false],
    ["in the corner of an ellipse's box", { kind: "ellipse", ...base, ...box }, [0.21, 0.21], false],
    [
      "on a stroke",
      {
        kind: "freehand",
        ...base,
        points: [
          [0, 0],
          [0.5, 0],
          [0.5, 1],
        ],
      },
      [0.5, 0.5],
      true,
    ],
    ["on a stroke's only point", { kind: "freehand", ...base, points: [[0.3, 0.3]] }, [0.3, 0.3], true],
    ["on a text", { kind: "text", ...base, at: [0.1, 0.1], size: 0.03, text: "Hello" }, [0.12, 0.13], true],
    [
      "on a pin, above its tip",
      { kind: "stamp", ...base, at: [0.5, 0.5], size: 0.05, stamp: "pin" },
      [0.5, 0.45],
      true,
    ],
  ])("is found %s: %#", (_, draft, point, found) => {
    expect(hitShape(placed(draft), point, SURFACE, 5)).toBe(found);
  });
});

describe("a shape that is moved", () => {
  test("stops at the edge and keeps its form", () => {
    expect(shiftShape({ kind: "line", ...base, ...box }, 0.7, -0.5)).toMatchObject({ from: [0.6, 0], to: [1, 0.6] });
  });

  test("keeps a stroke's pressure", () => {
    const stroke: ShapeDraft = {
      kind: "freehand",
      ...base,
      points: [
        [0.1, 0.1, 0.7],
        [0.2, 0.2],
      ],
    };
    expect(shiftShape(stroke, 0.1, 0.1)).toMatchObject({
      points: [
        [0.2, 0.2, 0.7],
        [0.3, 0.3],
      ],
    });
  });
});
