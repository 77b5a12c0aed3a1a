import type { RecordingRow } from "@nexbasira/core/resources/recording-resource.ts";
import { z } from "zod";
import type { ReportRecording } from "./report-model.ts";

/** What the finaliser kept of the contact sheet: its grid and each tile's time. */
const ContactSheet = z.object({ columns: z.number(), rows: z.number(), times_ms: z.array(z.number()) });

/** What the report prints of a recording. */
export function describeRecording(recording: RecordingRow): ReportRecording {
  const sheet = ContactSheet.safeParse(recording.contact_sheet);
  const key = recording.contact_sheet_key;
  return {
    id: recording.id,
    started_at: recording.started_at,
    duration_ms: recording.duration_ms,
    sha256: recording.mkv_sha256,
    mp4_sha256: recording.mp4_sha256,
    size: recording.mkv_size,
    media_type: "video/matroska",
    parts: recording.parts,
    gaps: recording.gaps,
    contact_sheet:
      key && sheet.success
        ? sheet.data.times_ms.map((at_ms, index) => ({
            at_ms,
            picture: key,
            cell: {
              column: index % sheet.data.columns,
              row: Math.floor(index / sheet.data.columns),
              columns: sheet.data.columns,
              rows: sheet.data.rows,
            },
          }))
        : [],
    failed: recording.status === "failed",
  };
}
