import { pipeline } from "node:stream/promises";
import { appendAuditEntry } from "@nexbasira/core/audit/append-audit-entry.ts";
import { toTimestamp } from "@nexbasira/core/contract/common.ts";
import { AppError } from "@nexbasira/core/contract/errors.ts";
import type { PersonSession } from "@nexbasira/core/contract/retention.ts";
import { inTransaction } from "@nexbasira/core/database/database.ts";
import { findPersonSessions, listPersonSessions, type PersonSessionRow } from "@nexbasira/core/database/people.ts";
import { streamZip } from "@nexbasira/core/zip/stream-zip.ts";
import type { ServerContext } from "../context.ts";
import type { ConsoleHandlers } from "../http/handlers.ts";
import { erasePerson } from "./erase-person.ts";
import { exportPerson } from "./export-person.ts";

type PersonContext = Pick<ServerContext, "database" | "jobs" | "storage" | "log">;

/** What the organization knows of a person, for that person: to hand out, and to make unreadable. */
export function personHandlers(context: PersonContext): ConsoleHandlers<"findPerson" | "exportPerson" | "erasePerson"> {
  const { database, log } = context;

  /** All of these, or none of them is the caller's. */
  async function ownSessions(org_id: number, ids: readonly string[]): Promise<PersonSessionRow[]> {
    const sessions = await listPersonSessions(database, org_id, ids);
    if (sessions.length < new Set(ids).size) throw new AppError("not_found", "There is no such session.");
    return sessions;
  }

  return {
    findPerson: ({ caller, body }) => ({
      effect: async (transaction) => ({
        data: (await findPersonSessions(transaction, caller.org_id, body)).map(toPersonSession),
      }),
    }),

    exportPerson: async ({ caller, query, response }) => {
      const sessions = await ownSessions(caller.org_id, query.sessions.split(","));
      // In the log before the first byte goes out: an export that breaks off was one all the same.
      await inTransaction(database, async (transaction) => {
        for (const { id } of sessions) {
          await appendAuditEntry(transaction, caller.org_id, {
            actor: caller.actor,
            action: "personal_data.exported",
            session_id: id,
            object: { type: "session", id },
            object_hash: null,
          });
        }
      });
      const now = new Date();
      response.set("Cache-Control", "no-store").attachment(`person-${toTimestamp(now).slice(0, 10)}.zip`);
      try {
        await pipeline(streamZip(exportPerson(context, sessions, now)), response);
      } catch (error) {
        if (!response.headersSent) throw error;
        if (!response.destroyed) log.error({ err: error }, "an export could not be sent to its end");
        response.destroy();
      }
    },

    erasePerson: async ({ caller, body }) => {
      const sessions = await ownSessions(caller.org_id, body.session_ids);
      return {
        effect: async (transaction) => ({
          erased: await erasePerson(context, transaction, sessions, { request: body, actor: caller.actor }),
        }),
      };
    },
  };
}

function toPersonSession(row: PersonSessionRow): PersonSession {
  return {
    session_id: row.id,
    reference: row.reference,
    mode: row.mode,
    status: row.status,
    participant_id: row.participant_id,
    name: row.participant_name,
    phone: row.participant_phone,
    email: row.participant_email,
    created_at: toTimestamp(row.created_at),
    items: row.items,
    legal_hold: row.legal_hold_since !== null,
    evidence_deleted: row.evidence_deleted_at !== null,
  };
}
