import type { Point, Shape } from "./shape.ts";

/** A surface's size in pixels, or in any unit: only the ratio matters where lengths are compared. */
export interface Surface {
  width: number;
  height: number;
}

/**
 * What a measurement line measures, in its reference's unit: the ratio of both lines on the surface times the stated
 * length. It holds where both lie in one plane parallel to the picture. Undefined where the reference has no length.
 */
export function measuredLength(shape: Extract<Shape, { kind: "measurement" }>, surface: Surface): number | undefined {
  const reference = lengthOf(shape.reference.from, shape.reference.to, surface);
  if (reference === 0) return undefined;
  return (lengthOf(shape.from, shape.to, surface) / reference) * shape.reference.length;
}

function lengthOf(from: Point, to: Point, surface: Surface): number {
  return Math.hypot((to[0] - from[0]) * surface.width, (to[1] - from[1]) * surface.height);
}
