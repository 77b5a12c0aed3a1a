import { randomUUID } from "node:crypto";
import {
  type ClaimedDelivery,
  checkWorkers,
  claimDeliveries,
  endWorker,
  releaseDelivery,
} from "@nexbasira/core/database/claim-deliveries.ts";
import { type Database, inTransaction } from "@nexbasira/core/database/database.ts";
import type { JobQueue } from "@nexbasira/core/jobs/job-queue.ts";
import type { Logger } from "@nexbasira/core/log/logger.ts";
import type { Receivers } from "@nexbasira/core/webhooks/post-payload.ts";
import { ATTEMPT_LIMIT_MS, attemptDelivery } from "./attempt-delivery.ts";
import { AttemptWriter } from "./attempt-writer.ts";
import { StoredSecrets } from "./stored-secrets.ts";

const IN_FLIGHT = 256;
const LIMITS = {
  per_endpoint: 8,
  per_organization: IN_FLIGHT / 2,
  /** Longer than an attempt and writing it down can take. */
  lease_s: ATTEMPT_LIMIT_MS / 1000 + 30,
};
/**
 * What is new wakes the loop; what falls due again, what another process gave back, and a wake-up that was lost with its
 * connection are found by looking. The schedule allows each retry to be later by 3 s and more.
 */
const SLEEP_MS = 1_000;
/** How often a worker says that it is there. */
const CHECK_MS = 2_000;
/** Attempts that are not done by then are given back. A stop of the process has to be done within 20 s. */
const STOP_GRACE_MS = 5_000;

interface DeliveryContext extends Receivers {
  database: Database;
  jobs: JobQueue;
  masterKeys: readonly string[];
  log: Logger;
}

/** Takes deliveries that are due, in rounds, until it is closed. Any number of processes may run one. */
export class DeliveryLoop {
  readonly #context: DeliveryContext & { secrets: StoredSecrets };
  readonly #writer: AttemptWriter;
  readonly #worker = randomUUID();
  readonly #inFlight = new Map<Promise<void>, { delivery: ClaimedDelivery; stop: AbortController }>();
  /** Of the deliveries in flight. */
  readonly #ids = new Set<string>();
  /** Where the last claim ended. */
  #after: string | null = null;
  #checkedAt = Number.NEGATIVE_INFINITY;
  #closing: Promise<void> | undefined;
  #woken = false;
  #wake: () => void = () => {};
  #running: Promise<void> | undefined;

  constructor(context: DeliveryContext) {
    this.#context = { ...context, secrets: new StoredSecrets(context.masterKeys) };
    this.#writer = new AttemptWriter(context);
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Something new may be due. */
  wake(): void {
    this.#woken = true;
    this.#wake();
  }

  async #run(): Promise<void> {
    while (!this.#closing) {
      try {
        await this.#check();
        if (!(await this.#claimAround())) await this.#sleep();
      } catch (error) {
        // The database is away: nothing is lost there, so look again soon.
        this.#context.log.warn({ err: error }, "deliveries could not be claimed");
        this.#woken = false;
        await this.#sleep();
      }
    }
  }

  async #check(): Promise<void> {
    if (performance.now() - this.#checkedAt < CHECK_MS) return;
    this.#checkedAt = performance.now();
    const orphaned = await inTransaction(this.#context.database, (transaction) =>
      checkWorkers(transaction, this.#worker),
    );
    if (orphaned > 0)
      this.#context.log.warn({ deliveries: orphaned }, "a worker is dead; its deliveries are taken over");
  }

  /** Claims from where the last claim ended until something is found; false when there is no more, all the way round. */
  async #claimAround(): Promise<boolean> {
    const begunAt = this.#after;
    this.#woken = false;
    for (;;) {
      const free = IN_FLIGHT - this.#inFlight.size;
      if (free <= 0) return false;
      const limits = { ...LIMITS, limit: free };
      const { claimed, after } = await claimDeliveries(this.#context.database, limits, {
        worker: this.#worker,
        inFlight: Array.from(this.#inFlight.values(), ({ delivery }) => delivery),
        after: this.#after,
      });
      const wrapped = after === null;
      this.#after = after;
      for (const delivery of claimed) this.#attempt(delivery);
      // All the way round, and there was room for more: what is left waits for something that will wake the loop.
      if (this.#closing || (wrapped && begunAt === null && claimed.length < free)) return false;
      if (wrapped || claimed.length > 0) return true;
    }
  }

  #attempt(delivery: ClaimedDelivery): void {
    // A crash of PostgreSQL can forget a lease while its attempt is still on its way.
    if (this.#ids.has(delivery.id)) return;
    this.#ids.add(delivery.id);
    const stop = new AbortController();
    const attempt = this.#make(delivery, stop.signal)
      .catch((error: unknown) => {
        // The lease ends, and the delivery is attempted again under the same id.
        this.#context.log.error({ err: error, delivery_id: delivery.id }, "an attempt could not be made");
      })
      .finally(() => {
        this.#inFlight.delete(attempt);
        this.#ids.delete(delivery.id);
        // A place came free, for this endpoint or for all.
        this.wake();
      });
    this.#inFlight.set(attempt, { delivery, stop });
  }

  async #make(delivery: ClaimedDelivery, signal: AbortSignal): Promise<void> {
    const attempt = await attemptDelivery(this.#context, delivery, signal);
    if (attempt) return this.#writer.write({ delivery, attempt });
    await inTransaction(this.#context.database, (transaction) =>
      releaseDelivery(transaction, delivery.id, delivery.attempt_count),
    );
  }

  #sleep(): Promise<void> {
    if (this.#woken || this.#closing) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, SLEEP_MS);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** Waits for the attempts in flight, up to 5 s; what is not done by then is given back. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#wake();
    await this.#running;
    const grace = setTimeout(() => {
      this.#writer.close();
      for (const { stop } of this.#inFlight.values()) stop.abort();
    }, STOP_GRACE_MS);
    await Promise.all(this.#inFlight.keys());
    clearTimeout(grace);
    if (this.#running === undefined) return;
    await inTransaction(this.#context.database, (transaction) => endWorker(transaction, this.#worker)).catch(
      // It will be missed by its silence.
      (error: unknown) => this.#context.log.warn({ err: error }, "the end of a worker could not be written down"),
    );
  }
}
