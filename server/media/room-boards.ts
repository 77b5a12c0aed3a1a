import { AppError } from "@nexbasira/core/contract/errors.ts";
import { newId } from "@nexbasira/core/contract/ids.ts";
import type { Board, SequencedOperation } from "@nexbasira/core/contract/signalling.ts";
import type { Database } from "@nexbasira/core/database/database.ts";
import {
  findWhiteboardOfItem,
  insertWhiteboard,
  listBoardOperations,
  listWhiteboards,
} from "@nexbasira/core/database/whiteboards.ts";
import type { Logger } from "@nexbasira/core/log/logger.ts";
import { type Operation, operationSchema } from "@nexbasira/core/shapes/operation.ts";
import { BoardStore } from "./board-store.ts";
import { RoomBoard, type RoomBoardInfo } from "./room-board.ts";

/** The board over the live picture. */
export const LIVE_BOARD_ID = "live";
/** Who wipes the live board when its picture goes. */
const ROOM_AUTHOR = "room";

const LIVE_SURFACE = { width: 1280, height: 720 };
const WHITEBOARD_SURFACE = { width: 1600, height: 1200 };
const MAX_BOARDS = 100;
/** Who enters gets the whole history of all boards at once: this is where it ends, in characters of JSON. */
const MAX_HISTORY = 16 * 1024 * 1024;

/**
 * A room's boards. The live one is never stored; it is wiped when the participant's camera picture goes, because what was
 * drawn lay over that, and it ends with the room.
 */
export class RoomBoards {
  readonly #database: Database;
  readonly #sessionId: string;
  readonly #store: BoardStore;
  readonly #boards = new Map<string, RoomBoard>();
  /** The board that both sides look at. */
  shownBoardId: string | null = null;

  private constructor(database: Database, log: Logger, sessionId: string) {
    this.#database = database;
    this.#sessionId = sessionId;
    this.#store = new BoardStore(database, log);
    this.#put({ board_id: LIVE_BOARD_ID, kind: "live", item_id: null, ...LIVE_SURFACE }, []);
  }

  /** The session's boards with all that was drawn on them. */
  static async load(database: Database, log: Logger, sessionId: string): Promise<RoomBoards> {
    const boards = new RoomBoards(database, log, sessionId);
    for (const row of await listWhiteboards(database, sessionId)) {
      const history = (await listBoardOperations(database, row.id)).map((entry) => ({
        sequence: entry.sequence,
        author: entry.author,
        at: entry.at.toISOString(),
        operation: operationSchema.parse(entry.operation),
      }));
      boards.#put(toInfo(row), history);
    }
    return boards;
  }

  describe(): Board[] {
    return [...this.#boards.values()].map((board) => board.describe());
  }

  /** @throws {AppError} not_found. */
  get(boardId: string): RoomBoard {
    const board = this.#boards.get(boardId);
    if (!board) throw new AppError("not_found", "There is no such board.");
    return board;
  }

  /** A new, empty whiteboard. */
  async openWhiteboard(createdBy: string): Promise<RoomBoard> {
    return this.#create({ kind: "whiteboard", item_id: null, ...WHITEBOARD_SURFACE }, createdBy);
  }

  /** The board over a picture of `width` by `height` pixels: the same one when it is opened again. */
  async openAnnotation(
    item: { id: string; width: number; height: number },
    createdBy: string,
  ): Promise<{ board: RoomBoard; isNew: boolean }> {
    const present = this.#ofItem(item.id);
    if (present) return { board: present, isNew: false };
    const surface = { kind: "annotation", item_id: item.id, width: item.width, height: item.height } as const;
    const board = await this.#create(surface, createdBy);
    return { board, isNew: true };
  }

  /**
   * What was applied, at once; `stored` resolves when it is in the database. Where the board or the session had no room
   * for all of it, `stored` rejects after that with `payload_too_large`: what was there stays, and what fitted is kept.
   */
  operate(
    boardId: string,
    author: string,
    operations: readonly Operation[],
  ): { applied: SequencedOperation[]; sequence: number; stored: Promise<void> } {
    const board = this.get(boardId);
    if (this.#store.full)
      throw new AppError("unavailable", "What is drawn cannot be stored now. Try again in a moment.");
    const { applied, full } = board.operate(author, operations, this.#room());
    const keep = board.info.kind !== "live" && applied.length > 0;
    const stored = keep ? this.#store.add(boardId, applied) : Promise.resolve();
    return { applied, sequence: board.sequence, stored: full ? stored.then(refuseMore) : stored };
  }

  /** Wipes the live board and forgets its history: the operations to tell everybody, none where it was empty. */
  wipeLive(): SequencedOperation[] {
    const board = this.get(LIVE_BOARD_ID);
    const clear = { op: "clear", gesture: ROOM_AUTHOR, scope: "all" } as const;
    const { applied } = board.operate(ROOM_AUTHOR, [clear], Number.POSITIVE_INFINITY);
    board.forget();
    return applied;
  }

  /** Resolves when everything drawn so far is stored. */
  stored(): Promise<void> {
    return this.#store.stored();
  }

  /** Resolves when everything drawn is stored; rejects where it cannot be. */
  close(): Promise<void> {
    return this.#store.close();
  }

  async #create(surface: Omit<RoomBoardInfo, "board_id">, createdBy: string): Promise<RoomBoard> {
    if (surface.kind === "live") throw new Error("the live board is not stored");
    if (this.#boards.size > MAX_BOARDS)
      throw new AppError("conflict", "This session has as many boards as it may have.");
    const inserted = await insertWhiteboard(this.#database, {
      id: newId("whiteboard"),
      session_id: this.#sessionId,
      kind: surface.kind,
      item_id: surface.item_id,
      width: surface.width,
      height: surface.height,
      created_by: createdBy,
    });
    const row = inserted ?? (surface.item_id && (await findWhiteboardOfItem(this.#database, surface.item_id)));
    if (!row) throw new Error("the board just opened is not there");
    // Opened twice at once: the first of them made it.
    return this.#boards.get(row.id) ?? this.#put(toInfo(row), []);
  }

  /** How much the history may still grow, in characters. */
  #room(): number {
    let size = 0;
    for (const board of this.#boards.values()) size += board.size;
    return MAX_HISTORY - size;
  }

  #ofItem(itemId: string): RoomBoard | undefined {
    for (const board of this.#boards.values()) if (board.info.item_id === itemId) return board;
    return undefined;
  }

  #put(info: RoomBoardInfo, history: readonly SequencedOperation[]): RoomBoard {
    const board = new RoomBoard(info, history);
    this.#boards.set(info.board_id, board);
    return board;
  }
}

function refuseMore(): never {
  throw new AppError("payload_too_large", "The board is full: what is on it stays, and nothing more fits.");
}

function toInfo(row: Omit<RoomBoardInfo, "board_id"> & { id: string }): RoomBoardInfo {
  return { board_id: row.id, kind: row.kind, item_id: row.item_id, width: row.width, height: row.height };
}
