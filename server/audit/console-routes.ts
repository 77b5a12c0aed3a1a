import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { appendAuditEntry } from "@nexbasira/core/audit/append-audit-entry.ts";
import { toTimestamp } from "@nexbasira/core/contract/common.ts";
import { inTransaction } from "@nexbasira/core/database/database.ts";
import type { ServerContext } from "../context.ts";
import type { ConsoleHandlers } from "../http/handlers.ts";
import { exportEntries } from "./export-entries.ts";

/** The log as a file, for members. */
export function auditConsoleHandlers({
  database,
  log,
}: Pick<ServerContext, "database" | "log">): ConsoleHandlers<"exportAuditEntries"> {
  return {
    exportAuditEntries: async ({ caller: { org_id, actor }, query: { format, ...filter }, response }) => {
      await inTransaction(database, (transaction) =>
        appendAuditEntry(transaction, org_id, {
          actor,
          action: "audit_log.exported",
          session_id: null,
          object: { type: "organization", id: String(org_id) },
          object_hash: null,
          details: {
            format,
            ...Object.fromEntries(
              Object.entries(filter).map(([name, value]) => [
                name,
                value instanceof Date ? toTimestamp(value) : (value ?? null),
              ]),
            ),
          },
        }),
      );
      const name = `audit-log-${toTimestamp(new Date()).slice(0, 10)}.${format}`;
      response.set("Cache-Control", "no-store").attachment(name);
      response.type(format === "csv" ? "text/csv; charset=utf-8" : "application/jsonl; charset=utf-8");
      try {
        await pipeline(Readable.from(exportEntries(database, { ...filter, org_id, mode: null }, format)), response);
      } catch (error) {
        if (!response.headersSent) throw error;
        if (!response.destroyed) log.error({ err: error }, "an export could not be sent to its end");
        response.destroy();
      }
    },
  };
}
