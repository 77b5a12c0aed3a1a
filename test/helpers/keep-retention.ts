import { connectDatabase } from "@nexbasira/core/database/database.ts";
import { JobQueue } from "@nexbasira/core/jobs/job-queue.ts";
import { DiskStorage } from "@nexbasira/core/storage/storage.ts";
import { deleteFiles } from "../../workers/retention/delete-files.ts";
import { keepRetention } from "../../workers/retention/keep-retention.ts";

/* Both jobs of retention once, in a process of their own that can be killed. Arguments: the storage's folder, journals. */

const [storage = "", journals = ""] = process.argv.slice(2);
const databaseUrl = process.env.DATABASE_URL ?? "";
const onError = (error: unknown) => process.stderr.write(`${error}\n`);
const database = connectDatabase(databaseUrl, { maxConnections: 2, onIdleError: onError });
const jobs = new JobQueue({ databaseUrl, works: false, onError });
await jobs.start();
const { signal } = new AbortController();
await keepRetention({ database, jobs }, signal);
await deleteFiles({ database, storage: new DiskStorage(storage), journals }, signal, 0);
await jobs.close();
await database.destroy();
