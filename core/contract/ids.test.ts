import { expect, test } from "vitest";
import { newId } from "./ids.ts";

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
