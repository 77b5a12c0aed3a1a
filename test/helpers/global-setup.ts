import type { TestProject } from "vitest/node";
import { type PostgresServer, startPostgresServer } from "./postgres-server.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** A server of this run alone. */
    postgres: PostgresServer;
  }
}

/** One PostgreSQL for the whole run, with a template from which each test file clones its own database. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  // Durability is tested where it matters, with a server of the test's own.
  const settings = { fsync: "off", synchronous_commit: "off", full_page_writes: "off", max_connections: "300" };
  const { url, template, stop } = await startPostgresServer(settings);
  project.provide("postgres", { url, template });
  return stop;
}
