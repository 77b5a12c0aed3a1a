import { expect, test } from "vitest";
import { monthOf, nextMonth } from "./usage-period.ts";

test.each([
  ["2026-05-01T00:00:00.000Z", "2026-05", "2026-06-01T00:00:00.000Z"],
  ["2026-05-31T23:59:59.999Z", "2026-05", "2026-06-01T00:00:00.000Z"],
  ["2026-12-31T12:00:00.000Z", "2026-12", "2027-01-01T00:00:00.000Z"],
  // Already June where this clock hangs; in UTC it is still May.
  ["2026-06-01T01:30:00.000+02:00", "2026-05", "2026-06-01T00:00:00.000Z"],
])("%s is counted in %s, and the count starts again at %s", (moment, month, next) => {
  expect(monthOf(new Date(moment))).toBe(month);
  expect(nextMonth(new Date(moment)).toISOString()).toBe(next);
});
