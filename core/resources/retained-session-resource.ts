import { toTimestamp } from "../contract/common.ts";
import type { RetainedSession } from "../contract/retention.ts";
import type { RetainedSessionRow } from "../database/retained-sessions.ts";

/** What is kept of a session, as the console shows it. */
export function toRetainedSession(row: RetainedSessionRow): RetainedSession {
  const { legal_hold_since, legal_hold_reason, legal_hold_by, evidence_deleted_at, evidence_deleted_by } = row;
  return {
    id: row.id,
    reference: row.reference,
    mode: row.mode,
    status: row.status,
    participant_name: row.participant_name,
    completed_at: row.completed_at && toTimestamp(row.completed_at),
    evidence_until: row.evidence_until && toTimestamp(row.evidence_until),
    legal_hold: legal_hold_since && {
      since: toTimestamp(legal_hold_since),
      reason: legal_hold_reason ?? "",
      by: row.legal_hold_by_name ?? legal_hold_by ?? "",
    },
    evidence_deletion:
      evidence_deleted_at && evidence_deleted_by
        ? { at: toTimestamp(evidence_deleted_at), by: evidence_deleted_by }
        : null,
    personal_data_erased_at: row.personal_data_erased_at && toTimestamp(row.personal_data_erased_at),
  };
}
