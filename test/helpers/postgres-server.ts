import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectDatabase } from "@nexbasira/core/database/database.ts";
import { migrate } from "@nexbasira/core/database/migrate.ts";
import { JobQueue } from "@nexbasira/core/jobs/job-queue.ts";
import pg from "pg";
import { startEmbeddedPostgres } from "../../tools/embedded-postgres.ts";

/** A server of PostgreSQL; `template` is a database with the newest schema, to be cloned. */
export interface PostgresServer {
  url: string;
  template: string;
}

const TEMPLATE = "nexbasira_template";

function fail(error: Error): void {
  throw error;
}

/**
 * Starts a PostgreSQL in a folder of its own, with the template. `settings` are the server's; `stop` ends it and removes
 * the folder.
 */
export async function startPostgresServer(
  settings: Record<string, string>,
): Promise<PostgresServer & { stop(): Promise<void> }> {
  const directory = await mkdtemp(join(tmpdir(), "nexbasira-postgres-"));
  let stopServer = async () => {};
  const stop = async () => {
    await stopServer();
    await rm(directory, { recursive: true, force: true });
  };
  try {
    const postgres = await startEmbeddedPostgres({ directory, settings });
    stopServer = () => postgres.stop();
    await makeTemplate(postgres.url);
    return { url: postgres.url, template: TEMPLATE, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function makeTemplate(server: string): Promise<void> {
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  await client.query(`create database ${TEMPLATE}`);
  await client.end();
  const url = new URL(server);
  url.pathname = `/${TEMPLATE}`;
  const database = connectDatabase(url.href, { maxConnections: 1, onIdleError: fail });
  await migrate(database);
  await database.destroy();
  const jobs = new JobQueue({ databaseUrl: url.href, works: false, onError: fail });
  await jobs.start();
  await jobs.close();
}
