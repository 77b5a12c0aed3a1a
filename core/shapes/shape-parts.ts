import { getStroke } from "perfect-freehand";
import { formatMeasured, measuredLength, type Surface } from "./measured-length.ts";
import { round } from "./round.ts";
import type { Point, Shape } from "./shape.ts";
import { ellipsePath, stampPaths } from "./stamp-path.ts";
import { isRightToLeft } from "./text-direction.ts";

/** What a shape is drawn from, in pixels of the surface; the same for SVG and for a canvas. */
export type ShapePart =
  | { type: "fill"; d: string; color: string }
  | { type: "stroke"; d: string; color: string; width: number }
  | {
      type: "text";
      /** The first line's baseline, at its start (the right end where it reads from right to left); at its middle if centred. */
      x: number;
      y: number;
      lines: string[];
      size: number;
      color: string;
      halo: string;
      centered: boolean;
      rightToLeft: boolean;
      /** Clockwise around x, y, in degrees. */
      angle: number;
    };

/** The words a measurement is labelled with, in the reader's language. */
export interface MeasurementWords {
  derived: string;
  reference: string;
}
export const ENGLISH_WORDS: MeasurementWords = { derived: "derived", reference: "reference" };

/** A label's font size as a fraction of the surface's width. */
const LABEL_SIZE = 0.018;
/** Shortened curves between two full ones, and one. */
const CURVES_BEFORE_FULL = 16;
/** From one line of text to the next, in font sizes. */
export const LINE_HEIGHT = 1.3;

/** The parts of a shape from back to front. Deterministic: numbers are rounded to two decimals. */
export function shapeParts(shape: Shape, surface: Surface, words: MeasurementWords = ENGLISH_WORDS): ShapePart[] {
  const color = shape.color.toLowerCase();
  const width = round(shape.width * surface.width);
  const at = (point: Point): Point => [round(point[0] * surface.width), round(point[1] * surface.height)];
  switch (shape.kind) {
    case "freehand":
      return [{ type: "fill", d: freehandPath(shape, surface), color }];
    case "line":
      return [{ type: "stroke", d: linePath(at(shape.from), at(shape.to)), color, width }];
    case "arrow":
      return arrowParts(at(shape.from), at(shape.to), color, width);
    case "rectangle": {
      const [[x1, y1], [x2, y2]] = [at(shape.from), at(shape.to)];
      return [{ type: "stroke", d: `M${x1} ${y1}L${x2} ${y1}L${x2} ${y2}L${x1} ${y2}Z`, color, width }];
    }
    case "ellipse": {
      const [[x1, y1], [x2, y2]] = [at(shape.from), at(shape.to)];
      const d = ellipsePath((x1 + x2) / 2, (y1 + y2) / 2, Math.abs(x2 - x1) / 2, Math.abs(y2 - y1) / 2);
      return [{ type: "stroke", d, color, width }];
    }
    case "text": {
      const size = round(shape.size * surface.width);
      const [x, top] = at(shape.at);
      // The baseline of the first line: Inter's ascent is about 0.97 of its size.
      const y = round(top + size * 0.97);
      return [
        {
          type: "text",
          x,
          y,
          lines: shape.text.split("\n"),
          size,
          color,
          halo: contrasting(color),
          centered: false,
          rightToLeft: isRightToLeft(shape.text),
          angle: 0,
        },
      ];
    }
    case "stamp": {
      const [x, y] = at(shape.at);
      const paths = stampPaths(shape.stamp, x, y, shape.size * surface.width);
      const ink = contrasting(color);
      const parts: ShapePart[] = [{ type: "fill", d: paths.body, color }];
      if (paths.symbol !== "")
        parts.push({ type: "stroke", d: paths.symbol, color: ink, width: round(paths.symbolWidth) });
      if (paths.dot !== "") parts.push({ type: "fill", d: paths.dot, color: ink });
      return parts;
    }
    case "reference": {
      const label = `${shape.length} ${shape.unit} (${words.reference})`;
      return rulerParts(at(shape.from), at(shape.to), label, color, width, surface);
    }
    case "measurement": {
      const length = measuredLength(shape, surface);
      const label =
        length === undefined ? "?" : `≈ ${formatMeasured(length)} ${shape.reference.unit} (${words.derived})`;
      return rulerParts(at(shape.from), at(shape.to), label, color, width, surface);
    }
  }
}

function freehandPath(shape: Extract<Shape, { kind: "freehand" }>, surface: Surface): string {
  const pen = shape.points.some((point) => point.length === 3);
  const points = shape.points.map(([x, y, pressure = 0.5]) => [x * surface.width, y * surface.height, pressure]);
  const outline = getStroke(points, {
    size: shape.width * surface.width * 1.2,
    thinning: pen ? 0.6 : 0.25,
    smoothing: 0.5,
    streamline: 0.4,
    simulatePressure: !pen,
    last: true,
  });
  const first = outline[0];
  if (first === undefined) return "";
  // Curves through the middle of each pair of points, each point the control of its curve. T continues a curve with the
  // mirrored control, which is just the next point, in half the bytes; a full Q now and then keeps rounding from adding up.
  let d = `M${round(first[0])} ${round(first[1])}`;
  outline.forEach(([x, y], index) => {
    const next = outline[(index + 1) % outline.length] ?? first;
    const full = index % CURVES_BEFORE_FULL === 0;
    d += full ? `Q${round(x)} ${round(y)} ` : index % CURVES_BEFORE_FULL === 1 ? "T" : " ";
    d += `${round((x + next[0]) / 2)} ${round((y + next[1]) / 2)}`;
  });
  return `${d}Z`;
}

function linePath(from: Point, to: Point): string {
  return `M${from[0]} ${from[1]}L${to[0]} ${to[1]}`;
}

function arrowParts(from: Point, to: Point, color: string, width: number): ShapePart[] {
  const length = Math.hypot(to[0] - from[0], to[1] - from[1]);
  if (length === 0) return [{ type: "stroke", d: linePath(from, to), color, width }];
  const head = Math.min(width * 4.5, length);
  const [ux, uy] = [(to[0] - from[0]) / length, (to[1] - from[1]) / length];
  const along = (back: number, aside: number): string =>
    `${round(to[0] - ux * back - uy * aside)} ${round(to[1] - uy * back + ux * aside)}`;
  return [
    { type: "stroke", d: `M${from[0]} ${from[1]}L${along(head * 0.8, 0)}`, color, width },
    {
      type: "fill",
      d: `M${along(0, 0)}L${along(head, head * 0.45)}L${along(head * 0.8, 0)}L${along(head, -head * 0.45)}Z`,
      color,
    },
  ];
}

/** A line with a cross stroke at each end, and its label along it, never upside down. */
function rulerParts(
  from: Point,
  to: Point,
  label: string,
  color: string,
  width: number,
  surface: Surface,
): ShapePart[] {
  // From left to right, so that the label's upper side is up.
  const [start, end] = from[0] <= to[0] ? [from, to] : [to, from];
  const length = Math.hypot(end[0] - start[0], end[1] - start[1]) || 1;
  const [ux, uy] = [(end[0] - start[0]) / length, (end[1] - start[1]) / length];
  const tick = Math.max(width * 2.5, surface.width * 0.008);
  const cross = ([x, y]: Point): string =>
    `M${round(x + uy * tick)} ${round(y - ux * tick)}L${round(x - uy * tick)} ${round(y + ux * tick)}`;
  const size = round(surface.width * LABEL_SIZE);
  const above = width / 2 + size * 0.5;
  return [
    { type: "stroke", d: linePath(start, end) + cross(start) + cross(end), color, width },
    {
      type: "text",
      x: round((start[0] + end[0]) / 2 + uy * above),
      y: round((start[1] + end[1]) / 2 - ux * above),
      lines: [label],
      size,
      color,
      halo: contrasting(color),
      centered: true,
      rightToLeft: false,
      angle: round((Math.atan2(uy, ux) * 180) / Math.PI),
    },
  ];
}

/**
 * What lies around a text, or on a stamp, of a `#rrggbb` colour: white, unless the colour is so light (relative luminance
 * of WCAG 2.2 above 0.3) that white would not stand out from it by 3:1.
 */
function contrasting(color: string): string {
  const channel = (offset: number): number => {
    const value = Number.parseInt(color.slice(offset, offset + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5) > 0.3 ? "#000000" : "#ffffff";
}
