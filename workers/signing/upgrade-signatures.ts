import { type Database, inTransaction } from "@nexbasira/core/database/database.ts";
import { listFilesToUpgrade } from "@nexbasira/core/database/evidence-files.ts";
import type { JobQueue } from "@nexbasira/core/jobs/job-queue.ts";
import { enqueueSingleUpgrade, RENEW_BEFORE_MS } from "./upgrade-signature.ts";

const BATCH = 200;
/** What nobody has answered by then, nobody answers. */
const LONGEST_MS = 60 * 24 * 3600_000;

/**
 * Has every signed file upgraded that is still below B-LTA, and every document time stamp renewed whose certificate
 * ends soon. What could not be done is found again by the next run.
 *
 * @returns how many there are
 */
export async function upgradeSignatures({ database, jobs }: { database: Database; jobs: JobQueue }): Promise<number> {
  const ends_before = new Date(Date.now() + RENEW_BEFORE_MS);
  const signed_after = new Date(Date.now() - LONGEST_MS);
  let found = 0;
  for (let after_id = ""; ; ) {
    const page = { ends_before, signed_after, after_id, limit: BATCH };
    const sessionIds = await listFilesToUpgrade(database, page);
    await inTransaction(database, async (transaction) => {
      for (const sessionId of sessionIds) await enqueueSingleUpgrade(jobs, transaction, sessionId);
    });
    found += sessionIds.length;
    const last = sessionIds.at(-1);
    if (last === undefined || sessionIds.length < BATCH) return found;
    after_id = last;
  }
}
