import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type BoardView, MAX_SCALE, panBy, placeSurface, WHOLE, zoomAt } from "./board-view.ts";
import { fitSurface } from "./use-surface-box.ts";

const size = fc.record({ width: fc.integer({ min: 100, max: 2_000 }), height: fc.integer({ min: 100, max: 2_000 }) });
const aspect = fc.double({ min: 0.3, max: 3, noNaN: true });
const view: fc.Arbitrary<BoardView> = fc.record({
  scale: fc.double({ min: 1.1, max: MAX_SCALE, noNaN: true }),
  x: fc.double({ min: 0, max: 1, noNaN: true }),
  y: fc.double({ min: 0, max: 1, noNaN: true }),
});
const fraction = fc.double({ min: 0, max: 1, noNaN: true });

describe("what is seen of a surface", () => {
  test("is the whole of it at first", () => {
    const frame = { width: 1_000, height: 500 };
    const fitted = fitSurface(frame, 4 / 3, "contain");
    expect(placeSurface(frame, fitted, WHOLE)).toEqual(fitted);
  });

  test("never leaves a gap that the surface could fill", () => {
    fc.assert(
      fc.property(size, aspect, view, (frame, ratio, seen) => {
        const { left, top, width, height } = placeSurface(frame, fitSurface(frame, ratio, "contain"), seen);
        for (const [start, length, room] of [
          [left, width, frame.width],
          [top, height, frame.height],
        ] as const) {
          if (length <= room) expect(start).toBeCloseTo((room - length) / 2, 6);
          else {
            expect(start).toBeLessThanOrEqual(0);
            expect(start + length).toBeGreaterThanOrEqual(room - 1e-6);
          }
        }
      }),
    );
  });

  test("keeps what lies under the fingers when it grows from the middle of a picture", () => {
    fc.assert(
      fc.property(size, aspect, fraction, fraction, (frame, ratio, fx, fy) => {
        const fitted = fitSurface(frame, ratio, "contain");
        const at = { left: fitted.left + fx * fitted.width, top: fitted.top + fy * fitted.height };
        const after = placeSurface(frame, fitted, zoomAt(frame, fitted, WHOLE, MAX_SCALE, at));
        for (const [place, part, start, length, room] of [
          [at.left, fx, after.left, after.width, frame.width],
          [at.top, fy, after.top, after.height, frame.height],
        ] as const) {
          const wanted = place - part * length;
          // Unless the surface's edge would come into the frame.
          if (wanted <= 0 && wanted + length >= room) expect(start).toBeCloseTo(wanted, 6);
        }
      }),
    );
  });

  test("comes back to the whole, however it was moved", () => {
    fc.assert(
      fc.property(size, aspect, view, (frame, ratio, seen) => {
        const fitted = fitSurface(frame, ratio, "contain");
        const moved = panBy(frame, fitted, seen, 300, -200);
        expect(zoomAt(frame, fitted, moved, 1 / MAX_SCALE, { left: 10, top: 20 })).toBe(WHOLE);
      }),
    );
  });

  test("moves with the hand, and not beyond the edge", () => {
    const frame = { width: 1_000, height: 1_000 };
    const fitted = fitSurface(frame, 1, "contain");
    const zoomed = zoomAt(frame, fitted, WHOLE, 2, { left: 500, top: 500 });
    expect(placeSurface(frame, fitted, panBy(frame, fitted, zoomed, 100, -50))).toMatchObject({
      left: -400,
      top: -550,
    });
    expect(placeSurface(frame, fitted, panBy(frame, fitted, zoomed, 9_000, -9_000))).toMatchObject({
      left: 0,
      top: -1_000,
    });
    expect(panBy(frame, fitted, WHOLE, 100, 100)).toBe(WHOLE);
  });
});
