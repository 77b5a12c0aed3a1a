import { expect, test } from "vitest";
import {
  formatCoordinates,
  formatDistance,
  formatDuration,
  formatMoment,
  formatOffset,
  formatSize,
  formatTime,
  groupHash,
} from "./format.ts";

test("a time is the same in every language, in UTC to the second", () => {
  expect(formatTime(new Date("2026-05-03T01:02:03.987Z"))).toBe("2026-05-03 01:02:03 UTC");
});

test("a duration has hours only from one hour on, and is never negative", () => {
  expect([0, 59_999, 247_000, 3_723_000, -5].map(formatDuration)).toEqual(["0:00", "0:59", "4:07", "1:02:03", "0:00"]);
});

test("a moment has its tenth of a second, cut off, with the language's own sign", () => {
  expect([700_199, 59_999, 0].map((at) => formatMoment(at, "en"))).toEqual(["11:40.1", "0:59.9", "0:00.0"]);
  expect(formatMoment(700_100, "de")).toBe("11:40,1");
});

test("a size says the exact number of bytes beside the rounded one", () => {
  expect(formatSize(999, "en", "bytes")).toBe("999 bytes");
  expect(formatSize(3_412_905, "en", "bytes")).toBe("3.4 MB (3,412,905 bytes)");
  expect(formatSize(3_412_905, "de", "Byte")).toBe("3,4 MB (3.412.905 Byte)");
});

test("a hash stands in groups of eight that give it back whole", () => {
  const hash = "0123456789abcdef".repeat(4);
  expect(groupHash(hash).split(" ")).toHaveLength(8);
  expect(groupHash(hash).replaceAll(" ", "")).toBe(hash);
});

test("coordinates have six decimals, distances as many digits as they deserve", () => {
  expect(formatCoordinates({ latitude: -0.5, longitude: 151.215_297_4 })).toBe("-0.500000, 151.215297");
  expect([4.26, 83.4, 1234, 340_400].map((metres) => formatDistance(metres, "en"))).toEqual([
    "4.3 m",
    "83 m",
    "1.2 km",
    "340 km",
  ]);
});

test("a clock's offset has its sign, and none where it is nothing", () => {
  expect([1240, -80, 0].map((offset) => formatOffset(offset, "en"))).toEqual(["+1.24 s", "-0.08 s", "0 s"]);
});
