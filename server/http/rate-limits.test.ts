import { afterEach, expect, test, vi } from "vitest";
import { RateLimits } from "./rate-limits.ts";

afterEach(() => {
  vi.useRealTimers();
});

function inMemory(): RateLimits {
  vi.useFakeTimers();
  return new RateLimits({ redisUrl: null }, (error) => expect.fail(error.message));
}

test("counts down, refuses what is over the limit, and begins anew when the window has ended", async () => {
  const limits = inMemory();
  const key = { id: "key", limit: 2 };
  expect(await limits.consume(key)).toEqual({ limit: 2, remaining: 1, reset_s: 60, exceeded: false });
  vi.advanceTimersByTime(20_500);
  expect(await limits.consume(key)).toEqual({ limit: 2, remaining: 0, reset_s: 40, exceeded: false });
  const refused = { limit: 2, remaining: 0, reset_s: 40, exceeded: true };
  expect(await limits.consume(key)).toEqual(refused);
  expect(await limits.consume(key)).toEqual(refused);
  vi.advanceTimersByTime(39_499);
  expect(await limits.consume(key)).toEqual({ ...refused, reset_s: 1 });
  vi.advanceTimersByTime(1);
  expect(await limits.consume(key)).toEqual({ limit: 2, remaining: 1, reset_s: 60, exceeded: false });
});

test("of several, tells the one with the fewest left, whichever stands first", async () => {
  const limits = inMemory();
  const wide = { id: "wide", limit: 10 };
  const narrow = { id: "narrow", limit: 3 };
  expect(await limits.consume(wide, narrow)).toMatchObject({ limit: 3, remaining: 2 });
  expect(await limits.consume(narrow, wide)).toMatchObject({ limit: 3, remaining: 1 });
  for (let count = 0; count < 7; count++) await limits.consume(wide);
  expect(await limits.consume(narrow, wide)).toMatchObject({ limit: 3, remaining: 0, exceeded: false });
});

test("what one is refused is not taken from the others", async () => {
  const limits = inMemory();
  const key = { id: "key", limit: 1 };
  const organization = { id: "organization", limit: 5 };
  for (let count = 0; count < 9; count++) await limits.consume(key, organization);
  expect(await limits.consume(organization)).toMatchObject({ remaining: 3, exceeded: false });
});

test("a key is refused when only its organization's limit is used up", async () => {
  const limits = inMemory();
  const organization = { id: "organization", limit: 1 };
  await limits.consume({ id: "first", limit: 9 }, organization);
  expect(await limits.consume({ id: "second", limit: 9 }, organization)).toMatchObject({ limit: 1, exceeded: true });
});

test("knows without counting who is used up, as long as the window lasts", async () => {
  const limits = inMemory();
  const address = { id: "address", limit: 1 };
  await limits.consume(address);
  expect(limits.usedUp(address)).toBeUndefined();
  await limits.consume(address);
  expect(limits.usedUp(address)).toEqual({ limit: 1, remaining: 0, reset_s: 60, exceeded: true });
  vi.advanceTimersByTime(60_000);
  expect(limits.usedUp(address)).toBeUndefined();
});

test("each counts alone, however many ask at once", async () => {
  const limits = inMemory();
  const states = await Promise.all(Array.from({ length: 20 }, () => limits.consume({ id: "key", limit: 12 })));
  expect(states.filter(({ exceeded }) => !exceeded)).toHaveLength(12);
  expect(await limits.consume({ id: "another", limit: 12 })).toMatchObject({ remaining: 11 });
});

test("may be closed twice", () => {
  const limits = inMemory();
  limits.close();
  limits.close();
});
