import { expect, test } from "vitest";
import { joinNumbers } from "./position-drawing.ts";
import { distanceBetween, roundLength, viewPositions } from "./position-view.ts";

const BOX = { x: 100, y: 50, width: 300, height: 200 };
const PRAGUE = { latitude: 50.0875, longitude: 14.4214 };

/** A place so many metres north and east of Prague. */
function near(north: number, east: number) {
  return {
    latitude: PRAGUE.latitude + north / 111_195,
    longitude: PRAGUE.longitude + east / (111_195 * Math.cos((PRAGUE.latitude * Math.PI) / 180)),
  };
}

test("north is up, east is right, and a metre is as long both ways", () => {
  const view = viewPositions([PRAGUE, near(100, 0), near(0, 100)], undefined, BOX);
  const [from, north, east] = [PRAGUE, near(100, 0), near(0, 100)].map(view.place);
  expect(from !== undefined && north !== undefined && from.y - north.y).toBeCloseTo(100 * view.scale, 3);
  expect(from !== undefined && east !== undefined && east.x - from.x).toBeCloseTo(100 * view.scale, 3);
});

test("every item lies within the box", () => {
  const items = [PRAGUE, near(900, -40), near(-200, 3000)];
  const view = viewPositions(items, undefined, BOX);
  for (const { x, y } of items.map(view.place)) {
    expect(x).toBeGreaterThan(BOX.x);
    expect(x).toBeLessThan(BOX.x + BOX.width);
    expect(y).toBeGreaterThan(BOX.y);
    expect(y).toBeLessThan(BOX.y + BOX.height);
  }
});

test("items at one place are drawn in its middle, at a scale that a phone's accuracy allows", () => {
  const view = viewPositions([PRAGUE, PRAGUE], undefined, BOX);
  expect(view.place(PRAGUE).x).toBeCloseTo(BOX.x + BOX.width / 2);
  expect(BOX.height / view.scale).toBeGreaterThan(40);
});

test("an expected place nearby is in the view, one in another town is not", () => {
  expect(viewPositions([PRAGUE], near(100, 0), BOX).expected).toBeDefined();
  expect(viewPositions([PRAGUE], near(90_000, 0), BOX).expected).toBeUndefined();
});

test("items on both sides of the date line lie beside each other", () => {
  const items = [
    { latitude: -16.8, longitude: 179.9999 },
    { latitude: -16.8, longitude: -179.9999 },
  ];
  const view = viewPositions(items, undefined, BOX);
  const [west, east] = items.map(view.place);
  expect(((east?.x ?? 0) - (west?.x ?? 0)) / view.scale).toBeCloseTo(21.3, 0);
});

test("a distance is that on the earth's surface", () => {
  expect(distanceBetween(PRAGUE, near(100, 0))).toBeCloseTo(100, 0);
  expect(distanceBetween(PRAGUE, { latitude: 48.8566, longitude: 2.3522 }) / 1000).toBeCloseTo(883, -1);
});

test("a scale bar has a round length", () => {
  expect([1, 1.9, 37, 80, 4200].map(roundLength)).toEqual([1, 1, 20, 50, 2000]);
});

test("numbers that lie close together share a label in which runs are joined", () => {
  expect(joinNumbers([3, 5, 6, 7, 9, 10])).toBe("3, 5–7, 9, 10");
});
