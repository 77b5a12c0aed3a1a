import { round } from "./round.ts";
import type { Stamp } from "./shape.ts";

/** Commands on a grid of 24 by 24 around 0,0; every number is a coordinate. */
type Grid = readonly (string | number)[];

const SYMBOLS: Record<Stamp, { stroke: Grid; dot?: [number, number] }> = {
  check: { stroke: ["M", -5, 0.5, "L", -1.5, 4, "L", 5.5, -4] },
  cross: { stroke: ["M", -4.5, -4.5, "L", 4.5, 4.5, "M", 4.5, -4.5, "L", -4.5, 4.5] },
  attention: { stroke: ["M", 0, -6.5, "L", 0, 1.5], dot: [0, 5.8] },
  question: {
    stroke: ["M", -3.2, -3.4, "C", -3, -7.6, 3.6, -7.6, 3.6, -3.4, "C", 3.6, -0.8, 0, -0.6, 0, 2],
    dot: [0, 6],
  },
  pin: { stroke: [], dot: [0, -14.5] },
};

/** The outline of a map pin with its tip at 0,0. */
const PIN: Grid = [
  "M",
  0,
  0,
  "C",
  -5,
  -6,
  -8,
  -10,
  -8,
  -14.5,
  "C",
  -8,
  -25,
  8,
  -25,
  8,
  -14.5,
  "C",
  8,
  -10,
  5,
  -6,
  0,
  0,
];

export interface StampPaths {
  /** Filled in the stamp's colour. */
  body: string;
  /** Stroked in the colour that stands out from it. */
  symbol: string;
  symbolWidth: number;
  /** Filled like the symbol. */
  dot: string;
}

/** The paths of a stamp at `x`, `y` with the given size, all in pixels. */
export function stampPaths(stamp: Stamp, x: number, y: number, size: number): StampPaths {
  const scale = size / 24;
  const { stroke, dot } = SYMBOLS[stamp];
  const dotRadius = (stamp === "pin" ? 3 : 1.5) * scale;
  return {
    body: stamp === "pin" ? `${gridPath(PIN, x, y, scale)}Z` : circlePath(x, y, size / 2),
    symbol: gridPath(stroke, x, y, scale),
    symbolWidth: 2.6 * scale,
    dot: dot === undefined ? "" : circlePath(x + dot[0] * scale, y + dot[1] * scale, dotRadius),
  };
}

/** A whole ellipse as a path. */
export function ellipsePath(x: number, y: number, rx: number, ry: number): string {
  const arc = `A${round(rx)} ${round(ry)} 0 1 0`;
  return `M${round(x - rx)} ${round(y)}${arc} ${round(x + rx)} ${round(y)}${arc} ${round(x - rx)} ${round(y)}Z`;
}

function circlePath(x: number, y: number, radius: number): string {
  return ellipsePath(x, y, radius, radius);
}

function gridPath(grid: Grid, x: number, y: number, scale: number): string {
  let path = "";
  let horizontal = true;
  for (const token of grid) {
    if (typeof token === "string") {
      path += token;
      horizontal = true;
      continue;
    }
    path += `${round(token * scale + (horizontal ? x : y))} `;
    horizontal = !horizontal;
  }
  return path.trimEnd();
}
