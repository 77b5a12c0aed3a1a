import { applyOperation, type Board, replayBoard } from "@nexbasira/core/shapes/board.ts";
import type { BoardEntry, Operation } from "@nexbasira/core/shapes/operation.ts";

/** The room's entries have a number, by which one that comes twice is known. */
type SequencedEntry = BoardEntry & { sequence: number };

/**
 * A board that several people draw on, as one of them sees it: what the room has confirmed, in its order, and above it
 * one's own operations that are still under way, so that a stroke never waits for the network.
 */
export class SharedBoard {
  readonly #author: string;
  readonly #onChange: (board: Board) => void;
  #confirmed: Board;
  #sequence: number;
  #pending: Operation[] = [];
  #view: Board;

  constructor(author: string, entries: readonly SequencedEntry[], onChange: (board: Board) => void) {
    this.#author = author;
    this.#onChange = onChange;
    this.#confirmed = replayBoard(entries);
    this.#sequence = entries.at(-1)?.sequence ?? -1;
    this.#view = this.#confirmed;
  }

  /** What to show. The same object as long as nothing changes. */
  get view(): Board {
    return this.#view;
  }

  /** One's own operation: shown at once. Gives false if it changes nothing and need not be sent. */
  draw(operation: Operation): boolean {
    const next = applyOperation(this.#view, operation, this.#now());
    if (next === this.#view) return false;
    this.#pending.push(operation);
    this.#show(next);
    return true;
  }

  /** Entries from the room, also one's own as they come back. */
  receive(entries: readonly SequencedEntry[]): void {
    for (const { sequence, operation, author, at } of entries) {
      if (sequence <= this.#sequence) continue;
      this.#sequence = sequence;
      this.#confirmed = applyOperation(this.#confirmed, operation, { author, at });
      if (author === this.#author) this.#pending.shift();
    }
    this.#showAgain();
  }

  /** The room refused one's own oldest operations, or they were lost with the connection: they disappear. */
  drop(count: number): void {
    this.#pending.splice(0, count);
    this.#showAgain();
  }

  /** After a new connection: the whole list as the room has it. What was under way is dropped. */
  replace(entries: readonly SequencedEntry[]): void {
    this.#pending = [];
    this.#confirmed = replayBoard(entries);
    this.#sequence = entries.at(-1)?.sequence ?? -1;
    this.#showAgain();
  }

  #showAgain(): void {
    let view = this.#confirmed;
    for (const operation of this.#pending) view = applyOperation(view, operation, this.#now());
    this.#show(view);
  }

  #show(view: Board): void {
    if (view === this.#view) return;
    this.#view = view;
    this.#onChange(view);
  }

  #now(): { author: string; at: string } {
    return { author: this.#author, at: new Date().toISOString() };
  }
}
