import { describe, expect, it } from "vitest";
import { lastClip, MAX_CLIP_MS, markedClip } from "./clip-range.ts";

const NOW = 1_000_000_000;

describe("a clip's range", () => {
  it("is the last half minute", () => {
    expect(lastClip(NOW, NOW - 60_000)).toEqual({ from_ms: NOW - 30_000, to_ms: NOW });
  });

  it("does not begin before the recording", () => {
    expect(lastClip(NOW, NOW - 4_000)).toEqual({ from_ms: NOW - 4_000, to_ms: NOW });
  });

  it("is none while nothing is recorded", () => {
    expect(lastClip(NOW, null)).toBeUndefined();
    expect(markedClip(NOW - 5_000, NOW, null)).toBeUndefined();
  });

  it("goes from the mark until now", () => {
    expect(markedClip(NOW - 5_000, NOW, NOW - 60_000)).toEqual({ from_ms: NOW - 5_000, to_ms: NOW });
  });

  it("never asks for more than the room takes", () => {
    const range = markedClip(NOW - 3 * MAX_CLIP_MS, NOW, NOW - 4 * MAX_CLIP_MS);
    expect(range).toEqual({ from_ms: NOW - MAX_CLIP_MS, to_ms: NOW });
  });

  it("is whole milliseconds", () => {
    expect(lastClip(NOW + 0.4, NOW - 60_000.3)).toEqual({ from_ms: NOW - 30_000, to_ms: NOW });
  });
});
