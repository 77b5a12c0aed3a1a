import type { Logger } from "@nexbasira/core/log/logger.ts";
import type { MediaNode } from "./media-node.ts";
import { LEASE_MS, type NodeDirectory } from "./node-directory.ts";

/** A media process's own standing among the nodes. */
export interface NodeLease {
  /** Rooms can be made here from now on. */
  announce(): void;
  /** False where another node has the room. */
  claimRoom(sessionId: string): Promise<boolean>;
  releaseRoom(sessionId: string): Promise<void>;
  /** Whether another node has the room: who seems to be missing from it may be there. */
  isElsewhere(sessionId: string): Promise<boolean>;
  /** No further rooms come here. */
  withdraw(): Promise<void>;
  close(): Promise<void>;
}

/** Of a node that is the only one: all rooms are its own. */
export const SOLE_NODE: NodeLease = {
  announce: () => {},
  claimRoom: async () => true,
  releaseRoom: async () => {},
  isElsewhere: async () => false,
  withdraw: async () => {},
  close: async () => {},
};

export interface AnnouncedNodeOptions {
  /** Closed with the lease. */
  directory: NodeDirectory;
  node: MediaNode;
  log: Logger;
  /** What a node is compared by: the people on it. */
  load: () => number;
  /** Rooms that another node has taken while this one was not heard of. */
  onLost: (sessionIds: string[]) => void;
}

/**
 * Announces the node in the directory and keeps its rooms leased. That decides only where a room is made: while the
 * directory is away, rooms go on and new ones are made.
 */
export class AnnouncedNode implements NodeLease {
  readonly #options: AnnouncedNodeOptions;
  readonly #directory: NodeDirectory;
  readonly #rooms = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #renewing: Promise<void> | undefined;
  #withdrawn = false;
  #closed = false;

  constructor(options: AnnouncedNodeOptions) {
    this.#options = options;
    this.#directory = options.directory;
  }

  announce(): void {
    this.#timer = setInterval(() => this.#renewSoon(), LEASE_MS / 4);
    this.#renewSoon();
  }

  async claimRoom(sessionId: string): Promise<boolean> {
    try {
      // A directory that has lost everything takes nobody for alive, and would give the room to each that asks.
      await this.#announce();
      const lost = await this.#directory.claim(this.#options.node.name, [sessionId]);
      if (lost.length > 0) return false;
    } catch (error) {
      this.#complain(error);
    }
    this.#rooms.add(sessionId);
    return true;
  }

  async releaseRoom(sessionId: string): Promise<void> {
    this.#rooms.delete(sessionId);
    try {
      await this.#directory.release(this.#options.node.name, sessionId);
    } catch (error) {
      // Then its lease ends by itself.
      this.#complain(error);
    }
  }

  async isElsewhere(sessionId: string): Promise<boolean> {
    const name = await this.#directory.nodeOf(sessionId);
    return name !== undefined && name !== this.#options.node.name;
  }

  async withdraw(): Promise<void> {
    this.#withdrawn = true;
    await this.#renewing;
    try {
      await this.#directory.withdraw(this.#options.node.name);
    } catch (error) {
      this.#complain(error);
    }
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#timer);
    await this.withdraw();
    this.#directory.close();
  }

  #renewSoon(): void {
    this.#renewing ??= this.#renew().finally(() => {
      this.#renewing = undefined;
    });
  }

  async #renew(): Promise<void> {
    const { node, onLost } = this.#options;
    try {
      await this.#announce();
      const lost = await this.#directory.claim(node.name, [...this.#rooms]);
      for (const sessionId of lost) this.#rooms.delete(sessionId);
      if (lost.length > 0) onLost(lost);
    } catch (error) {
      this.#complain(error);
    }
  }

  async #announce(): Promise<void> {
    const { node, load } = this.#options;
    if (!this.#withdrawn) await this.#directory.announce(node, load());
  }

  #complain(error: unknown): void {
    this.#options.log.warn({ err: error }, "the directory does not take the node's lease");
  }
}
