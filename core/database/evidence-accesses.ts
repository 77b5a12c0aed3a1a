import { type Insertable, sql } from "kysely";
import type { Database, Transaction } from "./database.ts";
import type { Schema } from "./schema.ts";

type Access = Omit<Insertable<Schema["evidence_accesses"]>, "hour">;

const THIS_HOUR = sql<Date>`date_trunc('hour', now())`;

/** Whether this was noted in this hour already, and whether the session's contents are deleted. Undefined: no such session. */
export function findAccess(database: Database, sessionId: string, access: Access) {
  return database
    .selectFrom("sessions")
    .select((query) => [
      "evidence_deleted_at",
      query
        .exists(
          query
            .selectFrom("evidence_accesses")
            .select("org_id")
            .where("evidence_accesses.org_id", "=", access.org_id)
            .where("object", "=", access.object)
            .where("actor", "=", access.actor)
            .where("action", "=", access.action)
            .where("sha256", "=", access.sha256)
            .where("hour", "=", THIS_HOUR),
        )
        .$castTo<boolean>()
        .as("noted"),
    ])
    .where("id", "=", sessionId)
    .executeTakeFirst();
}

/** False where another request has noted the same in this hour. */
export async function insertAccess(transaction: Transaction, access: Access): Promise<boolean> {
  const inserted = await transaction
    .insertInto("evidence_accesses")
    .values({ ...access, hour: THIS_HOUR })
    .onConflict((conflict) => conflict.doNothing())
    .returning("org_id")
    .executeTakeFirst();
  return inserted !== undefined;
}

/** What is older than the hour that it stood for; the audit log has it. */
export async function forgetAccesses(database: Database): Promise<void> {
  await database.deleteFrom("evidence_accesses").where("hour", "<", sql<Date>`now() - interval '2 hours'`).execute();
}
