import type { Box, Point } from "./sheet.ts";

export interface Position {
  latitude: number;
  longitude: number;
}

/** How positions on the ground come onto paper. */
export interface PositionView {
  /** Points on paper for a metre. */
  scale: number;
  place: (position: Position) => Point;
  /** `undefined` where there is no expected place, or it is too far off to be drawn with the items. */
  expected: Point | undefined;
}

/** Metres for a degree of latitude, on a sphere of the earth's mean radius. */
const METRES_PER_DEGREE = 111_195;

/** A drawing is never closer than this many metres across: positions from phones say no more. */
const LEAST_SPAN = 40;

/** The expected place is drawn where it is within this many times the span of the items. */
const EXPECTED_WITHIN = 8;

/** Room between the outermost items and the drawing's edge, and for the scale bar below, in points. */
const MARGIN = 18;
const SCALE_BAR = 10;

/** Fits the items, and the expected place where it is near, into a box: north up, the same scale both ways. */
export function viewPositions(items: Position[], expected: Position | undefined, box: Box): PositionView {
  const reference = items[0] ?? expected ?? { latitude: 0, longitude: 0 };
  const perLongitude = METRES_PER_DEGREE * Math.cos((reference.latitude * Math.PI) / 180);
  // Metres east and south of the reference; good to 0.1 % over the few kilometres of an inspection.
  const toMetres = (position: Position): Point => ({
    x: shorterTurn(position.longitude - reference.longitude) * perLongitude,
    y: (reference.latitude - position.latitude) * METRES_PER_DEGREE,
  });
  const points = items.map(toMetres);
  const expectedPoint = expected === undefined ? undefined : toMetres(expected);
  const wide = frameOf(expectedPoint === undefined ? points : [...points, expectedPoint]);
  const isNear = spanOf(wide) <= EXPECTED_WITHIN * Math.max(LEAST_SPAN, spanOf(frameOf(points)));
  const frame = isNear ? wide : frameOf(points);
  const scale = Math.min(
    (box.width - 2 * MARGIN) / Math.max(LEAST_SPAN, frame.right - frame.left),
    (box.height - 2 * MARGIN - SCALE_BAR) / Math.max(LEAST_SPAN, frame.bottom - frame.top),
  );
  const toPaper = ({ x, y }: Point): Point => ({
    x: box.x + box.width / 2 + (x - (frame.left + frame.right) / 2) * scale,
    y: box.y + (box.height - SCALE_BAR) / 2 + (y - (frame.top + frame.bottom) / 2) * scale,
  });
  return {
    scale,
    place: (position) => toPaper(toMetres(position)),
    expected: expectedPoint !== undefined && isNear ? toPaper(expectedPoint) : undefined,
  };
}

/** A difference of longitudes, from −180 to 180: across the date line the shorter way is meant. */
function shorterTurn(degrees: number): number {
  return ((((degrees + 180) % 360) + 360) % 360) - 180;
}

interface Frame {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

function frameOf(points: Point[]): Frame {
  if (points.length === 0) return { left: 0, right: 0, top: 0, bottom: 0 };
  const [xs, ys] = [points.map(({ x }) => x), points.map(({ y }) => y)];
  return { left: Math.min(...xs), right: Math.max(...xs), top: Math.min(...ys), bottom: Math.max(...ys) };
}

function spanOf(frame: Frame): number {
  return Math.max(frame.right - frame.left, frame.bottom - frame.top);
}

/** The largest 1, 2 or 5 times a power of ten that is not above the length. */
export function roundLength(length: number): number {
  const power = 10 ** Math.floor(Math.log10(length));
  const lead = length / power;
  return (lead >= 5 ? 5 : lead >= 2 ? 2 : 1) * power;
}

/** Metres between two places on a sphere of the earth's mean radius (haversine). */
export function distanceBetween(from: Position, to: Position): number {
  const radians = Math.PI / 180;
  const latitude = Math.sin(((to.latitude - from.latitude) * radians) / 2) ** 2;
  const longitude = Math.sin(((to.longitude - from.longitude) * radians) / 2) ** 2;
  const h = latitude + Math.cos(from.latitude * radians) * Math.cos(to.latitude * radians) * longitude;
  return 2 * 6_371_009 * Math.asin(Math.min(1, Math.sqrt(h)));
}
