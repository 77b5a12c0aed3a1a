import { randomUUID } from "node:crypto";
import { connectDatabase, type Database } from "@nexbasira/core/database/database.ts";
import pg from "pg";
import type { PostgresServer } from "./postgres-server.ts";

export interface TestDatabase extends AsyncDisposable {
  url: string;
  database: Database;
  /** Closes the connections and drops the database; a connection that was leaked makes it throw. */
  close(): Promise<void>;
}

/** A database of one's own, cloned from the server's migrated template. */
export async function cloneDatabase({ url: server, template }: PostgresServer): Promise<TestDatabase> {
  const name = `test_${randomUUID().replaceAll("-", "")}`;
  await administer(server, `create database ${name} template ${template}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  const idleErrors: Error[] = [];
  const database = connectDatabase(url.href, { maxConnections: 5, onIdleError: (error) => idleErrors.push(error) });
  const close = async () => {
    await database.destroy();
    await administer(server, `drop database ${name}`);
    if (idleErrors.length > 0) throw new AggregateError(idleErrors, "connections of the test were lost");
  };
  return { url: url.href, database, close, [Symbol.asyncDispose]: close };
}

async function administer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
