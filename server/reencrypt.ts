import { readConfiguration } from "@nexbasira/core/configuration/configuration.ts";
import { connectDatabase } from "@nexbasira/core/database/database.ts";
import { createLogger } from "@nexbasira/core/log/logger.ts";
import { reencryptSecrets } from "./webhooks/reencrypt-secrets.ts";

/*
 * Encrypts every stored secret under the first of MASTER_KEYS: run it after a new key was put before the old ones and
 * every process was started with the new list. Ends with 1 where something could not be read.
 */

const configuration = readConfiguration(process.env);
const log = createLogger("reencrypt", configuration.logLevel);
const onIdleError = (error: Error) => log.error({ err: error }, "the connection to PostgreSQL was lost");
const database = connectDatabase(configuration.databaseUrl, { maxConnections: 2, onIdleError });
const done = await reencryptSecrets(database, configuration.masterKeys);
await database.destroy();
if (done.unreadable > 0) {
  log.error(done, "some secrets are open to none of the master keys");
  process.exitCode = 1;
} else {
  log.info(done, "every stored secret is encrypted under the first master key");
}
