import { inject } from "vitest";
import { cloneDatabase, type TestDatabase } from "./clone-database.ts";

export type { TestDatabase };

/** A database of the test file's own, cloned from the migrated template of the run's server. */
export function createTestDatabase(): Promise<TestDatabase> {
  return cloneDatabase(inject("postgres"));
}
