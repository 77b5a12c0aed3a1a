import { AuditRecord } from "@nexbasira/core/audit/audit-record.ts";
import type { AuditExportFormat } from "@nexbasira/core/contract/audit-export.ts";
import { searchAuditEntries } from "@nexbasira/core/database/audit-entries.ts";
import type { Database } from "@nexbasira/core/database/database.ts";

type AuditEntryFilter = Parameters<typeof searchAuditEntries>[1];

const BATCH = 1000;

const COLUMNS = [
  "sequence",
  "recorded_at",
  "actor",
  "action",
  "session_id",
  "session_sequence",
  "object",
  "object_hash",
  "details",
  "previous_hash",
  "hash",
];

/** A log's entries that fit as the text of a file, oldest first, read in batches as the text is. */
export async function* exportEntries(
  database: Database,
  filter: Omit<AuditEntryFilter, "order" | "beyond" | "limit">,
  format: AuditExportFormat,
): AsyncGenerator<string> {
  if (format === "csv") yield row(COLUMNS);
  for (let beyond: number | undefined; ; ) {
    const entries = await searchAuditEntries(database, { ...filter, order: "oldest", beyond, limit: BATCH });
    if (entries.length > 0) {
      yield entries
        .map(({ record, hash }) => (format === "jsonl" ? `${record}\n` : row(cellsOf(record, hash))))
        .join("");
    }
    beyond = entries.at(-1)?.sequence;
    if (entries.length < BATCH) return;
  }
}

function cellsOf(text: string, hash: string): string[] {
  const record = AuditRecord.parse(JSON.parse(text));
  return [
    String(record.sequence),
    record.recorded_at,
    `${record.actor.type}:${record.actor.id}`,
    record.action,
    record.session_id ?? "",
    String(record.session_sequence ?? ""),
    record.object ? `${record.object.type}:${record.object.id}` : "",
    record.object_hash ?? "",
    JSON.stringify(record.details),
    record.previous_hash,
    hash,
  ];
}

/** RFC 4180. What a spreadsheet would take for a formula gets an apostrophe before it. */
function row(cells: readonly string[]): string {
  const quoted = cells.map((cell) => `"${(/^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell).replaceAll('"', '""')}"`);
  return `${quoted.join(",")}\r\n`;
}
