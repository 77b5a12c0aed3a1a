import { describe, expect, test } from "vitest";
import { replayBoard } from "./board.ts";
import { drawSvg } from "./draw-svg.ts";
import { hitShape, shapeBox } from "./hit-shape.ts";
import { isRightToLeft } from "./text-direction.ts";

test.each([
  ["Riss 12 mm", false],
  ["12 – שבר", true],
  ["«مرحبا»", true],
  ["A שבר", false],
  ["ߒߞߏ", true],
  ["नमस्ते", false],
  ["ひび割れ", false],
  ["12,5 – 13", false],
  ["🏠", false],
])("the direction of %s is by its first letter", (text, expected) => {
  expect(isRightToLeft(text)).toBe(expected);
});

describe("a text from right to left", () => {
  const board = replayBoard([
    {
      author: "anna",
      at: "2026-05-23T11:42:15.123Z",
      operation: {
        op: "add",
        gesture: "t",
        shape: { kind: "text", id: "t", color: "#ff0000", width: 0.006, at: [0.5, 0.5], text: "שלום עולם", size: 0.04 },
      },
    },
  ]);
  const [shape] = board.shapes.values();
  if (shape === undefined) throw new Error("no shape");

  test("begins at its place and says its direction in the drawing", () => {
    expect(drawSvg(board, { width: 1_000, height: 1_000, title: "" })).toMatch(
      /<text [^>]*direction="rtl"[^>]*><tspan x="500" y="[\d.]+">שלום עולם</,
    );
  });

  test("is hit to the left of its place", () => {
    const surface = { width: 1_000, height: 1_000 };
    expect(shapeBox(shape, surface)).toMatchObject({ right: 500, top: 500 });
    expect(hitShape(shape, [0.45, 0.52], surface, 1)).toBe(true);
    expect(hitShape(shape, [0.55, 0.52], surface, 1)).toBe(false);
  });
});
