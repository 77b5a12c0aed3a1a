import { sql } from "kysely";
import type { Transaction } from "./database.ts";

/** Until the commit, nobody else looks whether one more sandbox may be made. */
export async function lockSandboxes(transaction: Transaction): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended('sandboxes', 0))`.execute(transaction);
}

/**
 * Seconds until fewer than `limit` sandboxes are younger than a day, of one address or of all; 0 where that is so now.
 * Looks at one row only, however many there are: the `limit`th newest.
 */
export async function secondsUntilFewer(
  transaction: Transaction,
  { limit, address_hash }: { limit: number; address_hash?: string },
): Promise<number> {
  const sandboxes = transaction
    .selectFrom("sandboxes")
    .select(
      sql<number>`ceil(extract(epoch from created_at + interval '1 day' - clock_timestamp()))::integer`.as("wait_s"),
    );
  const found = await (address_hash === undefined
    ? sandboxes.orderBy("org_id", "desc")
    : sandboxes.where("address_hash", "=", address_hash).orderBy("created_at", "desc")
  )
    .offset(limit - 1)
    .limit(1)
    .executeTakeFirst();
  return Math.max(0, found?.wait_s ?? 0);
}

export async function insertSandbox(
  transaction: Transaction,
  sandbox: { org_id: number; address_hash: string },
): Promise<void> {
  await transaction.insertInto("sandboxes").values(sandbox).execute();
}
