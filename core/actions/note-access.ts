import { type Actor, appendAuditEntry } from "../audit/append-audit-entry.ts";
import { toTimestamp } from "../contract/common.ts";
import { AppError } from "../contract/errors.ts";
import { type Database, inTransaction } from "../database/database.ts";
import { findAccess, insertAccess } from "../database/evidence-accesses.ts";

/** Somebody looks at a content, or takes it away. */
export interface Access {
  org_id: number;
  session_id: string;
  actor: Actor;
  action: `${"evidence" | "evidence_file"}.${"viewed" | "downloaded"}`;
  object: { type: string; id: string };
  /** SHA-256 of the object's own bytes. */
  object_hash: string;
  /** SHA-256 of what is given out, where it is a derivative of the object. */
  given_hash?: string;
}

/**
 * Writes an access into the audit log, before the content is given out: nobody gets what is not noted, and a log that
 * cannot be written closes the download. Once for each person, object, hash and hour, so that a player's hundreds of
 * requests for parts of a file are one viewing. What was noted costs the next request one look-up by primary keys.
 *
 * @throws {AppError} `evidence_deleted` where the session's contents are deleted.
 */
export async function noteAccess(database: Database, access: Access): Promise<void> {
  const { org_id, session_id, actor, action, object, object_hash, given_hash } = access;
  const note = {
    org_id,
    actor: `${actor.type}:${actor.id}`,
    action,
    object: `${object.type}:${object.id}`,
    sha256: given_hash ?? object_hash,
  };
  const found = await findAccess(database, session_id, note);
  if (!found) throw new AppError("not_found", "There is no such session.");
  if (found.evidence_deleted_at) throw contentsDeleted(toTimestamp(found.evidence_deleted_at));
  if (found.noted) return;
  await inTransaction(database, async (transaction) => {
    if (!(await insertAccess(transaction, note))) return;
    await appendAuditEntry(transaction, org_id, {
      actor,
      action,
      session_id,
      object,
      object_hash,
      ...(given_hash === undefined || given_hash === object_hash ? {} : { details: { derivative_sha256: given_hash } }),
    });
  });
}

/** What a content's address answers once the content is deleted. @param at - an ISO 8601 time; null: some time ago. */
export function contentsDeleted(at: string | null): AppError {
  const when = at === null ? "" : ` on ${at.slice(0, 10)}`;
  return new AppError(
    "evidence_deleted",
    `The content was deleted${when}. What is known of it, its hash and its entries in the audit log are kept.`,
  );
}
