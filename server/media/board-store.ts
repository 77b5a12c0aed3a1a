import { setTimeout as delay } from "node:timers/promises";
import type { SequencedOperation } from "@nexbasira/core/contract/signalling.ts";
import type { Database } from "@nexbasira/core/database/database.ts";
import { insertBoardOperations } from "@nexbasira/core/database/whiteboards.ts";
import type { Logger } from "@nexbasira/core/log/logger.ts";

/** A stroke in the making is dozens of messages: written together, they cost one statement. */
const WRITE_AFTER_MS = 50;
const RETRY_AFTER_MS = 500;
const MAX_ROWS = 1_000;
/** What is held for a database that does not take it. */
const MAX_WAITING = 20_000;

interface Row {
  board_id: string;
  operation: SequencedOperation;
}

/** Writes a room's board operations in batches, in order, and tries again until it succeeds. */
export class BoardStore {
  readonly #database: Database;
  readonly #log: Logger;
  #waiting: Row[] = [];
  /** Resolves with the batch that is being collected. */
  #batch: Promise<void> | undefined;
  #writing: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(database: Database, log: Logger) {
    this.#database = database;
    this.#log = log;
  }

  /** More is waiting than may be held: the database has been away for long. */
  get full(): boolean {
    return this.#waiting.length >= MAX_WAITING;
  }

  /** Resolves when the operations are stored. */
  add(boardId: string, operations: readonly SequencedOperation[]): Promise<void> {
    for (const operation of operations) this.#waiting.push({ board_id: boardId, operation });
    this.#batch ??= delay(WRITE_AFTER_MS).then(() => {
      this.#batch = undefined;
      this.#writing = this.#writing.then(() => this.#write());
      return this.#writing;
    });
    return this.#batch;
  }

  /** Resolves when everything that was added so far is stored. */
  async stored(): Promise<void> {
    await this.#batch;
    await this.#writing;
  }

  /** The same, with one last try for what does not succeed; rejects where that fails. */
  close(): Promise<void> {
    this.#closed = true;
    return this.stored();
  }

  async #write(): Promise<void> {
    while (this.#waiting.length > 0) {
      const rows = this.#waiting.slice(0, MAX_ROWS);
      try {
        await insertBoardOperations(
          this.#database,
          rows.map(({ board_id, operation }) => ({
            board_id,
            sequence: operation.sequence,
            author: operation.author,
            at: new Date(operation.at),
            operation: JSON.stringify(operation.operation),
          })),
        );
        this.#waiting.splice(0, rows.length);
      } catch (error) {
        this.#log.error({ err: error, waiting: this.#waiting.length }, "board operations could not be stored yet");
        if (this.#closed) throw error;
        await delay(RETRY_AFTER_MS);
      }
    }
  }
}
