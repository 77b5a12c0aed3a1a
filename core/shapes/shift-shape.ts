import type { Point, ShapeDraft, StrokePoint } from "./shape.ts";

/** A shape moved by fractions of the surface, no farther than its edge: the shape keeps its form. */
export function shiftShape(shape: ShapeDraft, dx: number, dy: number): ShapeDraft {
  const points = pointsOf(shape);
  const x = limitShift(
    dx,
    points.map((point) => point[0]),
  );
  const y = limitShift(
    dy,
    points.map((point) => point[1]),
  );
  const shift = (point: Point): Point => [clampFraction(point[0] + x), clampFraction(point[1] + y)];
  switch (shape.kind) {
    case "freehand":
      return {
        ...shape,
        points: shape.points.map((point): StrokePoint => {
          const [px, py] = shift([point[0], point[1]]);
          return point[2] === undefined ? [px, py] : [px, py, point[2]];
        }),
      };
    case "text":
    case "stamp":
      return { ...shape, at: shift(shape.at) };
    default:
      return { ...shape, from: shift(shape.from), to: shift(shape.to) };
  }
}

/** The nearest fraction from 0 to 1, with five decimals: a fiftieth of a pixel on a screen, and short to send. */
export function clampFraction(value: number): number {
  return Math.round(Math.min(1, Math.max(0, value)) * 100_000) / 100_000;
}

function pointsOf(shape: ShapeDraft): readonly (Point | StrokePoint)[] {
  switch (shape.kind) {
    case "freehand":
      return shape.points;
    case "text":
    case "stamp":
      return [shape.at];
    default:
      return [shape.from, shape.to];
  }
}

function limitShift(shift: number, values: number[]): number {
  let [lowest, highest] = [1, 0];
  for (const value of values) {
    lowest = Math.min(lowest, value);
    highest = Math.max(highest, value);
  }
  return Math.min(1 - highest, Math.max(-lowest, shift));
}
