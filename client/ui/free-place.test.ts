import { describe, expect, it } from "vitest";
import { type Box, freePlace } from "./free-place.ts";

const WINDOW = { width: 1280, height: 720 };
const TOAST = { width: 448, height: 52 };

function covers(place: { left: number; top: number }, box: Box): boolean {
  return (
    place.left < box.left + box.width &&
    place.left + TOAST.width > box.left &&
    place.top < box.top + box.height &&
    place.top + TOAST.height > box.top
  );
}

describe("the place of a toast", () => {
  it("is low in the middle where nothing is in the way", () => {
    expect(freePlace(TOAST, WINDOW, [])).toEqual({ left: 416, top: 652, isFree: true });
  });

  it("is above a bar of buttons, however many there are", () => {
    const bar = Array.from({ length: 20 }, (_, index) => ({ left: index * 64, top: 664, width: 56, height: 44 }));
    const place = freePlace(TOAST, WINDOW, bar);
    expect(bar.filter((button) => covers(place, button))).toEqual([]);
    expect(place.left).toBe(416);
    expect(place.top).toBeGreaterThan(580);
  });

  it("is at a side where the middle is full", () => {
    const column = { left: 300, top: 0, width: 680, height: 720 };
    const narrow = { width: 260, height: 52 };
    expect(freePlace(narrow, WINDOW, [column])).toEqual({ left: 16, top: 652, isFree: true });
  });

  it("stays where it is while it covers nothing, and moves when something comes", () => {
    const now = { left: 416, top: 300, ...TOAST };
    expect(freePlace(TOAST, WINDOW, [], now)).toMatchObject({ left: 416, top: 300 });
    const button = { left: 600, top: 310, width: 80, height: 36 };
    expect(covers(freePlace(TOAST, WINDOW, [button], now), button)).toBe(false);
  });

  it("covers least where everything is full", () => {
    const wall = { left: 0, top: 0, width: 1280, height: 720 };
    const place = freePlace(TOAST, WINDOW, [wall]);
    expect(place.isFree).toBe(false);
    expect(place.top).toBeGreaterThanOrEqual(0);
    expect(place.top + TOAST.height).toBeLessThanOrEqual(720);
  });
});
