import { describe, expect, test } from "vitest";
import { formatDuration, formatNumber, formatPercent, formatPosition, formatSize, formatTime } from "./format.ts";

/** Spaces of every kind as a plain one: which kind a language takes changes with its data. */
const plain = (text: string): string => text.replace(/\s/gu, " ");

describe("a file's size", () => {
  test.each([
    [0, "en", "0 bytes"],
    [999, "de", "999 Byte"],
    [1_000, "en", "1 kB"],
    [1_234_567, "cs", "1,2 MB"],
    [9_960_000, "en", "10 MB"],
    [999_600, "en", "1 MB"],
    [45_600_000, "de", "46 MB"],
    [2_000_000_000, "fr", "2 Go"],
  ])("of %d bytes in %s is %s", (bytes, language, shown) => {
    expect(plain(formatSize(bytes, language))).toBe(shown);
  });
});

describe("a length of time", () => {
  test.each([
    [-5, "0:00"],
    [999, "0:00"],
    [67_400, "1:07"],
    [3_599_999, "59:59"],
    [3_600_000, "1:00:00"],
    [90_061_000, "25:01:01"],
  ])("of %d ms is %s", (milliseconds, shown) => {
    expect(formatDuration(milliseconds)).toBe(shown);
  });
});

test("numbers, times and positions are written as the language does", () => {
  const at = new Date(2026, 4, 23, 15, 4, 5);
  expect(plain(formatNumber(12_345.678, "cs", 1))).toBe("12 345,7");
  expect(plain(formatPercent(0.64, "de"))).toBe("64 %");
  expect(formatTime(at, "de")).toBe("15:04");
  expect(formatTime(at, "cs", true)).toBe("15:04:05");
  expect(formatPosition({ latitude: 49.195223, longitude: -16.6 }, "en")).toBe("49.19522° -16.60000°");
});
