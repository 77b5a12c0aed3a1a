import { sql } from "kysely";
import type { Database } from "./database.ts";

/** Every organization that has a log. */
export async function listAuditLogs(database: Database): Promise<number[]> {
  const rows = await database.selectFrom("audit_logs").select("org_id").orderBy("org_id").execute();
  return rows.map(({ org_id }) => org_id);
}

/** Keeps how the last verification of a log went. */
export async function saveVerification(
  database: Database,
  verification: { org_id: number; size: number; problem: string | null },
): Promise<void> {
  await database
    .insertInto("audit_verifications")
    .values({ ...verification, verified_at: sql<Date>`now()` })
    .onConflict((conflict) =>
      conflict.column("org_id").doUpdateSet({
        verified_at: sql<Date>`now()`,
        size: verification.size,
        problem: verification.problem,
      }),
    )
    .execute();
}

export function findVerification(database: Database, orgId: number) {
  return database.selectFrom("audit_verifications").selectAll().where("org_id", "=", orgId).executeTakeFirst();
}

/** How many logs did not hold when they were last verified. */
export async function countBrokenLogs(database: Database): Promise<number> {
  const { count } = await database
    .selectFrom("audit_verifications")
    .select(({ fn }) => fn.countAll<number>().as("count"))
    .where("problem", "is not", null)
    .executeTakeFirstOrThrow();
  return count;
}
