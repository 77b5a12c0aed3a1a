import { describe, expect, it } from "vitest";
import { joinGaps, type RecordingGap } from "./recording-gap.ts";

const lost = (fromMs: number, toMs: number, more: Partial<RecordingGap> = {}): RecordingGap => ({
  fromMs,
  toMs,
  reason: "packets_lost",
  kind: "audio",
  participantId: "par_1",
  ...more,
});

describe("joinGaps", () => {
  it("joins losses of a stream that are close together, and orders them", () => {
    expect(joinGaps([lost(1500, 1520), lost(1000, 1020.4), lost(1100.2, 1140)])).toEqual([
      lost(1000, 1140),
      lost(1500, 1520),
    ]);
  });

  it("keeps streams and reasons apart", () => {
    const gaps = [lost(0, 10), lost(0, 10, { kind: "video" }), lost(0, 10, { reason: "journal_damaged" })];
    expect(joinGaps(gaps)).toHaveLength(3);
  });

  it("leaves out what has no length and does not begin before the recording", () => {
    expect(joinGaps([lost(5, 5), lost(9, 3), lost(-20, 30)])).toEqual([lost(0, 30)]);
  });

  it("tells of very many losses in fewer gaps that cover them all", () => {
    const gaps = joinGaps(Array.from({ length: 5000 }, (_, i) => lost(i * 1000, i * 1000 + 20)));
    expect(gaps.length).toBeLessThanOrEqual(500);
    expect(gaps.at(-1)?.toMs).toBe(4_999_020);
  });
});
