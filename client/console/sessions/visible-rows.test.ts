import { describe, expect, it } from "vitest";
import { visibleRows } from "./visible-rows.ts";

describe("visible rows", () => {
  it("are all rows of a short list", () => {
    expect(visibleRows(5, 50, { scrolled: 0, height: 600 })).toEqual({ first: 0, end: 5, before: 0, after: 0 });
  });

  it("stay few in a list of 100,000", () => {
    const rows = visibleRows(100_000, 50, { scrolled: 2_500_000, height: 600 });
    expect(rows.end - rows.first).toBeLessThan(50);
    expect(rows.first * 50).toBeLessThanOrEqual(2_500_000);
    expect(rows.end * 50).toBeGreaterThanOrEqual(2_500_600);
  });

  it("together with the space around them keep the list's height", () => {
    for (const scrolled of [0, 49, 777, 49_400, 1_000_000]) {
      const { first, end, before, after } = visibleRows(1000, 50, { scrolled, height: 600 });
      expect(before + (end - first) * 50 + after).toBe(50_000);
    }
  });

  it("show the list's end when it became shorter than the scroll position", () => {
    expect(visibleRows(20, 50, { scrolled: 90_000, height: 600 }).end).toBe(20);
  });

  it("are none of none", () => {
    expect(visibleRows(0, 50, { scrolled: 0, height: 600 })).toEqual({ first: 0, end: 0, before: 0, after: 0 });
  });
});
