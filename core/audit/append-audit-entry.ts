import canonicalize from "canonicalize";
import { appendToAuditLog } from "../database/audit-entries.ts";
import type { Transaction } from "../database/database.ts";
import { storableText } from "../database/storable-text.ts";

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

/** An entry as the database is given it: the texts around what only it knows. */
interface WaitingEntry {
  session_id: string | null;
  action: string;
  actor: string;
  before: string;
  after: string;
}

/** What a transaction appends at its end, by organization. */
const waiting = new WeakMap<Transaction, Map<number, WaitingEntry[]>>();

/**
 * Appends one entry to the organization's audit log, in the caller's transaction: the only way in. It is written with the
 * commit, together with the transaction's others of this log, which is locked for as long: sequence numbers have no holes
 * and the chain no forks.
 *
 * The record is in RFC 8785 form, and its SHA-256, in hexadecimal, is what the next entry names. Only the database knows
 * the hash of the entry before, the time and the numbers; that form sorts names, so these stand where the text is cut.
 */
export async function appendAuditEntry(transaction: Transaction, orgId: number, action: AuditAction): Promise<void> {
  const before = canonicalForm({
    action: action.action,
    actor: action.actor,
    details: storable(action.details ?? {}),
    object: action.object,
    object_hash: action.object_hash,
    org_id: orgId,
  });
  const after = canonicalForm({ session_id: action.session_id });
  const logs = waiting.get(transaction) ?? new Map<number, WaitingEntry[]>();
  waiting.set(transaction, logs);
  const entries = logs.get(orgId) ?? [];
  entries.push({
    session_id: action.session_id,
    action: action.action,
    actor: `${action.actor.type}:${action.actor.id}`,
    before: `${before.slice(0, -1)},"previous_hash":"`,
    after: `,${after.slice(1, -1)},"session_sequence":`,
  });
  if (logs.has(orgId)) return;
  logs.set(orgId, entries);
  appendToAuditLog(transaction, orgId, { genesis_hash: GENESIS_HASH, between: BETWEEN, entries });
}

function storable(details: NonNullable<AuditAction["details"]>): AuditAction["details"] {
  const entries = Object.entries(details);
  return Object.fromEntries(
    entries.map(([name, value]) => [name, typeof value === "string" ? storableText(value) : value]),
  );
}

/** Before and after the time. */
const BETWEEN = ['","recorded_at":"', '","sequence":'] as const;

function canonicalForm(part: Record<string, unknown>): string {
  const text = canonicalize(part);
  if (text === undefined) throw new Error("an audit record has no RFC 8785 form");
  return text;
}
