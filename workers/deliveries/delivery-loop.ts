import { claimDeliveries } from "@nexbasira/core/database/deliveries.ts";
import { ATTEMPT_LIMIT_MS, attemptDelivery, type DeliveryContext } from "./attempt-delivery.ts";

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
/** Attempts that are not done by then are given back. A stop of the process has to be done within 20 s. */
const STOP_GRACE_MS = 5_000;

/** Takes deliveries that are due, in rounds, until it is closed. Any number of processes may run one. */
export class DeliveryLoop {
  readonly #context: DeliveryContext;
  readonly #inFlight = new Map<Promise<void>, AbortController>();
  #closing: Promise<void> | undefined;
  #woken = false;
  #wake: () => void = () => {};
  #running: Promise<void> | undefined;

  constructor(context: DeliveryContext) {
    this.#context = context;
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
      this.#woken = false;
      try {
        const free = IN_FLIGHT - this.#inFlight.size;
        const claimed = free > 0 ? await claimDeliveries(this.#context.database, { ...LIMITS, limit: free }) : [];
        for (const delivery of claimed) this.#attempt(delivery);
        if (claimed.length === 0) await this.#sleep();
      } catch (error) {
        // The database is away: nothing is lost there, so look again soon.
        this.#context.log.warn({ err: error }, "deliveries could not be claimed");
        this.#woken = false;
        await this.#sleep();
      }
    }
  }

  #attempt(delivery: Parameters<typeof attemptDelivery>[1]): void {
    const stop = new AbortController();
    const attempt = attemptDelivery(this.#context, delivery, stop.signal)
      .catch((error: unknown) => {
        // The lease ends, and the delivery is attempted again under the same id.
        this.#context.log.error({ err: error, delivery_id: delivery.id }, "an attempt could not be written down");
      })
      .finally(() => {
        this.#inFlight.delete(attempt);
        // A place came free, for this endpoint or for all.
        this.wake();
      });
    this.#inFlight.set(attempt, stop);
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
      for (const stop of this.#inFlight.values()) stop.abort();
    }, STOP_GRACE_MS);
    await Promise.all(this.#inFlight.keys());
    clearTimeout(grace);
  }
}
