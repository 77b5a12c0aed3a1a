import type { Database } from "@nexbasira/core/database/database.ts";
import type { JobQueue } from "@nexbasira/core/jobs/job-queue.ts";
import type { Logger } from "@nexbasira/core/log/logger.ts";
import { type MadeAttempt, writeFailure, writeSuccesses } from "./write-attempts.ts";

/** More in one statement saves nothing more, and one that fails concerns them all. */
const MOST_AT_ONCE = 256;
const RETRY_MS = 500;
/** While the leases of what is to be written down last for certain. */
const RETRY_FOR_MS = 20_000;

interface Waiting {
  made: MadeAttempt;
  done: () => void;
}

/**
 * Writes attempts down: a failure by itself, successes together with those that come while the ones before are being
 * written. While the database is away it tries again, so that nothing is sent twice for that.
 */
export class AttemptWriter {
  readonly #context: { database: Database; jobs: JobQueue; log: Logger };
  #waiting: Waiting[] = [];
  #writing: Promise<void> | undefined;
  #closed = false;

  constructor(context: { database: Database; jobs: JobQueue; log: Logger }) {
    this.#context = context;
  }

  /** Resolves when it is written down, or could not be: then its lease ends, and it is made again under the same id. */
  async write(made: MadeAttempt): Promise<void> {
    if (made.attempt.outcome === "delivered") {
      await new Promise<void>((done) => {
        this.#waiting.push({ made, done });
        this.#writing ??= this.#writeWaiting();
      });
    } else {
      await this.#try([made], async () => {
        this.#say(made, await writeFailure(this.#context, made));
      });
    }
  }

  async #writeWaiting(): Promise<void> {
    // What ends in the same turn goes together.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, MOST_AT_ONCE);
      await this.#writeBatch(batch.map(({ made }) => made));
      for (const { done } of batch) done();
    }
    this.#writing = undefined;
  }

  async #writeBatch(batch: readonly MadeAttempt[]): Promise<void> {
    await this.#try(batch, async () => {
      await writeSuccesses(this.#context, batch);
      for (const made of batch) this.#say(made, false);
    });
  }

  /** Tries while the database is away. What it does not take, for what it is, must not keep the others. */
  async #try(batch: readonly MadeAttempt[], write: () => Promise<void>): Promise<void> {
    const { log } = this.#context;
    const begun = performance.now();
    for (;;) {
      try {
        return await write();
      } catch (error) {
        if (isRefused(error)) {
          if (batch.length > 1) {
            for (const made of batch) await this.#writeBatch([made]);
            return;
          }
        } else if (!this.#closed && performance.now() - begun < RETRY_FOR_MS) {
          log.warn({ err: error, attempts: batch.length }, "attempts could not be written down yet");
          await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
          continue;
        }
        const ids = batch.map(({ delivery }) => delivery.id);
        log.error({ err: error, delivery_ids: ids }, "attempts could not be written down");
        return;
      }
    }
  }

  #say({ delivery, attempt }: MadeAttempt, disabled: boolean): void {
    this.#context.log[attempt.outcome === "delivered" ? "info" : "warn"](
      {
        delivery_id: delivery.id,
        endpoint_id: delivery.endpoint_id,
        event_id: delivery.event_id,
        event_type: delivery.event_type,
        attempt: attempt.number,
        status: attempt.response_status,
        problem: attempt.problem ?? undefined,
        ms: attempt.duration_ms,
        outcome: attempt.outcome,
        retry_in_s: attempt.retry_in_s ?? undefined,
        disabled: disabled || undefined,
      },
      "delivery",
    );
  }

  /** Tries what is waiting once more, and nothing again: a stop does not wait for a database that is away. */
  close(): void {
    this.#closed = true;
  }
}

/** Class 22, data exception, and class 23, integrity constraint violation: no other try can help. */
function isRefused(error: unknown): boolean {
  return error instanceof Error && "code" in error && /^2[23]\w{3}$/.test(String(error.code));
}
