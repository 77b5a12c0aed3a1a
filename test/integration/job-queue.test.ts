import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { Permanent } from "@nexbasira/core/contract/errors.ts";
import { type Database, inTransaction } from "@nexbasira/core/database/database.ts";
import { JobQueue } from "@nexbasira/core/jobs/job-queue.ts";
import { sql } from "kysely";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { Child } from "../helpers/child.ts";
import { createTestDatabase, type TestDatabase } from "../helpers/test-database.ts";
import { waitFor } from "../helpers/wait-for.ts";

const ROOT = join(import.meta.dirname, "../..");
const HOLDER = fileURLToPath(new URL("../helpers/hold-job.ts", import.meta.url));

let testDatabase: TestDatabase;
let database: Database;
const open: JobQueue[] = [];
const errors: Error[] = [];

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = testDatabase.database;
});
afterEach(async () => {
  for (const queue of open.splice(0)) await queue.close();
  await sql`delete from pgboss.job`.execute(database);
  expect(errors.splice(0)).toEqual([]);
});
afterAll(() => testDatabase.close());

async function openQueue(works: boolean): Promise<JobQueue> {
  const queue = new JobQueue({ databaseUrl: testDatabase.url, works, onError: (error) => errors.push(error) });
  await queue.start();
  open.push(queue);
  return queue;
}

const enqueue = (queue: JobQueue, item_id: string, delay_s?: number) =>
  inTransaction(database, (transaction) =>
    queue.enqueue(transaction, "make-derivatives", { item_id }, delay_s === undefined ? {} : { delay_s }),
  );

async function jobStates(): Promise<string[]> {
  const { rows } = await sql<{
    state: string;
  }>`select state::text from pgboss.job where name = 'make-derivatives'`.execute(database);
  return rows.map(({ state }) => state);
}

test("a job exists if and only if the transaction commits", async () => {
  const queue = await openQueue(false);
  const failing = inTransaction(database, async (transaction) => {
    await queue.enqueue(transaction, "make-derivatives", { item_id: "evd_lost" });
    throw new Error("on second thoughts");
  });
  await expect(failing).rejects.toThrow("on second thoughts");
  expect(await jobStates()).toEqual([]);
  await enqueue(queue, "evd_kept");
  expect(await jobStates()).toEqual(["created"]);
});

test("each job is done once by one of two processes, as soon as its transaction has committed", async () => {
  const [first, second] = [await openQueue(true), await openQueue(true)];
  const done: string[] = [];
  for (const queue of [first, second]) {
    await queue.work("make-derivatives", 2, async ({ item_id }) => {
      done.push(item_id);
    });
  }
  const ids = Array.from({ length: 30 }, (_, index) => `evd_${index}`);
  await Promise.all(ids.map((id) => enqueue(first, id)));
  await waitFor("all jobs", () => done.length >= ids.length, 30_000);
  await waitFor("their end", async () => (await jobStates()).every((state) => state === "completed"));
  expect(done.toSorted()).toEqual(ids.toSorted());
});

test("a job that failed is tried again, and its last attempt is told that it is", async () => {
  const queue = await openQueue(true);
  const attempts: { attempt: number; last: boolean }[] = [];
  await enqueue(queue, "evd_1");
  await sql`update pgboss.job set retry_limit = 2, retry_delay = 0, retry_backoff = false`.execute(database);
  await queue.work("make-derivatives", 1, async (_payload, { attempt, last }) => {
    attempts.push({ attempt, last });
    throw new Error("not yet");
  });
  await waitFor("the failure", async () => (await jobStates())[0] === "failed", 30_000);
  expect(attempts).toEqual([
    { attempt: 1, last: false },
    { attempt: 2, last: false },
    { attempt: 3, last: true },
  ]);
});

async function givenUp(queue: JobQueue) {
  const given: { name: string; payload: unknown; problem: string }[] = [];
  await queue.workGivenUp(async (name, payload, problem) => {
    given.push({ name, payload, problem });
  });
  return given;
}

/** Enqueues one job that is given up at once, and then one that is given up after its second try. */
async function enqueueBoth(queue: JobQueue, given: readonly unknown[]): Promise<void> {
  await enqueue(queue, "evd_hopeless");
  await waitFor("it to be given up", () => given.length === 1, 30_000);
  await enqueue(queue, "evd_unlucky");
  await sql`update pgboss.job set retry_limit = 1, retry_delay = 0, retry_backoff = false
    where name = 'make-derivatives'`.execute(database);
  await waitFor("the other one", () => given.length === 2, 30_000);
}

test("a job that no try can mend is given up at once, and one whose tries are used up after the last", async () => {
  const queue = await openQueue(true);
  const given = await givenUp(queue);
  const tried: string[] = [];
  await queue.work("make-derivatives", 1, async ({ item_id }) => {
    tried.push(item_id);
    throw item_id === "evd_hopeless" ? new Permanent("no try can mend it") : new Error("not this time either");
  });
  await enqueueBoth(queue, given);
  expect(tried).toEqual(["evd_hopeless", "evd_unlucky", "evd_unlucky"]);
  expect(given).toEqual([
    { name: "make-derivatives", payload: { item_id: "evd_hopeless" }, problem: "no try can mend it" },
    { name: "make-derivatives", payload: { item_id: "evd_unlucky" }, problem: "not this time either" },
  ]);
});

test("a job that fails with words that no database takes is tried again and given up as any other", async () => {
  const queue = await openQueue(true);
  const given = await givenUp(queue);
  let tries = 0;
  await queue.work("make-derivatives", 1, async ({ item_id }) => {
    tries += 1;
    const words = "a NUL \0, half a \ud83d";
    if (item_id === "evd_hopeless") throw new Permanent(words);
    throw Object.assign(new Error(words), { answer: { words }, [words]: 1n, cause: new Error(words) });
  });
  await enqueueBoth(queue, given);
  expect(tries).toBe(3);
  expect(given.map(({ problem }) => problem)).toEqual(Array(2).fill("a NUL \ufffd, half a \ufffd"));
});

test("a job whose worker was killed in its last try is given up, too", async () => {
  const holder = new Child(relative(ROOT, HOLDER), { DATABASE_URL: testDatabase.url });
  const queue = await openQueue(false);
  await enqueue(queue, "evd_held");
  await waitFor("the worker to take it", () => holder.lines.includes("holds evd_held, attempt 1"), 30_000);
  await holder.stop("SIGKILL");
  const given = await givenUp(await openQueue(true));
  await sql`update pgboss.job set retry_count = retry_limit, heartbeat_on = heartbeat_on - interval '20 seconds'
    where name = 'make-derivatives'`.execute(database);
  await waitFor("it to be given up", () => given.length === 1, 40_000);
  expect(given[0]).toMatchObject({ name: "make-derivatives", payload: { item_id: "evd_held" } });
  expect(given[0]?.problem).not.toBe("");
});

test("a queue of an earlier version gets what this one asks of it", async () => {
  const settings = () =>
    sql<{ retry_limit: number; dead_letter: string | null }>`
      select retry_limit, dead_letter from pgboss.queue where name = 'make-derivatives'`.execute(database);
  const { rows } = await settings();
  await sql`update pgboss.queue set retry_limit = 1, dead_letter = null where name = 'make-derivatives'`.execute(
    database,
  );
  await openQueue(false);
  expect((await settings()).rows).toEqual(rows);
});

test("a job that is to wait is found soon after its time has come", async () => {
  const queue = await openQueue(true);
  const begun: number[] = [];
  await queue.work("make-derivatives", 1, async () => {
    begun.push(Date.now());
  });
  const enqueued = Date.now();
  await enqueue(queue, "evd_1", 1);
  const [at = 0] = await waitFor("the job", () => begun.length > 0 && begun, 30_000);
  expect(at - enqueued).toBeGreaterThanOrEqual(1000);
  // Not the half minute after which the queue would look by itself.
  expect(at - enqueued).toBeLessThan(20_000);
});

test("a job whose worker was killed is taken up by another", async () => {
  const holder = new Child(relative(ROOT, HOLDER), { DATABASE_URL: testDatabase.url });
  const queue = await openQueue(false);
  await enqueue(queue, "evd_held");
  await waitFor("the worker to take it", () => holder.lines.includes("holds evd_held, attempt 1"), 30_000);
  expect(await holder.stop("SIGKILL")).toBeNull();
  expect(await jobStates()).toEqual(["active"]);
  const rescuer = await openQueue(true);
  const taken: number[] = [];
  await rescuer.work("make-derivatives", 1, async (_payload, { attempt }) => {
    taken.push(attempt);
  });
  // As if the time had passed in which a living worker says that it is.
  await sql`update pgboss.job set heartbeat_on = heartbeat_on - interval '20 seconds', retry_delay = 0`.execute(
    database,
  );
  await waitFor("the other worker", () => taken.length > 0, 40_000);
  await waitFor("its end", async () => (await jobStates())[0] === "completed");
  expect(taken).toEqual([2]);
});

test("a job that is under way when its process stops is handed back", async () => {
  const stopping = new JobQueue({ databaseUrl: testDatabase.url, works: true, onError: (error) => errors.push(error) });
  await stopping.start();
  let held = false;
  let aborted = false;
  await stopping.work("make-derivatives", 1, async (_payload, { signal }) => {
    held = true;
    await new Promise((_, reject) => {
      signal.addEventListener("abort", () => {
        aborted = true;
        reject(new Error("stopped"));
      });
    });
  });
  await enqueue(stopping, "evd_1");
  await waitFor("the job to begin", () => held);
  await stopping.close(200);
  expect(aborted).toBe(true);
  expect(await jobStates()).toEqual(["retry"]);
});

test("several processes that start at once find one set of queues", async () => {
  const { rows } = await sql<{ count: number }>`select count(*) from pgboss.queue`.execute(database);
  await sql`drop schema pgboss cascade`.execute(database);
  await Promise.all([openQueue(true), openQueue(true), openQueue(false), openQueue(false)]);
  const after = await sql<{ count: number }>`select count(*) from pgboss.queue`.execute(database);
  expect(after.rows).toEqual(rows);
});
