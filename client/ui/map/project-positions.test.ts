import { expect, test } from "vitest";
import { type Position, projectPositions } from "./project-positions.ts";

const at = (latitude: number, longitude: number, accuracyM = 5): Position => ({
  id: `${latitude},${longitude}`,
  label: "",
  latitude,
  longitude,
  accuracyM,
});
const project = (...positions: Position[]) => projectPositions(positions, 480, 320, 40);

test("one position lies in the middle", () => {
  expect(project(at(49.2, 16.6)).positions).toMatchObject([{ x: 240, y: 160 }]);
});

test("north is up, east is right, and distances are true to scale", () => {
  // 0.001° of latitude is 111.3 m; as much of longitude at 60° north is half of it.
  const { positions, pixelsPerMeter } = project(at(60, 10), at(60.001, 10), at(60, 10.002));
  const [origin, north, east] = positions;
  if (origin === undefined || north === undefined || east === undefined) throw new Error("a position is missing");
  expect((origin.y - north.y) / pixelsPerMeter).toBeCloseTo(111.3, 0);
  expect(north.x).toBeCloseTo(origin.x, 5);
  expect((east.x - origin.x) / pixelsPerMeter).toBeCloseTo(111.3, 0);
});

test("everything lies inside of the drawing, with its accuracy", () => {
  for (const { x, y, radius } of project(at(49.2, 16.6, 30), at(49.21, 16.7, 2_000), at(49.1, 16.5)).positions) {
    expect(x - radius).toBeGreaterThanOrEqual(39.9);
    expect(x + radius).toBeLessThanOrEqual(440.1);
    expect(y - radius).toBeGreaterThanOrEqual(39.9);
    expect(y + radius).toBeLessThanOrEqual(280.1);
  }
});

test("positions on both sides of the 180th meridian stay beside each other", () => {
  const { positions, pixelsPerMeter } = project(at(0, 179.999), at(0, -179.999));
  expect(pixelsPerMeter).toBeGreaterThan(1);
  expect(positions[1]?.x).toBeGreaterThan(positions[0]?.x ?? Number.POSITIVE_INFINITY);
});

test.each([
  [at(49.2, 16.6, 3), 10],
  [at(49.2, 16.6, 300), 200],
  [at(49.2, 16.6, 40_000), 20_000],
])("the scale is a round length that fits: %#", (position, length) => {
  expect(project(position).scaleM).toBe(length);
});
