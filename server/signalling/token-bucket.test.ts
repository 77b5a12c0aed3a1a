import { expect, it } from "vitest";
import { TokenBucket } from "./token-bucket.ts";

it("allows a burst, then only what time gives back", () => {
  const bucket = new TokenBucket({ capacity: 3, perSecond: 10 }, 0);
  expect([bucket.take(1, 0), bucket.take(2, 0), bucket.take(1, 0)]).toEqual([true, true, false]);
  expect(bucket.take(1, 99)).toBe(false);
  expect(bucket.take(1, 100)).toBe(true);
});

it("takes all or nothing", () => {
  const bucket = new TokenBucket({ capacity: 10, perSecond: 1 }, 0);
  expect(bucket.take(11, 0)).toBe(false);
  expect(bucket.take(10, 0)).toBe(true);
});

it("never holds more than its capacity", () => {
  const bucket = new TokenBucket({ capacity: 2, perSecond: 1 }, 0);
  expect(bucket.take(3, 60_000)).toBe(false);
});
