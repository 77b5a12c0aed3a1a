import type { AnnouncedCapture, Board } from "@nexbasira/core/contract/signalling.ts";
import { describe, expect, it } from "vitest";
import { item, REQUEST } from "./sample-item.ts";
import { mergeTimeline, type TimelineSources, unsavedBoards } from "./timeline.ts";

const T0 = Date.parse("2026-05-23T11:42:00Z");
const marie = { participant_id: "part_1", role: "participant" as const, name: "Marie L.", entered_at: T0 };
const empty: TimelineSources = { items: [], announced: [], boards: [], people: [marie], clips: [], frames: [] };

function capture(more: Partial<AnnouncedCapture> = {}): AnnouncedCapture {
  return {
    capture_id: "3b241101-e2bb-4255-8caf-4136c566a962",
    participant_id: "part_1",
    kind: "snapshot",
    sha256: "a".repeat(64),
    size: 1000,
    announced_at: T0 + 10_200,
    request_id: REQUEST,
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
    const capture_id = "7c241101-e2bb-4255-8caf-4136c566a962";
    const other = capture({ participant_id: "part_2", capture_id, request_id: capture_id });
    const entries = mergeTimeline({ ...empty, announced: [other], items: [item()] });
    expect(new Set(entries.map((entry) => entry.state))).toEqual(new Set(["announced", "verified"]));
  });

  it("puts the newest first", () => {
    const items = [
      item({ id: "evd_1", request_id: "r1", captured_at: "2026-05-23T11:42:10Z" }),
      item({ id: "evd_3", request_id: "r3", captured_at: "2026-05-23T11:42:30Z" }),
      item({ id: "evd_2", request_id: "r2", captured_at: "2026-05-23T11:42:20Z" }),
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
