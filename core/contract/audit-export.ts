import { z } from "zod";
import { AuditEntryQuery } from "./audit.ts";

/** `jsonl`: each line is an entry's record, word for word, so its UTF-8 is the leaf of the log's tree. */
export const AuditExportFormat = z.enum(["jsonl", "csv"]);
export type AuditExportFormat = z.infer<typeof AuditExportFormat>;

/** `GET /console/api/audit/export`. */
export const AuditExportQuery = AuditEntryQuery.pick({
  session_id: true,
  action: true,
  actor: true,
  object: true,
  since: true,
  until: true,
}).extend({ format: AuditExportFormat });
export type AuditExportQuery = z.infer<typeof AuditExportQuery>;
