import { expect, test } from "vitest";
import { idBoundAt, newId, timeOfId } from "./ids.ts";

test("ids sort by their time of creation", () => {
  const times = [0, 1, 1_000_000, Date.now(), 2 ** 48 - 1];
  const ids = times.map((time) => newId("session", time));
  expect(ids.toSorted()).toEqual(ids);
});

test("ten thousand ids of one millisecond differ and have one length", () => {
  const ids = new Set(Array.from({ length: 10_000 }, () => newId("event", 1_716_461_235_000)));
  expect(ids.size).toBe(10_000);
  expect(new Set([...ids].map((id) => id.length))).toEqual(new Set(["evt_".length + 26]));
});

test("an id tells when it was made", () => {
  for (const time of [0, 1, 1_716_461_235_678, 2 ** 48 - 1])
    expect(timeOfId(newId("webhookEndpoint", time))).toBe(time);
});

test("a bound stands between the ids of the millisecond before and those of its own", () => {
  const now = 1_716_461_235_678;
  const ids = [now - 1, now].map((time) => newId("session", time));
  expect([...ids, idBoundAt("session", now)].toSorted()).toEqual([ids[0], idBoundAt("session", now), ids[1]]);
});

test("a bound before 1970 or thousands of years ahead stands before or after all ids", () => {
  const [first, last] = [newId("session", 0), newId("session", 2 ** 48 - 1)];
  expect(idBoundAt("session", -62_167_219_200_000) < first).toBe(true);
  expect(idBoundAt("session", 8.64e15) > last).toBe(true);
});
