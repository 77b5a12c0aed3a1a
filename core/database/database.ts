import { Kysely, type Transaction as KyselyTransaction, PostgresDialect } from "kysely";
import pg from "pg";
import type { Schema } from "./schema.ts";

export type Database = Kysely<Schema>;
/** What a write takes: it cannot be called outside a transaction. */
export type Transaction = KyselyTransaction<Schema>;

const INT8 = 20;
/** Longer than anything waits for a connection in good times; a request that gets none must not wait for ever. */
const CONNECT_LIMIT_MS = 10_000;
/** How soon the network is asked whether the other side of a silent connection is still there. */
const KEEP_ALIVE_MS = 30_000;
/** A process that is cut off in a transaction would keep its locks, the audit log's among them, until TCP gives up. */
const IDLE_TRANSACTION_LIMIT_MS = 60_000;

/**
 * A pool of connections to PostgreSQL. `bigint` columns come as numbers: everything counted here (bytes, milliseconds,
 * sequence numbers) stays far below 2^53. `onIdleError` hears of every connection that breaks; whoever was using it gets the
 * error from its query, and the next use opens a new one. Close with `destroy()`.
 */
export function connectDatabase(url: string, options: { maxConnections: number; onIdleError: (error: Error) => void }) {
  const pool = new pg.Pool({
    connectionString: url,
    max: options.maxConnections,
    connectionTimeoutMillis: CONNECT_LIMIT_MS,
    idle_in_transaction_session_timeout: IDLE_TRANSACTION_LIMIT_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
    types: {
      getTypeParser: (oid, format) =>
        oid === INT8 && format !== "binary" ? Number : pg.types.getTypeParser(oid, format),
    },
  });
  // A connection that PostgreSQL closes between two queries, in the pool or in a transaction, says so by an event that
  // ends the process when nobody listens. The pool itself only listens to those that nobody uses.
  pool.on("connect", (client) => client.on("error", options.onIdleError));
  pool.on("error", () => undefined);
  return new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) });
}

const lastSteps = new WeakMap<Transaction, (() => Promise<void>)[]>();

/** Runs `work` in one transaction, and then what it has put off by `beforeCommit`: all of it or nothing. */
export function inTransaction<T>(database: Database, work: (transaction: Transaction) => Promise<T>): Promise<T> {
  return database.transaction().execute(async (transaction) => {
    const steps: (() => Promise<void>)[] = [];
    lastSteps.set(transaction, steps);
    const result = await work(transaction);
    for (const step of steps) await step();
    return result;
  });
}

/**
 * Puts a step off to the end of the transaction, in the order of the calls. For what locks a row that everybody of an
 * organization waits for: they wait for the step and the commit, and not for all that the transaction has still to do.
 * And nobody who holds such a row waits for another one, so that no two transactions wait for each other.
 */
export function beforeCommit(transaction: Transaction, step: () => Promise<void>): void {
  const steps = lastSteps.get(transaction);
  if (!steps) throw new Error("this transaction was not begun by inTransaction");
  steps.push(step);
}
