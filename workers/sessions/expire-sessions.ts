import { endSession } from "@nexbasira/core/actions/end-session.ts";
import { type Database, inTransaction } from "@nexbasira/core/database/database.ts";
import { listOverdueSessions } from "@nexbasira/core/database/sessions.ts";
import type { JobQueue } from "@nexbasira/core/jobs/job-queue.ts";
import type { Links } from "@nexbasira/core/secrets/links.ts";

const BATCH = 100;

/**
 * Ends every session whose time is over: an active one completes, a pending one expires. One that cannot be ended does
 * not keep the others from it: it is reported at the end, by an `AggregateError`, and tried again the next time.
 */
export async function expireSessions(context: { database: Database; jobs: JobQueue; links: Links }): Promise<number> {
  let ended = 0;
  let after_id = "";
  const failures: unknown[] = [];
  for (;;) {
    const overdue = await listOverdueSessions(context.database, { after_id, limit: BATCH });
    for (const id of overdue) {
      try {
        await inTransaction(context.database, (transaction) =>
          endSession(context, transaction, { session_id: id, by: "time", actor: { type: "system", id: "expiry" } }),
        );
        ended++;
      } catch (error) {
        failures.push(new Error(`${id} could not be ended`, { cause: error }));
      }
    }
    const last = overdue.at(-1);
    if (last === undefined || overdue.length < BATCH) break;
    after_id = last;
  }
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} sessions could not be ended`);
  return ended;
}
