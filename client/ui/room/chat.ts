import type { ChatMessage } from "@nexbasira/core/contract/signalling.ts";
import { z } from "zod";
import type { RoomConnection } from "./room-connection.ts";
import { RoomRequestError } from "./room-messages.ts";

const TRY_AGAIN_MS = 2_000;
/** After these, the same message may be taken later. */
const PASSING = new Set(["no_answer", "rate_limited", "unavailable", "internal_error"]);

const WaitingMessage = z.object({
  message_id: z.uuid(),
  audience: z.enum(["everyone", "staff"]),
  text: z.string(),
  /** The server will never take it; it stays here, so that its text is not lost. */
  refused: z.boolean(),
});
/** A message that was written and is not yet acknowledged. */
export type WaitingMessage = z.infer<typeof WaitingMessage>;

/** What this page has written: sent at once, and again after a loss or a reload until the server has it. */
export class Chat {
  /** What is being written, kept while nobody looks. */
  draft = "";
  readonly #connection: RoomConnection;
  readonly #key: string;
  readonly #listeners = new Set<() => void>();
  readonly #sending = new Set<string>();
  readonly #stop: () => void;
  #waiting: readonly WaitingMessage[];
  #again: ReturnType<typeof setTimeout> | undefined;

  constructor(connection: RoomConnection) {
    this.#connection = connection;
    this.#key = `nexbasira.chat.${connection.answer.session_id}`;
    this.#waiting = load(this.#key);
    this.#stop = connection.subscribe(() => this.#sendAll());
    this.#sendAll();
  }

  /** For `useSyncExternalStore`. */
  readonly getWaiting = (): readonly WaitingMessage[] => this.#waiting;

  /** For `useSyncExternalStore`. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  send(audience: ChatMessage["audience"], text: string): void {
    this.draft = "";
    this.#set([...this.#waiting, { message_id: crypto.randomUUID(), audience, text, refused: false }]);
    this.#sendAll();
  }

  close(): void {
    clearTimeout(this.#again);
    this.#stop();
  }

  #sendAll(): void {
    if (this.#connection.getSnapshot().phase !== "live" || this.#again !== undefined) return;
    for (const message of this.#waiting) {
      if (!message.refused && !this.#sending.has(message.message_id)) void this.#send(message);
    }
  }

  /** The same message sent twice is one: whether an earlier try had arrived does not matter. */
  async #send({ message_id, audience, text }: WaitingMessage): Promise<void> {
    this.#sending.add(message_id);
    try {
      await this.#connection.request("chat.send", { message_id, audience, text });
      this.#set(this.#waiting.filter((other) => other.message_id !== message_id));
    } catch (error) {
      if (!(error instanceof RoomRequestError)) throw error;
      if (PASSING.has(error.code)) this.#later();
      else
        this.#set(
          this.#waiting.map((other) => ({ ...other, refused: other.refused || other.message_id === message_id })),
        );
    } finally {
      this.#sending.delete(message_id);
    }
  }

  #later(): void {
    this.#again ??= setTimeout(() => {
      this.#again = undefined;
      this.#sendAll();
    }, TRY_AGAIN_MS);
  }

  #set(waiting: readonly WaitingMessage[]): void {
    this.#waiting = waiting;
    try {
      sessionStorage.setItem(this.#key, JSON.stringify(waiting));
    } catch {
      // A private window without storage: what waits lives as long as the page.
    }
    for (const listener of this.#listeners) listener();
  }
}

function load(key: string): readonly WaitingMessage[] {
  try {
    const kept = z.array(WaitingMessage).safeParse(JSON.parse(sessionStorage.getItem(key) ?? "[]"));
    return kept.success ? kept.data : [];
  } catch {
    // No storage, or not ours: nothing was kept.
    return [];
  }
}
