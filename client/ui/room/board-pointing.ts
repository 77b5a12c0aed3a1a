import type { Point } from "@nexbasira/core/shapes/shape.ts";
import type { Pointing, SeenPointer } from "../board/pointing.ts";
import type { RoomConnection } from "./room-connection.ts";
import { RoomRequestError } from "./room-messages.ts";

/** Between two messages, ms: some 30 a second. */
const BETWEEN_MS = 33;
/** Without a move, a pointer goes after this long. */
const STILL_MS = 3_000;

/** Where people point on a board of the room: one's own told to the others, theirs shown here. Nothing of it is kept. */
export class BoardPointing implements Pointing {
  readonly #connection: RoomConnection;
  readonly #boardId: string;
  readonly #listeners = new Set<() => void>();
  readonly #gone = new Map<string, ReturnType<typeof setTimeout>>();
  #pointers: readonly SeenPointer[] = [];
  #stop: (() => void) | undefined;
  /** What the others were told last, and what is to be told. */
  #told: Point | null = null;
  #next: Point | null = null;
  #notBefore = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #still: ReturnType<typeof setTimeout> | undefined;

  constructor(connection: RoomConnection, boardId: string) {
    this.#connection = connection;
    this.#boardId = boardId;
  }

  readonly getPointers = (): readonly SeenPointer[] => this.#pointers;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    this.#stop ??= this.#connection.onNotice(({ name, payload }) => {
      if (name === "board.pointed" && payload.board_id === this.#boardId) this.#take(payload);
      if (name === "person.left" || name === "person.unreachable") {
        this.#take({ participant_id: payload.participant_id, at: null });
      }
    });
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size > 0) return;
      this.#stop?.();
      this.#stop = undefined;
    };
  };

  readonly point = (at: Point | null): void => {
    this.#next = at;
    clearTimeout(this.#still);
    if (at !== null) this.#still = setTimeout(() => this.point(null), STILL_MS);
    const wait = this.#notBefore - performance.now();
    if (wait <= 0) this.#send();
    else this.#timer ??= setTimeout(() => this.#send(), wait);
  };

  #send(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const at = this.#next;
    if (at === this.#told || this.#connection.getSnapshot().phase !== "live") return;
    this.#told = at;
    this.#notBefore = performance.now() + BETWEEN_MS;
    this.#connection.request("board.point", { board_id: this.#boardId, at }).catch((error: unknown) => {
      // A place that was not taken is followed by the next one.
      if (!(error instanceof RoomRequestError)) throw error;
    });
  }

  #take({ participant_id: id, at }: { participant_id: string; at: Point | null }): void {
    clearTimeout(this.#gone.get(id));
    this.#gone.delete(id);
    const others = this.#pointers.filter((pointer) => pointer.id !== id);
    if (at === null && others.length === this.#pointers.length) return;
    if (at !== null) {
      const name = this.#connection.getSnapshot().room?.people.find((one) => one.participant_id === id)?.name ?? "";
      // Longer than the other side waits: a message may be late.
      const timer = setTimeout(() => this.#take({ participant_id: id, at: null }), STILL_MS + 1_000);
      this.#gone.set(id, timer);
      this.#pointers = [...others, { id, name, at }];
    } else this.#pointers = others;
    for (const listener of this.#listeners) listener();
  }
}
