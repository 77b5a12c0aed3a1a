import { AuditRecord } from "@nexbasira/core/audit/audit-record.ts";
import type { AuditCheckpoint, AuditLogEntry } from "@nexbasira/core/contract/audit.ts";
import { toTimestamp } from "@nexbasira/core/contract/common.ts";
import type { AnchorRow } from "@nexbasira/core/database/anchors.ts";
import type { CheckpointRow } from "@nexbasira/core/database/checkpoints.ts";
import { toAnchor } from "@nexbasira/core/resources/anchor-resource.ts";

/** An entry as the API shows it; `names` has those of actors (`member:7`) that are known. */
export function toAuditLogEntry(
  row: { hash: string; record: string },
  names: ReadonlyMap<string, string>,
): AuditLogEntry {
  const record = AuditRecord.parse(JSON.parse(row.record));
  return {
    object: "audit_entry",
    sequence: record.sequence,
    recorded_at: record.recorded_at,
    actor: { ...record.actor, name: names.get(`${record.actor.type}:${record.actor.id}`) ?? null },
    action: record.action,
    session_id: record.session_id,
    session_sequence: record.session_sequence,
    subject: record.object,
    subject_hash: record.object_hash,
    details: record.details,
    previous_hash: record.previous_hash,
    hash: row.hash,
    record: row.record,
  };
}

/** A checkpoint with those of the anchors that are its. */
export function toAuditCheckpoint(
  row: CheckpointRow,
  anchors: readonly AnchorRow[],
  links: { publicUrl: string },
): AuditCheckpoint {
  return {
    id: row.id,
    object: "audit_checkpoint",
    origin: row.origin,
    size: row.size,
    root: row.root,
    note: row.note,
    created_at: toTimestamp(row.created_at),
    anchors: anchors.filter(({ checkpoint_id }) => checkpoint_id === row.id).map((anchor) => toAnchor(anchor, links)),
  };
}
