import { deleteContents } from "@nexbasira/core/actions/delete-contents.ts";
import { erasePeople } from "@nexbasira/core/actions/erase-people.ts";
import type { Actor } from "@nexbasira/core/audit/append-audit-entry.ts";
import { AppError } from "@nexbasira/core/contract/errors.ts";
import type { ErasePerson } from "@nexbasira/core/contract/retention.ts";
import type { Transaction } from "@nexbasira/core/database/database.ts";
import type { PersonSessionRow } from "@nexbasira/core/database/people.ts";
import type { JobQueue } from "@nexbasira/core/jobs/job-queue.ts";

/**
 * Makes a person unreadable in these sessions, the contents that show them deleted first; how many were not so before. One
 * that is held, or not over, stops all of it.
 *
 * @throws {AppError} `validation_error` where the name typed is not that of every session's participant.
 */
export async function erasePerson(
  { jobs }: { jobs: JobQueue },
  transaction: Transaction,
  sessions: readonly PersonSessionRow[],
  { request, actor }: { request: ErasePerson; actor: Actor },
): Promise<number> {
  // Two people may share an address, and only the name tells them apart.
  if (sessions.some(({ participant_name }) => participant_name !== request.name)) {
    throw new AppError("validation_error", "name: is not this person's", { param: "name" });
  }
  let erased = 0;
  // In the order of their ids, as every other deletion: no two wait for each other.
  for (const { id, started_at } of sessions.toSorted((one, other) => (one.id < other.id ? -1 : 1))) {
    const what = { session_id: id, by: "hand", actor } as const;
    if (started_at) await deleteContents({ jobs }, transaction, what);
    if (await erasePeople(transaction, what)) erased += 1;
  }
  return erased;
}
