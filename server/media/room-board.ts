import type { Board, BoardKind, SequencedOperation } from "@nexbasira/core/contract/signalling.ts";
import {
  applyOperation,
  EMPTY_BOARD,
  hasRoomFor,
  replayBoard,
  type Board as Shapes,
} from "@nexbasira/core/shapes/board.ts";
import type { Operation } from "@nexbasira/core/shapes/operation.ts";

export interface RoomBoardInfo {
  board_id: string;
  kind: BoardKind;
  item_id: string | null;
  width: number;
  height: number;
}

/** What came of an author's operations. */
export interface Operated {
  applied: SequencedOperation[];
  /** The board had no room for the others; what it holds stays as it is. */
  full: boolean;
}

/** A board as the room has it: the order of what everybody drew. */
export class RoomBoard {
  readonly info: RoomBoardInfo;
  #entries: SequencedOperation[];
  #shapes: Shapes;
  #sequence: number;
  #size: number;

  constructor(info: RoomBoardInfo, history: readonly SequencedOperation[]) {
    this.info = info;
    this.#entries = [...history];
    this.#shapes = replayBoard(history);
    this.#sequence = history.at(-1)?.sequence ?? 0;
    this.#size = history.reduce((sum, entry) => sum + sizeOf(entry), 0);
  }

  get sequence(): number {
    return this.#sequence;
  }

  /** Of its history, in characters of JSON. */
  get size(): number {
    return this.#size;
  }

  /** The board with its history, as a late joiner gets it. */
  describe(): Board {
    return { ...this.info, operations: [...this.#entries] };
  }

  /**
   * Applies one author's operations in order and gives them their places. One that changes nothing (an unknown shape,
   * nothing to undo) is left out: it would change nothing for anybody.
   *
   * @param room how many characters the history may still grow by.
   */
  operate(author: string, operations: readonly Operation[], room: number, now = new Date()): Operated {
    const at = now.toISOString();
    const applied: SequencedOperation[] = [];
    let full = false;
    let grown = 0;
    for (const operation of operations) {
      const entry = { sequence: this.#sequence + 1, author, at, operation };
      const size = sizeOf(entry);
      const shapes = grown + size > room ? this.#shapes : applyOperation(this.#shapes, operation, { author, at });
      if (shapes === this.#shapes) {
        full ||= grown + size > room || !hasRoomFor(this.#shapes, operation);
        continue;
      }
      this.#shapes = shapes;
      this.#sequence += 1;
      grown += size;
      applied.push(entry);
    }
    this.#entries.push(...applied);
    this.#size += grown;
    return { applied, full };
  }

  /** Forgets what was drawn; the sequence goes on. Everybody in the room must have got a `clear` of all before. */
  forget(): void {
    this.#entries = [];
    this.#shapes = EMPTY_BOARD;
    this.#size = 0;
  }
}

function sizeOf(entry: SequencedOperation): number {
  return JSON.stringify(entry).length;
}
