import { contentsDeleted } from "@nexbasira/core/actions/note-access.ts";
import { type Actor, appendAuditEntry } from "@nexbasira/core/audit/append-audit-entry.ts";
import { toTimestamp } from "@nexbasira/core/contract/common.ts";
import type { Transaction } from "@nexbasira/core/database/database.ts";
import { holdForLaw, releaseHold } from "@nexbasira/core/database/retained-sessions.ts";
import type { SessionRow } from "@nexbasira/core/resources/session-resource.ts";

/**
 * Holds a session. The reason may name people, so it stays in the session's row, where it can be erased, and out of the
 * audit log, which forgets nothing. @throws {AppError} evidence_deleted
 */
export async function setLegalHold(
  transaction: Transaction,
  session: SessionRow,
  { actor, reason }: { actor: Actor; reason: string },
): Promise<void> {
  const by = `${actor.type}:${actor.id}`;
  if (await holdForLaw(transaction, session.id, { by, reason })) {
    await noteHold(transaction, session, actor, "legal_hold.set");
  } else if (session.evidence_deleted_at) {
    throw contentsDeleted(toTimestamp(session.evidence_deleted_at));
  }
}

export async function removeLegalHold(transaction: Transaction, session: SessionRow, actor: Actor): Promise<void> {
  if (await releaseHold(transaction, session.id)) await noteHold(transaction, session, actor, "legal_hold.removed");
}

async function noteHold(transaction: Transaction, session: SessionRow, actor: Actor, action: string): Promise<void> {
  await appendAuditEntry(transaction, session.org_id, {
    actor,
    action,
    session_id: session.id,
    object: { type: "session", id: session.id },
    object_hash: null,
  });
}
