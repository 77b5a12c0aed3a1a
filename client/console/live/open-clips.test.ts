import type { RoomClip } from "@nexbasira/core/contract/signalling.ts";
import { describe, expect, it } from "vitest";
import { openClips } from "./open-clips.ts";
import { item } from "./sample-item.ts";
import { mergeTimeline } from "./timeline.ts";

const T0 = Date.parse("2026-05-23T11:42:00Z");

function clip(more: Partial<RoomClip> = {}): RoomClip {
  const range = { from_ms: T0, to_ms: T0 + 30_000 };
  return { clip_id: "clip_1", participant_id: "part_2", ...range, state: "cutting", item_id: null, ...more };
}

describe("clips that were asked for", () => {
  it("are listed while they are cut, at their end, and can be asked for again when they failed", () => {
    const clips = [clip(), clip({ clip_id: "clip_2", from_ms: T0 + 5, state: "failed" })];
    const entries = mergeTimeline({ items: [], announced: [], boards: [], people: [], clips, frames: [] });
    expect(entries.map(({ state, at }) => [state, at])).toEqual([
      ["cut_failed", T0 + 30_000],
      ["cutting", T0 + 30_000],
    ]);
    expect(entries.map((entry) => entry.clip?.clip_id)).toEqual(["clip_2", undefined]);
  });

  it("count once when one that failed is asked for again", () => {
    const again = clip({ clip_id: "clip_2" });
    expect(openClips([clip({ state: "failed" }), again], [])).toEqual([again]);
  });

  it("are done once a later try has made the clip between the same marks", () => {
    const made = item({ kind: "clip", captured_at: "2026-05-23T11:42:00Z", duration_ms: 30_040 });
    const other = item({ kind: "clip", captured_at: "2026-05-23T11:42:00Z", duration_ms: 10_000 });
    expect(openClips([clip({ state: "failed" })], [made])).toEqual([]);
    expect(openClips([clip({ state: "failed" })], [other])).toHaveLength(1);
    expect(openClips([clip()], [made])).toHaveLength(1);
  });
});
