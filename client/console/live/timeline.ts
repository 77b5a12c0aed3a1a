import type { EvidenceItem, EvidenceKind } from "@nexbasira/core/contract/evidence.ts";
import type { AnnouncedCapture, Board, Person, RoomClip } from "@nexbasira/core/contract/signalling.ts";
import { openClips } from "./open-clips.ts";
import { type LocalFrame, snapshotEntries } from "./snapshot-entries.ts";

/**
 * Of a photo: `taking`: the phone has been asked. `streamed`: a frame of the stream is kept, the phone has not answered.
 * `original_missing`: there is that frame alone. `not_taken`: there is neither.
 * `announced`: the device holds it, hashed; its original is on the way. `cutting`: a clip that the server is making;
 * `cut_failed`: it could not. `open`: a board with something on it that is not evidence yet. `verified`: received, its
 * hash checked. `problem`: kept, but it cannot be shown.
 */
export type TimelineState =
  | "taking"
  | "streamed"
  | "original_missing"
  | "not_taken"
  | "announced"
  | "cutting"
  | "cut_failed"
  | "open"
  | "verified"
  | "problem";

export interface TimelineEntry {
  /** The same before and after its original has arrived. */
  key: string;
  /** The item's id, or what stands for it until there is one. */
  id: string;
  kind: EvidenceKind;
  state: TimelineState;
  /** Server time, ms since 1970. */
  at: number;
  /** Whose it is; null where the room does not know the name any more. */
  by: string | null;
  item: EvidenceItem | null;
  /** Small pictures of it, the best first: one that is not loaded yet leaves its place to the next. */
  pictures: readonly string[];
  /** The board that this entry opens again. */
  boardId: string | null;
  /** The clip that this entry asks for again. */
  clip: RoomClip | null;
}

export interface TimelineSources {
  items: readonly EvidenceItem[];
  announced: readonly AnnouncedCapture[];
  boards: readonly Board[];
  people: readonly Person[];
  clips: readonly RoomClip[];
  /** What this console saw when it asked for photos. */
  frames: readonly LocalFrame[];
}

/** All that was captured, newest first: what has arrived, what is on the way, and boards that are not saved. */
export function mergeTimeline(sources: TimelineSources): TimelineEntry[] {
  const names = new Map(sources.people.map((person) => [person.participant_id, person.name]));
  const entries = [
    ...snapshotEntries(sources.items, awaited(sources), sources.frames, names),
    ...sources.items.filter(({ kind }) => kind !== "snapshot").map(entryOfItem),
    ...awaited(sources)
      .filter(({ kind }) => kind !== "snapshot")
      .map((capture) => entryOfAnnounced(capture, names)),
    ...openClips(sources.clips, sources.items).map((clip) => entryOfClip(clip, names)),
    ...unsavedBoards(sources).map((board) => entryOfBoard(board, names)),
  ];
  return entries.sort((a, b) => b.at - a.at || (a.key < b.key ? 1 : -1));
}

/** Captures that a device holds and the server does not have yet. */
export function awaited(sources: Pick<TimelineSources, "items" | "announced">): AnnouncedCapture[] {
  const received = new Set(sources.items.map((item) => captureKey(item.captured_by.participant_id, item.sha256)));
  return sources.announced.filter((capture) => !received.has(captureKey(capture.participant_id, capture.sha256)));
}

/** Boards with shapes that no saved item holds. A board that nobody drew on is nothing to lose. */
export function unsavedBoards(sources: Pick<TimelineSources, "items" | "boards">): Board[] {
  return sources.boards.filter((board) => {
    const last = board.operations.at(-1);
    if (board.kind === "live" || last === undefined) return false;
    const saved = sources.items
      .filter((item) => item.whiteboard_id === board.board_id)
      .map((item) => Date.parse(item.received_at));
    // Items tell the second only: what was drawn within it counts as saved.
    return saved.every((second) => Date.parse(last.at) >= second + 1000);
  });
}

function captureKey(participantId: string, sha256: string): string {
  return `${participantId}/${sha256}`;
}

function entryOfItem(item: EvidenceItem): TimelineEntry {
  return {
    key: item.kind === "document" ? captureKey(item.captured_by.participant_id, item.sha256) : item.id,
    id: item.id,
    kind: item.kind,
    state: item.problem === null ? "verified" : "problem",
    // A clip stands where it was asked for, at its end, not thirty seconds further down.
    at: Date.parse(item.captured_at) + (item.kind === "clip" ? (item.duration_ms ?? 0) : 0),
    by: item.captured_by.name,
    item,
    pictures: item.thumbnail_url === null ? [] : [item.thumbnail_url],
    boardId: item.whiteboard_id,
    clip: null,
  };
}

function entryOfAnnounced(capture: AnnouncedCapture, names: ReadonlyMap<string, string>): TimelineEntry {
  return {
    key: captureKey(capture.participant_id, capture.sha256),
    id: capture.capture_id,
    kind: capture.kind,
    state: "announced",
    at: capture.announced_at,
    by: names.get(capture.participant_id) ?? null,
    item: null,
    pictures: [],
    boardId: null,
    clip: null,
  };
}

function entryOfClip(clip: RoomClip, names: ReadonlyMap<string, string>): TimelineEntry {
  return {
    key: `clip/${clip.clip_id}`,
    id: clip.clip_id,
    kind: "clip",
    state: clip.state === "failed" ? "cut_failed" : "cutting",
    at: clip.to_ms,
    by: names.get(clip.participant_id) ?? null,
    item: null,
    pictures: [],
    boardId: null,
    clip: clip.state === "failed" ? clip : null,
  };
}

function entryOfBoard(board: Board, names: ReadonlyMap<string, string>): TimelineEntry {
  const last = board.operations.at(-1);
  return {
    key: `board/${board.board_id}`,
    id: board.board_id,
    kind: board.kind === "annotation" ? "annotation" : "whiteboard",
    state: "open",
    at: last === undefined ? 0 : Date.parse(last.at),
    by: last === undefined ? null : (names.get(last.author) ?? null),
    item: null,
    pictures: [],
    boardId: board.board_id,
    clip: null,
  };
}
