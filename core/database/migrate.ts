import { type Migration, Migrator } from "kysely/migration";
import type { Database } from "./database.ts";
import * as foundation from "./migrations/0001-foundation.ts";
import * as publicApi from "./migrations/0002-public-api.ts";
import * as webhookPlatform from "./migrations/0003-webhook-platform.ts";
import * as calls from "./migrations/0004-calls.ts";

const MIGRATIONS: Record<string, Migration> = {
  "0001-foundation": foundation,
  "0002-public-api": publicApi,
  "0003-webhook-platform": webhookPlatform,
  "0004-calls": calls,
};

/**
 * Brings the database to the newest schema, forward only. Several processes may call it at once: the migrator holds
 * a lock, and the later ones find nothing to do.
 */
export async function migrate(database: Database): Promise<void> {
  const migrator = new Migrator({ db: database, provider: { getMigrations: async () => MIGRATIONS } });
  const { error } = await migrator.migrateToLatest();
  if (error) throw error;
}
