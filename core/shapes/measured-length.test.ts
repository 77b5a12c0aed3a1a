import { describe, expect, test } from "vitest";
import { formatMeasured, measuredLength } from "./measured-length.ts";
import type { Point, Shape } from "./shape.ts";

type Measurement = Extract<Shape, { kind: "measurement" }>;
const measurement = (from: Point, to: Point, reference: [Point, Point], length: number): Measurement => ({
  kind: "measurement",
  id: "m",
  color: "#ff0000",
  width: 0.005,
  from,
  to,
  reference: { from: reference[0], to: reference[1], length, unit: "cm" },
  author: "anna",
  created_at: "2026-05-23T11:42:15.123Z",
  updated_at: "2026-05-23T11:42:15.123Z",
  z: 0,
});

describe("a length by reference", () => {
  // 400 pixels upwards beside 200 pixels to the right are twice the length, on a picture of any shape.
  test.each([
    [4_000, 3_000],
    [3_000, 4_000],
    [1_920, 1_080],
    [1_080, 1_920],
    [1_000, 1_000],
    [9_000, 900],
  ])("is right across axes on a picture of %i by %i", (width, height) => {
    const across: [Point, Point] = [
      [0.1, 0.1],
      [0.1 + 200 / width, 0.1],
    ];
    const shape = measurement([0.2, 0.2], [0.2, 0.2 + 400 / height], across, 10);
    expect(measuredLength(shape, { width, height })?.length).toBeCloseTo(20, 9);
    const slanted = measurement([0.2, 0.2], [0.2 + 120 / width, 0.2 + 160 / height], across, 10);
    expect(measuredLength(slanted, { width, height })?.length).toBeCloseTo(10, 9);
  });

  test("is the same in a drawing of any size, its uncertainty too", () => {
    const shape = measurement(
      [0.2, 0.2],
      [0.6, 0.7],
      [
        [0.1, 0.1],
        [0.3, 0.1],
      ],
      21,
    );
    const small = measuredLength(shape, { width: 400, height: 300 });
    const large = measuredLength(shape, { width: 8_000, height: 6_000 });
    if (small === undefined || large === undefined) throw new Error("no length");
    expect(large.length).toBeCloseTo(small.length, 9);
    expect(large.uncertainty).toBeCloseTo(small.uncertainty, 9);
  });

  test("is the less certain the shorter its reference is", () => {
    const of = (reference: number) =>
      measuredLength(
        measurement(
          [0.2, 0.2],
          [0.7, 0.2],
          [
            [0.1, 0.1],
            [0.1 + reference, 0.1],
          ],
          reference * 100,
        ),
        { width: 1_600, height: 1_200 },
      )?.uncertainty ?? 0;
    // 800 pixels by 100 % of a reference of 1,600 px: the square root of two pixels, and half of it again.
    expect(of(0.9)).toBeCloseTo((Math.SQRT2 / 16) * Math.hypot(1, 0.5 / 0.9), 9);
    expect(of(0.05)).toBeGreaterThan(8 * of(0.9));
  });

  test("is unknown by a reference without length", () => {
    expect(
      measuredLength(
        measurement(
          [0, 0],
          [1, 1],
          [
            [0.5, 0.5],
            [0.5, 0.5],
          ],
          10,
        ),
        { width: 4, height: 3 },
      ),
    ).toBe(undefined);
  });
});

test.each([
  [52.5, 0.486, "52.5 ± 0.5"],
  [52.512, 0.146, "52.51 ± 0.15"],
  [1_234.5, 17.3, "1235 ± 17"],
  [1_234.5, 312, "1235 ± 312"],
  [0.0123, 0.00034, "0.0123 ± 0.0003"],
])("%d with an uncertainty of %d is written as %s", (length, uncertainty, text) => {
  expect(formatMeasured({ length, uncertainty })).toBe(text);
});
