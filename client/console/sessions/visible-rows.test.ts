import { describe, expect, it } from "vitest";
import { visibleRows } from "./visible-rows.ts";

describe("visible rows", () => {
  it("are all rows of a short list", () => {
    expect(visibleRows(5, 50, { scrolled: 0, height: 600 })).toEqual({ first: 0, end: 5 });
  });

  it("stay few in a list of 100,000, and cover what is seen", () => {
    const rows = visibleRows(100_000, 50, { scrolled: 2_500_000, height: 600 });
    expect(rows.end - rows.first).toBeLessThan(50);
    expect(rows.first * 50).toBeLessThanOrEqual(2_500_000);
    expect(rows.end * 50).toBeGreaterThanOrEqual(2_500_600);
  });

  it("reach to the first and to the last row at the ends", () => {
    expect(visibleRows(1000, 50, { scrolled: 0, height: 600 }).first).toBe(0);
    expect(visibleRows(1000, 50, { scrolled: 49_400, height: 600 }).end).toBe(1000);
  });

  it("show the list's end when it became shorter than the scroll position", () => {
    expect(visibleRows(20, 50, { scrolled: 90_000, height: 600 }).end).toBe(20);
  });

  it("are none of none", () => {
    expect(visibleRows(0, 50, { scrolled: 0, height: 600 })).toEqual({ first: 0, end: 0 });
  });
});
