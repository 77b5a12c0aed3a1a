import { closeSignatureRequest } from "@nexbasira/core/actions/close-signature-request.ts";
import { type Database, inTransaction } from "@nexbasira/core/database/database.ts";
import { findSession } from "@nexbasira/core/database/sessions.ts";
import { listOverdueRequests } from "@nexbasira/core/database/signature-requests.ts";
import type { JobQueue } from "@nexbasira/core/jobs/job-queue.ts";

const BATCH = 100;

/** Gives up every report that has waited long enough for its participant's signature; how many. */
export async function expireSignatureRequests(context: { database: Database; jobs: JobQueue }): Promise<number> {
  let ended = 0;
  let after_id = "";
  for (;;) {
    const overdue = await listOverdueRequests(context.database, { after_id, limit: BATCH });
    for (const id of overdue) {
      const closed = await inTransaction(context.database, async (transaction) => {
        const session = await findSession(transaction, id);
        const actor = { type: "system", id: "expiry" } as const;
        return session !== undefined && closeSignatureRequest(context, transaction, session, { as: "expired", actor });
      });
      if (closed) ended++;
    }
    const last = overdue.at(-1);
    if (last === undefined || overdue.length < BATCH) return ended;
    after_id = last;
  }
}
