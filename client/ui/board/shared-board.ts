import { applyEntries, applyOperation, type Board, hasRoomFor, replayBoard } from "@nexbasira/core/shapes/board.ts";
import type { BoardEntry, Operation } from "@nexbasira/core/shapes/operation.ts";
import { isSameOperation } from "./same-operation.ts";

/** The room's entries have a number, by which one that comes twice is known. */
export type SequencedEntry = BoardEntry & { sequence: number };

/** One's own operation that the room has not acknowledged. */
export interface OwnOperation {
  readonly operation: Operation;
  /** When it was drawn, by this device's clock. */
  readonly at: string;
  /** Whether it was given to the connection that there is now. */
  sent: boolean;
  /** It came back from the room, or the room has passed it over: it is part of what is confirmed. */
  seen: boolean;
}

/**
 * A board that several people draw on, as one of them sees it: what the room has confirmed, in its order, and above it
 * one's own operations that are still under way, so that a stroke never waits for the network.
 *
 * An operation stays one's own until the room acknowledges it, which it does when it is stored. After a new connection
 * the room's list tells which of them it has: the others are to be sent again, in their order, so that none is lost and
 * none comes twice.
 */
export class SharedBoard {
  readonly #author: string;
  readonly #onChange: (board: Board) => void;
  #confirmed: Board;
  #sequence: number;
  /** The room's place when it last acknowledged something: one's own entries after it are among `#own`. */
  #acknowledged: number;
  #own: OwnOperation[] = [];
  #view: Board;

  constructor(author: string, entries: readonly SequencedEntry[], onChange: (board: Board) => void) {
    this.#author = author;
    this.#onChange = onChange;
    this.#confirmed = replayBoard(entries);
    this.#sequence = entries.at(-1)?.sequence ?? -1;
    this.#acknowledged = this.#sequence;
    this.#view = this.#confirmed;
  }

  /** What to show. The same object as long as nothing changes. */
  get view(): Board {
    return this.#view;
  }

  /** One's own operations that the room has not acknowledged, in their order. */
  get own(): readonly OwnOperation[] {
    return this.#own;
  }

  /** One's own operation, shown at once. One that changes nothing, or for which the board has no room, is not kept. */
  draw(operation: Operation): "drawn" | "nothing" | "full" {
    const at = new Date().toISOString();
    const next = applyOperation(this.#view, operation, { author: this.#author, at });
    if (next === this.#view) return hasRoomFor(this.#view, operation) ? "nothing" : "full";
    this.#own.push({ operation, at, sent: false, seen: false });
    this.#show(next);
    return "drawn";
  }

  /** Entries from the room, also one's own as they come back. */
  receive(entries: readonly SequencedEntry[]): void {
    const fresh = entries.slice(firstAfter(entries, this.#sequence));
    if (fresh.length === 0) return;
    this.#sequence = fresh.at(-1)?.sequence ?? this.#sequence;
    this.#confirmed = applyEntries(this.#confirmed, fresh);
    this.#match(fresh);
    this.#showAgain();
  }

  /** The room has stored these, and all before them; those that did not come back changed nothing. */
  acknowledge(operations: readonly OwnOperation[], sequence: number): void {
    const last = operations.at(-1);
    const at = last === undefined ? -1 : this.#own.indexOf(last);
    if (at === -1) return;
    this.#own.splice(0, at + 1);
    this.#acknowledged = Math.max(this.#acknowledged, sequence);
    this.#showAgain();
  }

  /** The room took these no more than they came back: they disappear. */
  refuse(operations: readonly OwnOperation[]): void {
    this.#own = this.#own.filter((own) => !operations.includes(own));
    this.#showAgain();
  }

  /** They were not taken now and are to be sent once more. */
  takeBack(operations: readonly OwnOperation[]): void {
    for (const own of operations) own.sent = own.seen;
  }

  /** After a new connection: the whole list as the room has it. What it does not have is to be sent again. */
  enterAgain(entries: readonly SequencedEntry[]): void {
    this.#confirmed = replayBoard(entries);
    this.#sequence = entries.at(-1)?.sequence ?? -1;
    for (const own of this.#own) own.seen = false;
    this.#match(entries.slice(firstAfter(entries, this.#acknowledged)));
    this.takeBack(this.#own);
    this.#showAgain();
  }

  /** The room takes one's operations in their order: those before one that came back are done with, too. */
  #match(entries: readonly SequencedEntry[]): void {
    let from = 0;
    for (const { author, operation } of entries) {
      if (author !== this.#author) continue;
      const found = this.#own.findIndex(
        (own, at) => at >= from && own.sent && !own.seen && isSameOperation(own.operation, operation),
      );
      if (found === -1) continue;
      for (const own of this.#own.slice(from, found + 1)) own.seen = true;
      from = found + 1;
    }
  }

  #showAgain(): void {
    const under = this.#own.filter(({ seen }) => !seen);
    this.#show(
      applyEntries(
        this.#confirmed,
        under.map(({ operation, at }) => ({ operation, author: this.#author, at })),
      ),
    );
  }

  #show(view: Board): void {
    if (view === this.#view) return;
    this.#view = view;
    this.#onChange(view);
  }
}

/** Entries come in their order, and mostly it is the last few that are new. */
function firstAfter(entries: readonly SequencedEntry[], sequence: number): number {
  let from = entries.length;
  while (from > 0 && (entries[from - 1]?.sequence ?? sequence) > sequence) from -= 1;
  return from;
}
