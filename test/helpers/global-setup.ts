import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectDatabase } from "@nexbasira/core/database/database.ts";
import { migrate } from "@nexbasira/core/database/migrate.ts";
import { JobQueue } from "@nexbasira/core/jobs/job-queue.ts";
import pg from "pg";
import type { TestProject } from "vitest/node";
import { startEmbeddedPostgres } from "../../tools/embedded-postgres.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** A server of this run alone; `template` is a database with the newest schema, to be cloned. */
    postgres: { url: string; template: string };
  }
}

const TEMPLATE = "nexbasira_template";

function fail(error: Error): void {
  throw error;
}

/** One PostgreSQL for the whole run, with a template from which each test file clones its own database. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const directory = await mkdtemp(join(tmpdir(), "nexbasira-test-"));
  // Durability is tested where it matters, with a server of the test's own.
  const settings = { fsync: "off", synchronous_commit: "off", full_page_writes: "off", max_connections: "300" };
  const postgres = await startEmbeddedPostgres({ directory, settings });
  const client = new pg.Client({ connectionString: postgres.url });
  await client.connect();
  await client.query(`create database ${TEMPLATE}`);
  await client.end();
  const url = new URL(postgres.url);
  url.pathname = `/${TEMPLATE}`;
  const database = connectDatabase(url.href, { maxConnections: 1, onIdleError: fail });
  await migrate(database);
  await database.destroy();
  const jobs = new JobQueue({ databaseUrl: url.href, works: false, onError: fail });
  await jobs.start();
  await jobs.close();
  project.provide("postgres", { url: postgres.url, template: TEMPLATE });
  return async () => {
    await postgres.stop();
    await rm(directory, { recursive: true, force: true });
  };
}
