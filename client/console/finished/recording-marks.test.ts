import type { EvidenceItem, Recording } from "@nexbasira/core/contract/evidence.ts";
import { describe, expect, it } from "vitest";
import { marksOf, seekTimeOf, spanOfGap } from "./recording-marks.ts";

const recording = {
  started_at: "2026-05-23T11:42:00Z",
  duration_ms: 60_500,
} as Recording;

const itemAt = (captured_at: string) => ({ id: captured_at, captured_at }) as EvidenceItem;
const times = (...at: string[]) => marksOf(recording, at.map(itemAt)).map(({ atMs }) => atMs);

describe("marks on a recording", () => {
  it("stand where the capture was made, in order", () => {
    expect(times("2026-05-23T11:42:30Z", "2026-05-23T11:42:05Z")).toEqual([5000, 30_000]);
  });

  it("leave out what was captured before and after", () => {
    expect(times("2026-05-23T11:41:50Z", "2026-05-23T11:43:10Z")).toEqual([]);
  });

  it("keep captures in the second at either end, within the recording", () => {
    expect(times("2026-05-23T11:41:59Z", "2026-05-23T11:43:01Z")).toEqual([0, 60_500]);
  });

  it("lead to a moment before the capture, never before the start", () => {
    const [early, late] = marksOf(recording, [itemAt("2026-05-23T11:42:01Z"), itemAt("2026-05-23T11:42:31Z")]);
    expect(early && seekTimeOf(early)).toBe(0);
    expect(late && seekTimeOf(late)).toBe(29);
  });
});

describe("a gap", () => {
  const gap = (from_ms: number, to_ms: number) => ({ from_ms, to_ms, reason: "", stream: null });

  it("takes its part of the time line", () => {
    expect(spanOfGap(gap(10_000, 30_000), 100_000)).toEqual({ left: 10, width: 20 });
  });

  it("can be seen however short it is", () => {
    expect(spanOfGap(gap(10_000, 10_001), 100_000).width).toBe(0.5);
  });

  it("does not reach past the end", () => {
    expect(spanOfGap(gap(90_000, 130_000), 100_000)).toEqual({ left: 90, width: 10 });
  });
});
