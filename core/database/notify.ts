import { sql } from "kysely";
import pg from "pg";
import { z } from "zod";
import type { Transaction } from "./database.ts";

/** What happened to a session, told to every process at the commit. */
export const SessionNotice = z.object({
  org_id: z.number().int(),
  session_id: z.string(),
  /** An event's type, or `evidence.updated`, `progress`, `session.started`, … for what is no event. */
  type: z.string(),
  /** The object concerned: an item, a recording, a clip. */
  object_id: z.string().nullable(),
});
export type SessionNotice = z.infer<typeof SessionNotice>;

export const SESSION_CHANNEL = "nexbasira_session";
export const DELIVERY_CHANNEL = "nexbasira_delivery";

/** What tells the other processes when the transaction commits; nothing is told if it does not. */
export function notification(channel: string, payload: string) {
  return sql`pg_notify(${channel}, ${payload})`;
}

export async function notifySession(transaction: Transaction, notice: SessionNotice): Promise<void> {
  await sql`select ${notification(SESSION_CHANNEL, JSON.stringify(notice))}`.execute(transaction);
}

/** Wakes the delivery workers when the transaction commits. */
export async function notifyDeliveries(transaction: Transaction): Promise<void> {
  await sql`select ${notification(DELIVERY_CHANNEL, "")}`.execute(transaction);
}

export interface NoticeHandlers {
  onSession?: (notice: SessionNotice) => void;
  onDelivery?: () => void;
  /** Called after every (re)connection: what was told in between is lost, so look for yourself. */
  onConnected?: () => void;
  onError: (error: unknown) => void;
}

const RECONNECT_MS = 500;
const CONNECT_LIMIT_MS = 10_000;
/** How soon the network is asked whether the other side of a silent connection is still there. */
const KEEP_ALIVE_MS = 30_000;

/** Listens on a connection of its own, and again after the connection was lost, until it is closed. */
export class NoticeListener {
  #client: pg.Client | undefined;
  #closed = false;
  #retry: NodeJS.Timeout | undefined;
  readonly #url: string;
  readonly #handlers: NoticeHandlers;

  constructor(url: string, handlers: NoticeHandlers) {
    this.#url = url;
    this.#handlers = handlers;
  }

  /** Resolves when it listens. Throws if the first connection fails; later ones are tried until it is closed. */
  async open(): Promise<void> {
    const client = new pg.Client({
      connectionString: this.#url,
      connectionTimeoutMillis: CONNECT_LIMIT_MS,
      keepAlive: true,
      keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
    });
    client.on("error", (error) => this.#handlers.onError(error));
    client.on("end", () => {
      if (this.#client === client) this.#reconnect();
    });
    client.on("notification", (message) => this.#receive(message));
    try {
      await client.connect();
      await client.query(`listen ${SESSION_CHANNEL}; listen ${DELIVERY_CHANNEL}`);
    } catch (error) {
      await client.end().catch(this.#handlers.onError);
      throw error;
    }
    if (this.#closed) return client.end();
    this.#client = client;
    this.#handlers.onConnected?.();
  }

  #receive(message: pg.Notification): void {
    if (message.channel === DELIVERY_CHANNEL) {
      this.#handlers.onDelivery?.();
      return;
    }
    try {
      this.#handlers.onSession?.(SessionNotice.parse(JSON.parse(message.payload ?? "")));
    } catch (error) {
      // A notice that another version of this program wrote: report it, and go on listening.
      this.#handlers.onError(error);
    }
  }

  #reconnect(): void {
    this.#client = undefined;
    if (this.#closed) return;
    this.#retry = setTimeout(() => {
      this.open().catch((error) => {
        this.#handlers.onError(error);
        this.#reconnect();
      });
    }, RECONNECT_MS);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#retry);
    const client = this.#client;
    this.#client = undefined;
    await client?.end();
  }
}
