import type { EvidenceItem } from "@nexbasira/core/contract/evidence.ts";
import type { AnnouncedCapture, Board } from "@nexbasira/core/contract/signalling.ts";
import { describe, expect, it } from "vitest";
import { mergeTimeline, type TimelineSources, unsavedBoards, withoutArrivedClip } from "./timeline.ts";

const T0 = Date.parse("2026-05-23T11:42:00Z");
const marie = { participant_id: "part_1", role: "participant" as const, name: "Marie L.", entered_at: T0 };
const empty: TimelineSources = { items: [], announced: [], boards: [], people: [marie], clips: [] };

function item(more: Partial<EvidenceItem> = {}): EvidenceItem {
  return {
    id: "evd_1",
    object: "evidence_item",
    session_id: "sess_1",
    kind: "snapshot",
    sha256: "a".repeat(64),
    size: 1000,
    media_type: "image/jpeg",
    width: 4000,
    height: 3000,
    duration_ms: null,
    title: null,
    filename: null,
    source: "photo",
    captured_at: "2026-05-23T11:42:10Z",
    received_at: "2026-05-23T11:42:12Z",
    device_time: null,
    clock_offset_ms: null,
    device_order: 1,
    location: null,
    location_status: "refused",
    captured_by: { participant_id: "part_1", name: "Marie L.", role: "participant" },
    derived_from: null,
    whiteboard_id: null,
    problem: null,
    content_url: "/files/1",
    preview_url: null,
    thumbnail_url: null,
    ...more,
  };
}

function capture(more: Partial<AnnouncedCapture> = {}): AnnouncedCapture {
  return {
    capture_id: "3b241101-e2bb-4255-8caf-4136c566a962",
    participant_id: "part_1",
    kind: "snapshot",
    sha256: "a".repeat(64),
    size: 1000,
    announced_at: T0 + 10_200,
    ...more,
  };
}

function board(lastAt: number | undefined, more: Partial<Board> = {}): Board {
  const operations =
    lastAt === undefined
      ? []
      : [{ sequence: 1, author: "part_1", at: new Date(lastAt).toISOString(), operation: { op: "undo" as const } }];
  return { board_id: "wb_1", kind: "whiteboard", item_id: null, width: 1600, height: 900, operations, ...more };
}

describe("the timeline", () => {
  it("shows a capture as soon as it is announced, by name", () => {
    const [entry] = mergeTimeline({ ...empty, announced: [capture()] });
    expect(entry).toMatchObject({ state: "announced", kind: "snapshot", by: "Marie L.", at: T0 + 10_200 });
  });

  it("turns the announced capture into the verified item under the same key", () => {
    const [before] = mergeTimeline({ ...empty, announced: [capture()] });
    const after = mergeTimeline({ ...empty, announced: [capture()], items: [item()] });
    expect(after).toHaveLength(1);
    expect(after[0]).toMatchObject({ state: "verified", id: "evd_1", key: before?.key });
  });

  it("keeps the same picture from two people apart", () => {
    const other = capture({ participant_id: "part_2", capture_id: "7c241101-e2bb-4255-8caf-4136c566a962" });
    const entries = mergeTimeline({ ...empty, announced: [other], items: [item()] });
    expect(new Set(entries.map((entry) => entry.state))).toEqual(new Set(["announced", "verified"]));
  });

  it("puts the newest first", () => {
    const items = [
      item({ id: "evd_1", sha256: "1".repeat(64), captured_at: "2026-05-23T11:42:10Z" }),
      item({ id: "evd_3", sha256: "3".repeat(64), captured_at: "2026-05-23T11:42:30Z" }),
      item({ id: "evd_2", sha256: "2".repeat(64), captured_at: "2026-05-23T11:42:20Z" }),
    ];
    expect(mergeTimeline({ ...empty, items }).map((entry) => entry.id)).toEqual(["evd_3", "evd_2", "evd_1"]);
  });

  it("puts a clip where it was asked for: at its end", () => {
    const clip = item({ kind: "clip", captured_at: "2026-05-23T11:42:00Z", duration_ms: 30_000 });
    expect(mergeTimeline({ ...empty, items: [clip] })[0]?.at).toBe(T0 + 30_000);
  });

  it("says when an item cannot be shown", () => {
    const broken = item({ problem: { code: "truncated", message: "The file ends too early." } });
    expect(mergeTimeline({ ...empty, items: [broken] })[0]?.state).toBe("problem");
  });

  it("lists a clip that is being cut", () => {
    const clips = [{ id: "clip-1", at: T0, fromMs: T0 - 30_000, toMs: T0 }];
    expect(mergeTimeline({ ...empty, clips })[0]).toMatchObject({ kind: "clip", state: "cutting" });
  });
});

describe("a clip that arrives", () => {
  const clips = [
    { id: "clip-1", at: T0, fromMs: T0 - 30_000, toMs: T0 },
    { id: "clip-2", at: T0 + 5, fromMs: T0 - 10_000, toMs: T0 },
  ];
  const clip = item({ kind: "clip", captured_by: { participant_id: "me", name: "I", role: "inspector" } });

  it("answers the oldest that this inspector asked for", () => {
    expect(withoutArrivedClip(clips, clip, "me").map((left) => left.id)).toEqual(["clip-2"]);
  });

  it("of somebody else, or an item of another kind, answers none", () => {
    expect(withoutArrivedClip(clips, clip, "another")).toHaveLength(2);
    expect(withoutArrivedClip(clips, { ...clip, kind: "snapshot" }, "me")).toHaveLength(2);
  });
});

describe("unsaved boards", () => {
  const saved = item({ kind: "whiteboard", whiteboard_id: "wb_1", received_at: "2026-05-23T11:42:12Z" });
  const savedAt = Date.parse(saved.received_at);

  it("are those with a drawing and no item of it", () => {
    expect(unsavedBoards({ items: [], boards: [board(T0)] })).toHaveLength(1);
    expect(unsavedBoards({ items: [saved], boards: [board(savedAt - 2000)] })).toHaveLength(0);
  });

  it("count the second in which they were saved as saved", () => {
    expect(unsavedBoards({ items: [saved], boards: [board(savedAt + 800)] })).toHaveLength(0);
  });

  it("are unsaved again once somebody draws on", () => {
    expect(unsavedBoards({ items: [saved], boards: [board(savedAt + 5000)] })).toHaveLength(1);
  });

  it("are neither empty boards nor the drawing over the live picture", () => {
    expect(unsavedBoards({ items: [], boards: [board(undefined), board(T0, { kind: "live" })] })).toHaveLength(0);
  });
});
