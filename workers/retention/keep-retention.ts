import { deleteContents } from "@nexbasira/core/actions/delete-contents.ts";
import { erasePeople } from "@nexbasira/core/actions/erase-people.ts";
import { type Database, inTransaction, type Transaction } from "@nexbasira/core/database/database.ts";
import { forgetAccesses } from "@nexbasira/core/database/evidence-accesses.ts";
import { listDueContents, listDuePeople } from "@nexbasira/core/database/retention.ts";
import type { JobQueue } from "@nexbasira/core/jobs/job-queue.ts";

const BATCH = 100;
const ACTOR = { type: "system", id: "retention" } as const;

/**
 * Deletes the contents of every session whose time is over and is not held, and makes people unreadable whose time is.
 * Each session is a transaction of its own, which finds what another run has done: two runs at once, or one that was
 * killed and its successor, do what one would.
 */
export async function keepRetention(
  { database, jobs }: { database: Database; jobs: JobQueue },
  signal: AbortSignal,
): Promise<{ deleted: number; erased: number }> {
  const deleted = await eachSession(database, signal, listDueContents, (transaction, session_id) =>
    deleteContents({ jobs }, transaction, { session_id, by: "rule", actor: ACTOR }),
  );
  const erased = await eachSession(database, signal, listDuePeople, (transaction, session_id) =>
    erasePeople(transaction, { session_id, by: "rule", actor: ACTOR }),
  );
  await forgetAccesses(database);
  return { deleted, erased };
}

async function eachSession(
  database: Database,
  signal: AbortSignal,
  list: (database: Database, page: { after_id: string; limit: number }) => Promise<string[]>,
  act: (transaction: Transaction, id: string) => Promise<boolean>,
): Promise<number> {
  let done = 0;
  for (let after_id = ""; ; ) {
    const ids = await list(database, { after_id, limit: BATCH });
    for (const id of ids) {
      signal.throwIfAborted();
      if (await inTransaction(database, (transaction) => act(transaction, id))) done += 1;
    }
    const last = ids.at(-1);
    if (last === undefined || ids.length < BATCH) return done;
    after_id = last;
  }
}
