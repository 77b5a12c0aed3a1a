import type { StrokePoint } from "@nexbasira/core/shapes/shape.ts";
import { describe, expect, test } from "vitest";
import { simplifyStroke } from "./simplify-stroke.ts";

const surface = { width: 1_000, height: 500 };
const at = (x: number, y: number, pressure?: number): StrokePoint =>
  pressure === undefined ? [x / 1_000, y / 500] : [x / 1_000, y / 500, pressure];

describe("a simplified stroke", () => {
  test("keeps its ends and its corners", () => {
    const stroke = [
      ...Array.from({ length: 11 }, (_, i) => at(i, 0)),
      ...Array.from({ length: 11 }, (_, i) => at(10, i + 1)),
    ];
    const simple = simplifyStroke(stroke, surface);
    expect(simple).toContainEqual(at(0, 0));
    expect(simple).toContainEqual(at(10, 0));
    expect(simple).toContainEqual(at(10, 11));
    expect(simple.length).toBeLessThan(6);
  });

  test("lies within a third of a pixel of all that it leaves out, with a quarter of the points of a slow hand", () => {
    // A circle of 100 pixels drawn in 2.6 s by a pen of 240 Hz.
    const circle = Array.from({ length: 628 }, (_, i) =>
      at(300 + 100 * Math.cos(i / 100), 250 + 100 * Math.sin(i / 100)),
    );
    const simple = simplifyStroke(circle, surface);
    expect(simple.length).toBeLessThan(circle.length / 4);
    for (const [x, y] of circle) {
      const nearest = Math.min(
        ...simple.slice(1).map((to, i) => {
          const from = simple[i] ?? to;
          const [ax, ay, bx, by] = [from[0] * 1_000, from[1] * 500, to[0] * 1_000, to[1] * 500];
          const [dx, dy, px, py] = [bx - ax, by - ay, x * 1_000 - ax, y * 500 - ay];
          const part = Math.min(1, Math.max(0, (px * dx + py * dy) / (dx * dx + dy * dy || 1)));
          return Math.hypot(px - part * dx, py - part * dy);
        }),
      );
      expect(nearest).toBeLessThan(0.36);
    }
  });

  test("has no wide gaps, by which it would change its thickness", () => {
    const line = Array.from({ length: 301 }, (_, i) => at(i, 10));
    const simple = simplifyStroke(line, surface);
    const gaps = simple.slice(1).map((to, i) => (to[0] - (simple[i]?.[0] ?? 0)) * 1_000);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(14.001);
    expect(simple.length).toBeLessThan(50);
  });

  test("keeps a swelling of the pen on a straight line", () => {
    const line = Array.from({ length: 11 }, (_, i) => at(i, 10, i === 5 ? 0.9 : 0.3));
    expect(simplifyStroke(line, surface)).toContainEqual(at(5, 10, 0.9));
  });

  test.each([1, 2])("leaves %i points as they are", (count) => {
    const few = [at(1, 1), at(1.01, 1)].slice(0, count);
    expect(simplifyStroke(few, surface)).toEqual(few);
  });
});
