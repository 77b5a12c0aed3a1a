import type { AnnouncedCapture } from "@nexbasira/core/contract/signalling.ts";
import { describe, expect, it } from "vitest";
import { item, REQUEST } from "./sample-item.ts";
import type { LocalFrame } from "./snapshot-entries.ts";
import { mergeTimeline, type TimelineSources } from "./timeline.ts";

const PRESS = Date.parse("2026-05-23T11:42:10.400Z");
const frame: LocalFrame = { requestId: REQUEST, at: PRESS, url: "blob:frame", state: "asked" };
const announced: AnnouncedCapture = {
  capture_id: "7c241101-e2bb-4255-8caf-4136c566a962",
  participant_id: "part_1",
  kind: "snapshot",
  sha256: "a".repeat(64),
  size: 1000,
  announced_at: PRESS + 900,
  request_id: REQUEST,
};
const provisional = item({
  id: "evd_p",
  sha256: "b".repeat(64),
  source: "stream",
  provisional: true,
  thumbnail_url: "/files/p",
});
const original = item({ id: "evd_o", thumbnail_url: "/files/o" });
const superseded = { ...provisional, superseded_by: { id: "evd_o", sha256: original.sha256 } };

/** The one entry that there is to be. */
function entry(more: Partial<TimelineSources>) {
  const sources = { items: [], announced: [], boards: [], people: [], clips: [], frames: [], ...more };
  const entries = mergeTimeline(sources);
  expect(entries).toHaveLength(1);
  return entries[0];
}

describe("a photo in the timeline", () => {
  it("is one entry from the press to the original, at one place, under one key", () => {
    const taken = { ...frame, state: "taken" as const };
    const steps = [
      entry({ frames: [frame] }),
      entry({ frames: [frame], items: [provisional] }),
      entry({ frames: [taken], items: [provisional] }),
      entry({ frames: [taken], items: [provisional], announced: [announced] }),
      entry({ frames: [taken], items: [provisional, original] }),
      entry({ frames: [taken], items: [superseded, original] }),
    ];
    expect(steps.map((step) => step?.state)).toEqual([
      "taking",
      "streamed",
      "announced",
      "announced",
      "verified",
      "verified",
    ]);
    expect(new Set(steps.map((step) => step?.key)).size).toBe(1);
    expect(new Set(steps.map((step) => step?.at))).toEqual(new Set([PRESS]));
  });

  it("shows the best picture that there is, with those it had behind it", () => {
    expect(entry({ frames: [frame] })?.pictures).toEqual(["blob:frame"]);
    expect(entry({ frames: [frame], items: [provisional, original] })?.pictures).toEqual([
      "/files/o",
      "/files/p",
      "blob:frame",
    ]);
    const coming = { ...original, thumbnail_url: null };
    expect(entry({ frames: [], items: [superseded, coming] })?.pictures).toEqual(["/files/p"]);
  });

  it("says that the phone has not sent the original where a frame of the stream is all there is", () => {
    expect(entry({ items: [provisional] })).toMatchObject({ state: "original_missing", id: "evd_p" });
    expect(entry({ frames: [{ ...frame, state: "failed" }], items: [provisional] })?.state).toBe("original_missing");
  });

  it("says that it was not taken where nothing came of it", () => {
    expect(entry({ frames: [{ ...frame, state: "failed" }] })).toMatchObject({ state: "not_taken", item: null });
  });

  it("opens the original once it is there, and the frame before", () => {
    expect(entry({ items: [provisional] })?.item?.id).toBe("evd_p");
    expect(entry({ items: [provisional, original] })?.item?.id).toBe("evd_o");
  });

  it("is kept apart from a second photo that answers the same request", () => {
    const second = { ...original, id: "evd_2", sha256: "c".repeat(64) };
    const sources = { announced: [], boards: [], people: [], clips: [], frames: [] };
    expect(mergeTimeline({ ...sources, items: [original, second] })).toHaveLength(2);
  });
});
