import { type Migration, Migrator } from "kysely/migration";
import type { Database } from "./database.ts";
import * as foundation from "./migrations/0001-foundation.ts";
import * as publicApi from "./migrations/0002-public-api.ts";
import * as webhookPlatform from "./migrations/0003-webhook-platform.ts";
import * as calls from "./migrations/0004-calls.ts";
import * as auditLog from "./migrations/0005-audit-log.ts";
import * as retention from "./migrations/0006-retention.ts";
import * as signatures from "./migrations/0007-signatures.ts";

const MIGRATIONS: Record<string, Migration> = {
  "0001-foundation": foundation,
  "0002-public-api": publicApi,
  "0003-webhook-platform": webhookPlatform,
  "0004-calls": calls,
  "0005-audit-log": auditLog,
  "0006-retention": retention,
  "0007-signatures": signatures,
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
