import type { Selectable } from "kysely";
import { toTimestamp } from "../contract/common.ts";
import type { EvidenceItem } from "../contract/evidence.ts";
import { extensionOf } from "../contract/media-extension.ts";
import type { Schema } from "../database/schema.ts";
import type { Links } from "../secrets/links.ts";

/** An item with who captured it, what it derives from, and its derivatives: one row of `evidence-items.ts`. */
export type EvidenceItemRow = Selectable<Schema["evidence_items"]> & {
  captured_by_name: string;
  captured_by_role: Schema["participants"]["role"];
  derived_from_sha256: string | null;
  superseded_by_sha256: string | null;
  thumbnail: { key: string; media_type: string } | null;
  preview: { key: string; media_type: string } | null;
};

/** An evidence item as the API and the events show it, with links that last an hour. */
export function toEvidenceItem(row: EvidenceItemRow, links: Links): EvidenceItem {
  const extension = extensionOf(row.media_type);
  const saveAs = row.filename ?? (extension ? `${row.id}.${extension}` : row.id);
  const of = { org_id: row.org_id, session_id: row.session_id, type: "evidence_item", id: row.id } as const;
  return {
    id: row.id,
    object: "evidence_item",
    session_id: row.session_id,
    kind: row.kind,
    sha256: row.sha256,
    size: row.size,
    media_type: row.media_type,
    width: row.width,
    height: row.height,
    duration_ms: row.duration_ms,
    title: row.title,
    filename: row.filename,
    source: row.source,
    captured_at: toTimestamp(row.captured_at),
    received_at: toTimestamp(row.received_at),
    device_time: row.device_time?.toISOString() ?? null,
    clock_offset_ms: row.clock_offset_ms,
    device_order: row.device_order,
    location:
      row.latitude === null || row.longitude === null
        ? null
        : {
            latitude: row.latitude,
            longitude: row.longitude,
            accuracy_m: row.accuracy_m ?? 0,
            age_s: row.age_s ?? 0,
          },
    location_status: row.location_status,
    captured_by: { participant_id: row.participant_id, name: row.captured_by_name, role: row.captured_by_role },
    derived_from:
      row.derived_from_id && row.derived_from_sha256
        ? { id: row.derived_from_id, sha256: row.derived_from_sha256 }
        : null,
    provisional: row.provisional,
    request_id: row.request_id,
    superseded_by:
      row.superseded_by_id && row.superseded_by_sha256
        ? { id: row.superseded_by_id, sha256: row.superseded_by_sha256 }
        : null,
    whiteboard_id: row.whiteboard_id,
    problem: row.problem_code ? { code: row.problem_code, message: row.problem_message ?? "" } : null,
    deleted_at: row.deleted_at && toTimestamp(row.deleted_at),
    content_url:
      row.storage_key === null
        ? links.here(`/v1/evidence/${row.id}/content`)
        : links.fileUrl({ key: row.storage_key, mediaType: row.media_type, saveAs, of }),
    preview_url:
      row.preview &&
      links.fileUrl({ key: row.preview.key, mediaType: row.preview.media_type, of: { ...of, sha256: row.sha256 } }),
    // A list shows all of them at once: that is no viewing of one.
    thumbnail_url:
      row.thumbnail &&
      links.fileUrl({ key: row.thumbnail.key, mediaType: row.thumbnail.media_type, session: row.session_id }),
  };
}
