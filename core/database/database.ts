import {
  CompiledQuery,
  type DatabaseConnection,
  Kysely,
  type Transaction as KyselyTransaction,
  PostgresDialect,
  type PostgresDialectConfig,
  PostgresDriver,
} from "kysely";
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
  return new Kysely<Schema>({ dialect: new Dialect({ pool }) });
}

interface Ending {
  steps: (() => Promise<void>)[];
  statements: (() => string)[];
}

const endings = new WeakMap<Transaction, Ending>();

/**
 * Runs `work` in one transaction, then what it has put off by `beforeCommit`, then what it has put off by `withCommit`: all
 * of it or nothing.
 */
export function inTransaction<T>(database: Database, work: (transaction: Transaction) => Promise<T>): Promise<T> {
  return database.transaction().execute(async (transaction) => {
    const ending: Ending = { steps: [], statements: [] };
    endings.set(transaction, ending);
    const result = await work(transaction);
    for (const step of ending.steps) await step();
    const statements = ending.statements.map((make) => make());
    if (statements.length > 0) {
      await transaction.getExecutor().provideConnection(async (connection) => {
        atCommit.set(connection, statements);
      });
    }
    return result;
  });
}

/**
 * Puts a step off to the end of the transaction, in the order of the calls. For what locks a row that everybody of an
 * organization waits for: they wait for the step and the commit, and not for all that the transaction has still to do.
 * And nobody who holds such a row waits for another one, so that no two transactions wait for each other.
 */
export function beforeCommit(transaction: Transaction, step: () => Promise<void>): void {
  endingOf(transaction).steps.push(step);
}

/**
 * Has a statement sent in one message with the commit, after all steps: what it locks is free again as soon as the commit
 * is on the disk, however busy this process is. `make` is called at the end; parameters stand in its text, escaped.
 */
export function withCommit(transaction: Transaction, make: () => string): void {
  endingOf(transaction).statements.push(make);
}

function endingOf(transaction: Transaction): Ending {
  const ending = endings.get(transaction);
  if (!ending) throw new Error("this transaction was not begun by inTransaction");
  return ending;
}

/** What the connection's transaction, which is over but for its commit, has put off to there. */
const atCommit = new WeakMap<DatabaseConnection, readonly string[]>();

class Dialect extends PostgresDialect {
  readonly #config: PostgresDialectConfig;

  constructor(config: PostgresDialectConfig) {
    super(config);
    this.#config = config;
  }

  override createDriver(): Driver {
    return new Driver(this.#config);
  }
}

class Driver extends PostgresDriver {
  override async commitTransaction(connection: DatabaseConnection): Promise<void> {
    const statements = atCommit.get(connection);
    if (!statements) return super.commitTransaction(connection);
    atCommit.delete(connection);
    // Several statements in one message; after one that fails PostgreSQL runs none of those behind it.
    await connection.executeQuery(CompiledQuery.raw([...statements, "commit"].join(";\n")));
  }
}
