import { AppError } from "@nexbasira/core/contract/errors.ts";
import type { Board, BoardKind, SequencedOperation } from "@nexbasira/core/contract/signalling.ts";
import { applyOperation, EMPTY_BOARD, replayBoard, type Board as Shapes } from "@nexbasira/core/shapes/board.ts";
import type { Operation } from "@nexbasira/core/shapes/operation.ts";

export interface RoomBoardInfo {
  board_id: string;
  kind: BoardKind;
  item_id: string | null;
  width: number;
  height: number;
}

/** A late joiner gets the whole history at once: this is where it ends, in characters of JSON. */
const MAX_HISTORY = 16 * 1024 * 1024;

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

  get shapes(): Shapes {
    return this.#shapes;
  }

  /** The board with its history, as a late joiner gets it. */
  describe(): Board {
    return { ...this.info, operations: [...this.#entries] };
  }

  /**
   * Applies one author's operations in order and gives them their places. One that changes nothing (an unknown shape,
   * nothing to undo) is left out: it would change nothing for anybody.
   *
   * @throws {AppError} payload_too_large when the board's history is full.
   */
  operate(author: string, operations: readonly Operation[], now = new Date()): SequencedOperation[] {
    if (this.#size > MAX_HISTORY) throw new AppError("payload_too_large", "The board is full: go on on a new one.");
    const at = now.toISOString();
    const applied: SequencedOperation[] = [];
    for (const operation of operations) {
      const shapes = applyOperation(this.#shapes, operation, { author, at });
      if (shapes === this.#shapes) continue;
      this.#shapes = shapes;
      this.#sequence += 1;
      applied.push({ sequence: this.#sequence, author, at, operation });
    }
    this.#entries.push(...applied);
    this.#size += applied.reduce((sum, entry) => sum + sizeOf(entry), 0);
    return applied;
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
