import { sql } from "kysely";
import type { Database } from "./database.ts";

/** Whether the database answers a query. Never throws. */
export async function ping(database: Database): Promise<boolean> {
  try {
    await sql`select 1`.execute(database);
    return true;
  } catch {
    // Whatever the reason, the answer is the same: not now.
    return false;
  }
}
