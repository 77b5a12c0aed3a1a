import type { EvidenceItem, EvidenceKind } from "@nexbasira/core/contract/evidence.ts";
import type { AnnouncedCapture, Board, Person } from "@nexbasira/core/contract/signalling.ts";

/**
 * `announced`: the device holds it, hashed; its original is on the way. `cutting`: a clip that the server is making.
 * `open`: a board with something on it that is not evidence yet. `verified`: received, its hash checked. `problem`: kept,
 * but it cannot be shown.
 */
export type TimelineState = "announced" | "cutting" | "open" | "verified" | "problem";

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
  /** The board that this entry opens again. */
  boardId: string | null;
}

/** A clip that was asked for and is not there yet. */
export interface PendingClip {
  id: string;
  at: number;
  fromMs: number;
  toMs: number;
}

export interface TimelineSources {
  items: readonly EvidenceItem[];
  announced: readonly AnnouncedCapture[];
  boards: readonly Board[];
  people: readonly Person[];
  clips: readonly PendingClip[];
}

/** All that was captured, newest first: what has arrived, what is on the way, and boards that are not saved. */
export function mergeTimeline(sources: TimelineSources): TimelineEntry[] {
  const names = new Map(sources.people.map((person) => [person.participant_id, person.name]));
  const entries = [
    ...sources.items.map(entryOfItem),
    ...awaited(sources).map((capture) => entryOfAnnounced(capture, names)),
    ...sources.clips.map(entryOfClip),
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

/** The clips still waited for, once this item is there: a clip of one's own answers the oldest. */
export function withoutArrivedClip(
  clips: readonly PendingClip[],
  item: EvidenceItem,
  self: string,
): readonly PendingClip[] {
  return item.kind === "clip" && item.captured_by.participant_id === self ? clips.slice(1) : clips;
}

function captureKey(participantId: string, sha256: string): string {
  return `${participantId}/${sha256}`;
}

function entryOfItem(item: EvidenceItem): TimelineEntry {
  return {
    key:
      item.kind === "snapshot" || item.kind === "document"
        ? captureKey(item.captured_by.participant_id, item.sha256)
        : item.id,
    id: item.id,
    kind: item.kind,
    state: item.problem === null ? "verified" : "problem",
    // A clip stands where it was asked for, at its end, not thirty seconds further down.
    at: Date.parse(item.captured_at) + (item.kind === "clip" ? (item.duration_ms ?? 0) : 0),
    by: item.captured_by.name,
    item,
    boardId: item.whiteboard_id,
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
    boardId: null,
  };
}

function entryOfClip(clip: PendingClip): TimelineEntry {
  return {
    key: clip.id,
    id: clip.id,
    kind: "clip",
    state: "cutting",
    at: clip.at,
    by: null,
    item: null,
    boardId: null,
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
    boardId: board.board_id,
  };
}
