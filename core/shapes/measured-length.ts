import type { Point, Shape } from "./shape.ts";

/** A surface's size in pixels, or in any unit: only the ratio matters where lengths are compared. */
export interface Surface {
  width: number;
  height: number;
}

/** A derived length in its reference's unit. */
export interface MeasuredLength {
  length: number;
  /** Plus or minus, in the same unit. */
  uncertainty: number;
}

/** How exactly an end is marked: a pixel of a surface 1,600 pixels wide, whatever the size it is drawn in. */
const MARKING = 1 / 1_600;

/**
 * What a measurement line measures, in its reference's unit: the ratio of both lines on the surface times the stated
 * length. It holds where both lie in one plane parallel to the picture; the uncertainty is that of marking alone: a pixel
 * at each end of both lines, which are independent of each other (square root of the sum of squares). Undefined where the
 * reference has no length.
 */
export function measuredLength(
  shape: Extract<Shape, { kind: "measurement" }>,
  surface: Surface,
): MeasuredLength | undefined {
  const reference = lengthOf(shape.reference.from, shape.reference.to, surface);
  if (reference === 0) return undefined;
  const measured = lengthOf(shape.from, shape.to, surface);
  const unitsPerPixel = shape.reference.length / reference;
  const marking = Math.SQRT2 * MARKING * surface.width * unitsPerPixel;
  return { length: measured * unitsPerPixel, uncertainty: Math.hypot(marking, (marking * measured) / reference) };
}

/** Both numbers with the decimals that mean something: the uncertainty's first digit, its second where that is a 1. */
export function formatMeasured({ length, uncertainty }: MeasuredLength): string {
  const exponent = Math.floor(Math.log10(uncertainty));
  const digits = uncertainty / 10 ** exponent < 2 ? 1 : 0;
  const decimals = Math.min(6, Math.max(0, digits - exponent));
  return `${length.toFixed(decimals)} ± ${uncertainty.toFixed(decimals)}`;
}

function lengthOf(from: Point, to: Point, surface: Surface): number {
  return Math.hypot((to[0] - from[0]) * surface.width, (to[1] - from[1]) * surface.height);
}
