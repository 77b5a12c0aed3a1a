import { createHash } from "node:crypto";
import canonicalize from "canonicalize";
import { advanceAuditLog, insertAuditEntry, lockAuditLog } from "../database/audit-entries.ts";
import type { Transaction } from "../database/database.ts";

/** Who did it: a member, a participant, an API key, or the system itself. */
export interface Actor {
  type: "member" | "participant" | "api_key" | "system";
  id: string;
}

export interface AuditAction {
  actor: Actor;
  /** `session.created`, `consent.given`, `evidence.viewed`, … */
  action: string;
  session_id: string | null;
  object: { type: string; id: string } | null;
  /** SHA-256 of the object's bytes, where it has any. */
  object_hash: string | null;
  /** What else an expert would ask for; JSON values only. */
  details?: Record<string, string | number | boolean | null>;
}

/** The hash before the first entry of a log. */
export const GENESIS_HASH = "0".repeat(64);

/** SHA-256 over the record's RFC 8785 form, in hexadecimal: the hash that the next entry names. */
function hashAuditRecord(record: string): string {
  return createHash("sha256").update(record, "utf8").digest("hex");
}

/**
 * Appends one entry to the organization's audit log, in the caller's transaction: the only way in. The log's row stays
 * locked until the commit, so sequence numbers have no holes and the chain no forks. Call it last in a transaction.
 */
export async function appendAuditEntry(transaction: Transaction, orgId: number, action: AuditAction): Promise<void> {
  const log = await lockAuditLog(transaction, orgId, GENESIS_HASH);
  const record = canonicalize({
    sequence: log.size,
    previous_hash: log.head_hash,
    recorded_at: new Date().toISOString(),
    org_id: orgId,
    actor: action.actor,
    action: action.action,
    session_id: action.session_id,
    object: action.object,
    object_hash: action.object_hash,
    details: action.details ?? {},
  });
  if (record === undefined) throw new Error("an audit record has no RFC 8785 form");
  const hash = hashAuditRecord(record);
  await insertAuditEntry(transaction, {
    org_id: orgId,
    sequence: log.size,
    session_id: action.session_id,
    hash,
    record,
  });
  await advanceAuditLog(transaction, orgId, { size: log.size + 1, head_hash: hash });
}
