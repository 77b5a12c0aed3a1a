import { readConfiguration } from "@nexbasira/core/configuration/configuration.ts";
import { connectDatabase } from "@nexbasira/core/database/database.ts";
import { migrate } from "@nexbasira/core/database/migrate.ts";
import { JobQueue } from "@nexbasira/core/jobs/job-queue.ts";
import { createLogger } from "@nexbasira/core/log/logger.ts";

/* Brings the database to the newest schema, the queue's included; run before the other processes start. */

const configuration = readConfiguration(process.env);
const log = createLogger("migrate", configuration.logLevel);
const onError = (error: Error) => log.error({ err: error }, "the connection to PostgreSQL was lost");
const database = connectDatabase(configuration.databaseUrl, { maxConnections: 1, onIdleError: onError });
await migrate(database);
await database.destroy();
const jobs = new JobQueue({ databaseUrl: configuration.databaseUrl, works: false, onError });
await jobs.start();
await jobs.close();
log.info("the database has the newest schema");
