import { rotateLogKey } from "@nexbasira/core/audit/log-key.ts";
import { readConfiguration } from "@nexbasira/core/configuration/configuration.ts";
import { connectDatabase } from "@nexbasira/core/database/database.ts";
import { createLogger } from "@nexbasira/core/log/logger.ts";

/*
 * Has a new key sign the checkpoints of all audit logs from now on, beside running servers and workers. The earlier keys go
 * on to verify what they have signed.
 */

const configuration = readConfiguration(process.env);
const log = createLogger("rotate-log-key", configuration.logLevel);
const onIdleError = (error: Error) => log.error({ err: error }, "the connection to PostgreSQL was lost");
const database = connectDatabase(configuration.databaseUrl, { maxConnections: 2, onIdleError });
try {
  const key = await rotateLogKey(database, configuration.masterKeys);
  log.info({ public_key: Buffer.from(key).toString("base64") }, "a new key signs the audit logs from now on");
} finally {
  await database.destroy();
}
