import { fromKysely, type JobResult, PgBoss, type QueueOptions } from "pg-boss";
import { z } from "zod";
import { Permanent } from "../contract/errors.ts";
import { JOBS, type JobName, type JobPayload, SCHEDULED_JOBS } from "../contract/jobs.ts";
import type { Transaction } from "../database/database.ts";
import { storableText } from "../database/storable-text.ts";

export interface JobQueueOptions {
  databaseUrl: string;
  /** Workers keep house (retries of abandoned jobs, schedules); the other processes only enqueue. */
  works: boolean;
  onError: (error: Error) => void;
}

/** A running job says so twice in this time; without a word its worker is dead, and another takes the job up. */
const HEARTBEAT_S = 15;
/** How often workers look for jobs whose worker is dead, or whose time is over. */
const SUPERVISE_S = 5;

/** A new job wakes its workers; one that was to wait, or failed and is due again, is found by looking. */
const POLL_S = 1;

const JOB_NAMES = Object.keys(JOBS) as JobName[];

/** Where a job goes whose tries are used up, or cannot help: thrown, timed out, or with its worker killed each time. */
const GIVEN_UP = "given-up";
/** What a failed job leaves: what its run threw, or what the queue says of one that never answered. */
const Failure = z.union([
  z.object({ message: z.string() }),
  z.object({ value: z.object({ message: z.string() }) }).transform(({ value }) => value),
]);

/** The queue in the same database: a job is enqueued in the transaction of the change that asks for it. */
export class JobQueue {
  readonly #boss: PgBoss;
  #started = false;
  #working = false;
  #closing = false;

  constructor(options: JobQueueOptions) {
    this.#boss = new PgBoss({
      connectionString: options.databaseUrl,
      max: options.works ? 4 : 2,
      supervise: options.works,
      schedule: options.works,
      superviseIntervalSeconds: SUPERVISE_S,
      monitorIntervalSeconds: SUPERVISE_S,
      useListenNotify: options.works,
    });
    this.#boss.on("error", (error) => {
      // While it closes, it complains of each job that it has handed back and that ends only then.
      if (!this.#closing) options.onError(error);
    });
  }

  /** Connects, makes every queue that is missing, and brings the others up to date. Safe to run from several processes. */
  async start(): Promise<void> {
    await this.#boss.start();
    this.#started = true;
    const common = {
      heartbeatSeconds: HEARTBEAT_S,
      retryDelay: 2,
      retryBackoff: true,
      retryDelayMax: 600,
      notify: true,
    };
    await this.#keepQueue(GIVEN_UP, { ...common, expireInSeconds: 60, retryLimit: 20 });
    for (const name of JOB_NAMES) {
      const { limit_s, retries } = JOBS[name];
      await this.#keepQueue(name, { ...common, expireInSeconds: limit_s, retryLimit: retries, deadLetter: GIVEN_UP });
    }
  }

  async #keepQueue(name: string, options: QueueOptions & { deadLetter?: string }): Promise<void> {
    await this.#boss.createQueue(name, options);
    await this.#boss.updateQueue(name, options);
  }

  /**
   * Enqueues in the caller's transaction: the job exists if and only if the transaction commits. `delay_s`: seconds
   * before the first run.
   */
  async enqueue<Name extends JobName>(
    transaction: Transaction,
    name: Name,
    payload: JobPayload<Name>,
    options: { delay_s?: number } = {},
  ): Promise<void> {
    await this.#boss.send(name, payload, {
      db: fromKysely(transaction),
      ...(options.delay_s === undefined ? {} : { startAfter: options.delay_s }),
    });
  }

  /**
   * Runs `handler` for each job of this name, `concurrency` at a time in this process. What it throws makes the queue
   * try again, unless it is `Permanent`; so does the death of this process within a minute. `last`: it will not try
   * again. `signal` aborts when the job's time is over or the process stops.
   */
  async work<Name extends JobName>(
    name: Name,
    concurrency: number,
    handler: (
      payload: JobPayload<Name>,
      job: { id: string; signal: AbortSignal; attempt: number; last: boolean },
    ) => Promise<void>,
  ): Promise<void> {
    this.#working = true;
    const options = {
      batchSize: 1,
      localConcurrency: concurrency,
      pollingIntervalSeconds: POLL_S,
      notifyPollingIntervalSeconds: POLL_S,
      includeMetadata: true,
      perJobResults: true,
    } as const;
    await this.#boss.work<object, JobResult[], typeof options>(name, options, async ([job]) => {
      if (!job) return [];
      const { id, signal } = job;
      const payload = JOBS[name].payload.parse(job.data) as JobPayload<Name>;
      try {
        await handler(payload, { id, signal, attempt: job.retryCount + 1, last: job.retryCount >= job.retryLimit });
        return [{ id, status: "completed" }];
      } catch (error) {
        const output = { message: storableText(error instanceof Error ? error.message : String(error)) };
        return [{ id, status: error instanceof Permanent ? "deadletter" : "failed", output }];
      }
    });
  }

  /**
   * Runs `handler` for each job that will not be tried again, however that came about; `problem` says why, in words.
   * What it throws makes the queue call it again.
   */
  async workGivenUp(
    handler: <Name extends JobName>(name: Name, payload: JobPayload<Name>, problem: string) => Promise<void>,
  ): Promise<void> {
    this.#working = true;
    const options = {
      pollingIntervalSeconds: POLL_S,
      notifyPollingIntervalSeconds: POLL_S,
      includeMetadata: true,
    } as const;
    await this.#boss.work<object, void, typeof options>(GIVEN_UP, options, async ([job]) => {
      const name = JOB_NAMES.find((known) => known === job?.sourceName);
      // A job of another version of this program, which this one does not know.
      if (!job || !name) return;
      const failure = Failure.safeParse(job.output);
      await handler(
        name,
        JOBS[name].payload.parse(job.data),
        failure.success ? failure.data.message : "it did not end in its time",
      );
    });
  }

  /** Has the jobs that come by themselves enqueued at their times, by whichever process is there. */
  async schedule(): Promise<void> {
    for (const [name, times] of Object.entries(SCHEDULED_JOBS)) await this.#boss.schedule(name, times, {});
  }

  /** Stops taking jobs and waits up to `grace_ms` for the running ones; what is not done by then is handed back. */
  async close(grace_ms = 15_000): Promise<void> {
    if (!this.#started) return;
    this.#started = false;
    this.#closing = true;
    await this.#boss.stop({ graceful: this.#working, timeout: grace_ms });
  }
}
