import { join } from "node:path";
import { readConfiguration } from "@nexbasira/core/configuration/configuration.ts";
import { connectDatabase } from "@nexbasira/core/database/database.ts";
import { reencryptJournals } from "@nexbasira/core/journal/reencrypt-journals.ts";
import { createLogger } from "@nexbasira/core/log/logger.ts";
import { openStorage } from "@nexbasira/core/storage/open-storage.ts";
import { reencryptFiles } from "@nexbasira/core/storage/reencrypt-files.ts";
import { reencryptSecrets } from "./webhooks/reencrypt-secrets.ts";

/*
 * Encrypts every stored secret under the first of MASTER_KEYS, and every file and journal under the first of
 * STORAGE_KEYS: run it after a new key was put before the old ones and every process was started with the new list.
 * Ends with 1 where something could not be read.
 */

const configuration = readConfiguration(process.env);
const log = createLogger("reencrypt", configuration.logLevel);
const onIdleError = (error: Error) => log.error({ err: error }, "the connection to PostgreSQL was lost");
const database = connectDatabase(configuration.databaseUrl, { maxConnections: 2, onIdleError });
const secrets = await reencryptSecrets(database, configuration.masterKeys);
await database.destroy();
if (secrets.unreadable > 0) {
  log.error(secrets, "some secrets are open to none of the master keys");
  process.exitCode = 1;
} else {
  log.info(secrets, "every stored secret is encrypted under the first master key");
}

const storage = openStorage(configuration);
if (storage.keys.length > 0) {
  const files = await reencryptFiles(storage, (path, err) => log.error({ path, err }, "a file cannot be read"));
  const journals = await reencryptJournals(join(configuration.dataDir, "journals"), storage.keys);
  if (files.unreadable > 0) {
    log.error(files, "some files are open to none of the storage keys, or were altered");
    process.exitCode = 1;
  } else {
    log.info(files, "every stored file is encrypted under the first storage key");
  }
  if (journals.left > 0) log.warn(journals, "some journals are still written, or were cut off: keep their key for now");
  else log.info(journals, "every journal is encrypted under the first storage key");
}
