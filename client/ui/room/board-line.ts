import type { Board as RoomBoard } from "@nexbasira/core/contract/signalling.ts";
import type { Board } from "@nexbasira/core/shapes/board.ts";
import type { Operation } from "@nexbasira/core/shapes/operation.ts";
import { type OwnOperation, SharedBoard } from "../board/shared-board.ts";
import type { RoomConnection } from "./room-connection.ts";
import { RoomRequestError } from "./room-messages.ts";

/** Between two messages, ms: a pen at work sends some 30 a second, the first of them at once. */
const BETWEEN_MS = 33;
/** The most operations of one message (`board.operate`), and about how many characters. */
const MOST = 100;
const MOST_CHARACTERS = 64 * 1024;
/** What has piled up while there was no connection goes at a pace that the room takes: it allows 200 a second. */
const MS_PER_PILED = 7;
const MS_PER_CHARACTER = 0.005;
const AGAIN_MS = 1_000;

/** Why something that was drawn disappeared: the board has no room for it, or the room did not take it. */
export type BoardProblem = "full" | "refused";

/**
 * A board of the room over its connection: sends what is drawn here, takes what is drawn there. What is drawn while there
 * is no connection waits and is sent once there is one, also when the page shows another board in the meantime.
 */
export class BoardLine {
  readonly #connection: RoomConnection;
  readonly #boardId: string;
  readonly #shared: SharedBoard;
  readonly #listeners = new Set<() => void>();
  readonly #problemListeners = new Set<(problem: BoardProblem) => void>();
  readonly #stops: (() => void)[] = [];
  #entered: number | undefined;
  #holders = 0;
  #inFlight = 0;
  /** No message before this time, ms of `performance.now`. */
  #notBefore = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(connection: RoomConnection, board: RoomBoard) {
    const { room } = connection.getSnapshot();
    this.#connection = connection;
    this.#boardId = board.board_id;
    this.#entered = room?.server_time_ms;
    this.#shared = new SharedBoard(room?.self.participant_id ?? "", board.operations, () => {
      for (const listener of this.#listeners) listener();
    });
  }

  /** For `useSyncExternalStore`. */
  readonly getView = (): Board => this.#shared.view;

  /** For `useSyncExternalStore`. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  onProblem(listener: (problem: BoardProblem) => void): () => void {
    this.#problemListeners.add(listener);
    return () => this.#problemListeners.delete(listener);
  }

  readonly draw = (operation: Operation): void => {
    const outcome = this.#shared.draw(operation);
    if (outcome === "full") this.#tell("full");
    if (outcome === "drawn") this.#schedule();
  };

  /** Begins to follow the room, until it is released as often as held and has nothing to send any more. */
  hold(): () => void {
    this.#holders += 1;
    if (this.#stops.length === 0) {
      this.#stops.push(
        this.#connection.subscribe(() => this.#follow()),
        // At once and not with the next drawing of the page: an acknowledgement must not be quicker than its notice.
        this.#connection.onNotice(({ name, payload }) => {
          if (name === "board.operated" && payload.board_id === this.#boardId) this.#shared.receive(payload.operations);
        }),
      );
      this.#follow();
      this.#shared.receive(this.#roomBoard()?.operations ?? []);
    }
    return () => {
      this.#holders -= 1;
      this.#rest();
    };
  }

  #roomBoard(): RoomBoard | undefined {
    return this.#connection.getSnapshot().room?.boards.find(({ board_id }) => board_id === this.#boardId);
  }

  #follow(): void {
    const { room } = this.#connection.getSnapshot();
    if (room === null || room.server_time_ms === this.#entered) return;
    this.#entered = room.server_time_ms;
    this.#shared.enterAgain(this.#roomBoard()?.operations ?? []);
    this.#inFlight = 0;
    this.#schedule();
  }

  #rest(): void {
    if (this.#holders > 0 || this.#waiting().length > 0 || this.#inFlight > 0) return;
    for (const stop of this.#stops.splice(0)) stop();
  }

  #waiting(): OwnOperation[] {
    return this.#shared.own.filter(({ sent }) => !sent);
  }

  #schedule(): void {
    this.#timer ??= setTimeout(
      () => {
        this.#timer = undefined;
        this.#send();
      },
      Math.max(0, this.#notBefore - performance.now()),
    );
  }

  #send(): void {
    if (this.#connection.getSnapshot().phase !== "live") return;
    const waiting = this.#waiting();
    // What piled up goes message by message, so that nothing overtakes what the room puts off.
    if (waiting.length === 0 || (waiting.length > MOST && this.#inFlight > 0)) return;
    const { batch, characters } = takeBatch(waiting);
    const isPile = waiting.length > batch.length;
    const pace = isPile ? Math.max(batch.length * MS_PER_PILED, characters * MS_PER_CHARACTER) : BETWEEN_MS;
    this.#notBefore = performance.now() + Math.max(BETWEEN_MS, pace);
    void this.#deliver(batch, this.#entered);
    if (isPile) this.#schedule();
  }

  async #deliver(batch: readonly OwnOperation[], entered: number | undefined): Promise<void> {
    for (const own of batch) own.sent = true;
    this.#inFlight += 1;
    const operations = batch.map(({ operation }) => operation);
    try {
      const { sequence } = await this.#connection.request("board.operate", { board_id: this.#boardId, operations });
      this.#shared.acknowledge(batch, sequence);
    } catch (error) {
      if (!(error instanceof RoomRequestError)) throw error;
      if (entered === this.#entered) this.#failed(batch, error.code);
    }
    if (entered === this.#entered) this.#inFlight -= 1;
    if (this.#waiting().length > 0) this.#schedule();
    else this.#rest();
  }

  #failed(batch: readonly OwnOperation[], code: string): void {
    // Whether it arrived is known when the room is entered again.
    if (code === "no_answer") return;
    if (code === "rate_limited" || code === "unavailable") {
      this.#shared.takeBack(batch);
      this.#notBefore = performance.now() + AGAIN_MS;
      return;
    }
    const lost = batch.filter(({ seen }) => !seen);
    this.#shared.refuse(batch);
    if (lost.length > 0) this.#tell(code === "payload_too_large" ? "full" : "refused");
  }

  #tell(problem: BoardProblem): void {
    for (const listener of this.#problemListeners) listener(problem);
  }
}

function takeBatch(waiting: readonly OwnOperation[]): { batch: OwnOperation[]; characters: number } {
  const batch: OwnOperation[] = [];
  let characters = 0;
  for (const own of waiting) {
    const more = JSON.stringify(own.operation).length;
    if (batch.length === MOST || (batch.length > 0 && characters + more > MOST_CHARACTERS)) break;
    batch.push(own);
    characters += more;
  }
  return { batch, characters };
}

const lines = new WeakMap<RoomConnection, Map<string, BoardLine>>();

/** The one line of a board over a connection. */
export function boardLineOf(connection: RoomConnection, board: RoomBoard): BoardLine {
  const known = lines.get(connection) ?? new Map<string, BoardLine>();
  lines.set(connection, known);
  const line = known.get(board.board_id) ?? new BoardLine(connection, board);
  known.set(board.board_id, line);
  return line;
}
