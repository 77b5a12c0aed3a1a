import type { Surface } from "./measured-length.ts";
import type { Point, Shape } from "./shape.ts";
import { LINE_HEIGHT } from "./shape-parts.ts";
import { isRightToLeft } from "./text-direction.ts";

/** A box in pixels of the surface. */
export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** A letter's mean width, in font sizes: Inter at weight 600; ideographs, Hangul and emoji are square. */
const LETTER_WIDTH = 0.6;
const SQUARE =
  /[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE4F\uFF00-\uFF60\u{1F300}-\u{1FAFF}\u{20000}-\u{3FFFD}]/u;

/** The box around a shape, without its stroke's width; that of a text is an estimate. */
export function shapeBox(shape: Shape, surface: Surface): Box {
  const at = ([x, y]: Point): Point => [x * surface.width, y * surface.height];
  switch (shape.kind) {
    case "text": {
      const [left, top] = at(shape.at);
      const size = shape.size * surface.width;
      const lines = shape.text.split("\n");
      const length = Math.max(...lines.map(estimateWidth)) * size;
      const start = isRightToLeft(shape.text) ? left - length : left;
      return {
        left: start,
        top,
        right: start + length,
        bottom: top + lines.length * LINE_HEIGHT * size,
      };
    }
    case "stamp": {
      const [x, y] = at(shape.at);
      const size = shape.size * surface.width;
      const half = size / 2;
      if (shape.stamp === "pin") return { left: x - half, top: y - size, right: x + half, bottom: y };
      return { left: x - half, top: y - half, right: x + half, bottom: y + half };
    }
    case "freehand":
      return boxOf(shape.points.map(([x, y]) => at([x, y])));
    default:
      return boxOf([at(shape.from), at(shape.to)]);
  }
}

/** Whether a point (fractions of the surface) lies on what a shape shows, within a tolerance in pixels. */
export function hitShape(shape: Shape, point: Point, surface: Surface, tolerance: number): boolean {
  const [x, y] = [point[0] * surface.width, point[1] * surface.height];
  const reach = tolerance + (shape.width * surface.width) / 2;
  const box = shapeBox(shape, surface);
  if (x < box.left - reach || x > box.right + reach || y < box.top - reach || y > box.bottom + reach) return false;
  const near = ([from, to]: [Point, Point]): boolean => distanceToSegment([x, y], from, to) <= reach;
  switch (shape.kind) {
    case "text":
    case "stamp":
      return true;
    case "freehand": {
      const points = shape.points.map(([px, py]): Point => [px * surface.width, py * surface.height]);
      return points.some((from, index) => near([from, points[index + 1] ?? from]));
    }
    case "rectangle": {
      const corners: Point[] = [
        [box.left, box.top],
        [box.right, box.top],
        [box.right, box.bottom],
        [box.left, box.bottom],
      ];
      return corners.some((corner, index) => near([corner, corners[(index + 1) % 4] ?? corner]));
    }
    case "ellipse":
      return onEllipse([x, y], box, reach);
    default: {
      const at = ([px, py]: Point): Point => [px * surface.width, py * surface.height];
      return near([at(shape.from), at(shape.to)]);
    }
  }
}

/** In font sizes. Marks that stand over or under a letter take no room. */
function estimateWidth(line: string): number {
  let width = 0;
  for (const character of line) {
    if (!/[\p{M}\p{Cf}]/u.test(character)) width += SQUARE.test(character) ? 1 : LETTER_WIDTH;
  }
  return width;
}

function boxOf(points: Point[]): Box {
  const box = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
  for (const [x, y] of points) {
    box.left = Math.min(box.left, x);
    box.top = Math.min(box.top, y);
    box.right = Math.max(box.right, x);
    box.bottom = Math.max(box.bottom, y);
  }
  return box;
}

function distanceToSegment([x, y]: Point, [x1, y1]: Point, [x2, y2]: Point): number {
  const [dx, dy] = [x2 - x1, y2 - y1];
  const square = dx * dx + dy * dy;
  const along = square === 0 ? 0 : Math.min(1, Math.max(0, ((x - x1) * dx + (y - y1) * dy) / square));
  return Math.hypot(x - x1 - along * dx, y - y1 - along * dy);
}

/** By the point of the ellipse in the same direction from its centre: near enough for a finger. */
function onEllipse([x, y]: Point, box: Box, reach: number): boolean {
  const [rx, ry] = [(box.right - box.left) / 2, (box.bottom - box.top) / 2];
  const [dx, dy] = [x - (box.left + rx), y - (box.top + ry)];
  const distance = Math.hypot(dx, dy);
  if (distance === 0 || rx === 0 || ry === 0) return Math.min(rx, ry) <= reach;
  const radius = 1 / Math.hypot(dx / distance / rx, dy / distance / ry);
  return Math.abs(distance - radius) <= reach;
}
