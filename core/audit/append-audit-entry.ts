import canonicalize from "canonicalize";
import { appendToAuditLog } from "../database/audit-entries.ts";
import { beforeCommit, type Transaction } from "../database/database.ts";

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

/**
 * Appends one entry to the organization's audit log, in the caller's transaction: the only way in. It is written just
 * before the commit, until which the log's row stays locked: sequence numbers have no holes and the chain no forks.
 *
 * The record is in RFC 8785 form, and its SHA-256, in hexadecimal, is what the next entry names. Only the database knows
 * the hash of the entry before, the time and the number; that form sorts names, so these three stand where the text is cut.
 */
export async function appendAuditEntry(transaction: Transaction, orgId: number, action: AuditAction): Promise<void> {
  const before = canonicalForm({
    action: action.action,
    actor: action.actor,
    details: action.details ?? {},
    object: action.object,
    object_hash: action.object_hash,
    org_id: orgId,
  });
  const after = canonicalForm({ session_id: action.session_id });
  const entry = {
    org_id: orgId,
    session_id: action.session_id,
    genesis_hash: GENESIS_HASH,
    before: `${before.slice(0, -1)},"previous_hash":"`,
    between: ['","recorded_at":"', '","sequence":'],
    after: `,${after.slice(1)}`,
  } as const;
  beforeCommit(transaction, () => appendToAuditLog(transaction, entry));
}

function canonicalForm(part: Record<string, unknown>): string {
  const text = canonicalize(part);
  if (text === undefined) throw new Error("an audit record has no RFC 8785 form");
  return text;
}
