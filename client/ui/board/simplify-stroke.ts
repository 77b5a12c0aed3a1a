import type { StrokePoint } from "@nexbasira/core/shapes/shape.ts";

/** How far, in CSS pixels, what is left out may lie from the line between its neighbours. */
const TOLERANCE = 0.35;
/** No two neighbours farther apart than this: how a stroke swells and thins follows from the distances of its points. */
const FARTHEST = 14;
/** What a whole step of pressure counts for, in pixels: a swelling is not left out. */
const PRESSURE = 12;

/**
 * The points of a stroke that its form needs (Ramer, Douglas and Peucker), the first and the last among them. `surface`
 * is its size in CSS pixels.
 */
export function simplifyStroke(
  points: readonly StrokePoint[],
  surface: { width: number; height: number },
): StrokePoint[] {
  const places = points.map(
    ([x, y, pressure = 0]) => [x * surface.width, y * surface.height, pressure * PRESSURE] as const,
  );
  const kept = new Set([0, points.length - 1]);
  const spans: [number, number][] = [[0, points.length - 1]];
  for (let span = spans.pop(); span !== undefined; span = spans.pop()) {
    const [from, to] = span;
    if (to - from < 2) continue;
    const [start, end] = [places[from], places[to]];
    if (start === undefined || end === undefined) continue;
    let [farthest, distance] = [Math.floor((from + to) / 2), 0];
    for (let at = from + 1; at < to; at += 1) {
      const place = places[at];
      const away = place === undefined ? 0 : distanceToSegment(place, start, end);
      if (away > distance) [farthest, distance] = [at, away];
    }
    if (distance <= TOLERANCE && Math.hypot(end[0] - start[0], end[1] - start[1]) <= FARTHEST) continue;
    kept.add(farthest);
    spans.push([from, farthest], [farthest, to]);
  }
  return points.filter((_, at) => kept.has(at));
}

type Place = readonly [number, number, number];

function distanceToSegment(place: Place, start: Place, end: Place): number {
  const along = [end[0] - start[0], end[1] - start[1], end[2] - start[2]] as const;
  const from = [place[0] - start[0], place[1] - start[1], place[2] - start[2]] as const;
  const square = along[0] ** 2 + along[1] ** 2 + along[2] ** 2;
  const dot = from[0] * along[0] + from[1] * along[1] + from[2] * along[2];
  const part = square === 0 ? 0 : Math.min(1, Math.max(0, dot / square));
  return Math.hypot(from[0] - part * along[0], from[1] - part * along[1], from[2] - part * along[2]);
}
