import type { Database } from "@nexbasira/core/database/database.ts";
import { listPresent } from "@nexbasira/core/database/participants.ts";
import type { Logger } from "@nexbasira/core/log/logger.ts";
import { recordLeft } from "./presence.ts";

export interface PresenceSweepOptions {
  database: Database;
  log: Logger;
  /** How long somebody may be missing, in milliseconds. */
  graceMs: number;
  /** Whether they are in a room of this process. */
  isHere: (sessionId: string, participantId: string) => boolean;
  /** Whether their room is on another node. */
  isElsewhere: (sessionId: string) => Promise<boolean>;
}

/**
 * Finds people who are present in the database and in no room: their media process was killed, or the database was away
 * when they left. From its start on they have the grace period to come back, as those in rooms have.
 */
export class PresenceSweep {
  readonly #options: PresenceSweepOptions;
  /** Who was missing the last time. */
  #missing = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #sweeping: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(options: PresenceSweepOptions) {
    this.#options = options;
    this.#next(0);
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#sweeping;
  }

  #next(delayMs: number): void {
    if (this.#closed) return;
    this.#timer = setTimeout(() => {
      this.#sweeping = this.#sweep().finally(() => this.#next(this.#options.graceMs));
    }, delayMs);
  }

  async #sweep(): Promise<void> {
    const { database, log, isHere, isElsewhere } = this.#options;
    try {
      const missing = new Set<string>();
      for (const person of await listPresent(database)) {
        if (isHere(person.session_id, person.id) || (await isElsewhere(person.session_id))) continue;
        const over = person.status !== "active" && person.status !== "pending";
        if (!over && !this.#missing.has(person.id)) {
          missing.add(person.id);
          continue;
        }
        const reason = over ? "session_ended" : "disconnected";
        await recordLeft(database, person.org_id, person.id, reason, () => isHere(person.session_id, person.id));
      }
      this.#missing = missing;
    } catch (error) {
      log.error({ err: error }, "those who are missing could not be looked for");
    }
  }
}
