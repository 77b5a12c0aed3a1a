import type { JobName } from "@nexbasira/core/contract/jobs.ts";
import type { Database } from "@nexbasira/core/database/database.ts";
import { sql } from "kysely";
import { waitFor } from "../helpers/wait-for.ts";

/** A job's times, in milliseconds since 1970. */
export interface JobTimes {
  name: string;
  /** When it could run at the earliest: enqueued, and its delay over. */
  dueAt: number;
  startedAt: number;
  endedAt: number;
}

/** The jobs of these names that are done, in the order in which they ran. */
export async function listDoneJobs(database: Database, names: readonly JobName[]): Promise<JobTimes[]> {
  const ms = (column: string) => sql<number>`(extract(epoch from ${sql.ref(column)}) * 1000)::float8`;
  const { rows } = await sql<JobTimes>`
    select name, ${ms("start_after")} as "dueAt", ${ms("started_on")} as "startedAt", ${ms("completed_on")} as "endedAt"
    from pgboss.job where name = any(${[...names]}) and state = 'completed' order by started_on`.execute(database);
  return rows;
}

/** Waits until so many jobs of a name are done: what comes next starts from rest. */
export async function waitForJobs(database: Database, name: JobName, count: number, limit_ms: number): Promise<void> {
  await waitFor(`${count} × ${name}`, async () => (await listDoneJobs(database, [name])).length >= count, limit_ms);
}
