import { expect, test } from "vitest";
import { retryDelay } from "./retry-schedule.ts";

const SCHEDULE_S = [30, 300, 3600, 21_600, 86_400];

test("waits as the schedule says, later by up to a tenth, never earlier", () => {
  for (const [index, delay] of SCHEDULE_S.entries()) {
    expect(retryDelay(index + 1, null, () => 0)).toBe(delay);
    expect(retryDelay(index + 1, null, () => 1)).toBeCloseTo(delay * 1.1);
  }
});

test("there is no attempt after the sixth", () => {
  expect(retryDelay(6, null)).toBeNull();
});

test("Retry-After lengthens a wait and never shortens it", () => {
  expect(retryDelay(1, 120, () => 0)).toBe(120);
  expect(retryDelay(2, 120, () => 0)).toBe(300);
});

test("Retry-After asks for a day at most", () => {
  expect(retryDelay(1, 999_999_999, () => 0)).toBe(86_400);
});
