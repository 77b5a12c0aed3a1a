import type { Selectable } from "kysely";
import { toTimestamp } from "../contract/common.ts";
import type { Recording } from "../contract/evidence.ts";
import type { Schema } from "../database/schema.ts";
import type { Links } from "../secrets/links.ts";

export type RecordingRow = Selectable<Schema["recordings"]>;

/** A recording as the API and the events show it, with links that last an hour. */
export function toRecording(row: RecordingRow, links: Links): Recording {
  const of = { org_id: row.org_id, session_id: row.session_id, type: "recording", id: row.id } as const;
  const image = (key: string | null, mediaType = "image/jpeg") =>
    key && links.fileUrl({ key, mediaType, session: row.session_id });
  return {
    id: row.id,
    object: "recording",
    session_id: row.session_id,
    status: row.status,
    progress: row.progress,
    started_at: toTimestamp(row.started_at),
    ended_at: row.ended_at && toTimestamp(row.ended_at),
    duration_ms: row.duration_ms,
    gaps: row.gaps,
    parts: row.parts,
    deleted_at: row.deleted_at && toTimestamp(row.deleted_at),
    sha256: row.mkv_sha256,
    size: row.mkv_size,
    media_type: "video/matroska",
    content_url:
      row.mkv_key && links.fileUrl({ key: row.mkv_key, mediaType: "video/matroska", saveAs: `${row.id}.mkv`, of }),
    mp4:
      row.mp4_key && row.mp4_sha256 && row.mp4_size !== null
        ? {
            sha256: row.mp4_sha256,
            size: row.mp4_size,
            url: links.fileUrl({ key: row.mp4_key, mediaType: "video/mp4", of }),
          }
        : null,
    poster_url: image(row.poster_key),
    contact_sheet_url: image(row.contact_sheet_key),
    waveform_url: image(row.waveform_key, "image/svg+xml"),
  };
}
