import type { Insertable, Updateable } from "kysely";
import type { Database, Transaction } from "./database.ts";
import type { Schema } from "./schema.ts";

export function findProviderSignature(database: Database, sessionId: string) {
  return database.selectFrom("provider_signatures").selectAll().where("session_id", "=", sessionId).executeTakeFirst();
}

/** The one that waits for this state to come back. */
export function findByOAuthState(database: Database, stateHash: string) {
  return database.selectFrom("provider_signatures").selectAll().where("oauth_state", "=", stateHash).executeTakeFirst();
}

/** Uses the state up; false when somebody else was faster. */
export async function takeOAuthState(transaction: Transaction, stateHash: string): Promise<boolean> {
  const { numUpdatedRows } = await transaction
    .updateTable("provider_signatures")
    .set({ oauth_state: null })
    .where("oauth_state", "=", stateHash)
    .executeTakeFirstOrThrow();
  return numUpdatedRows > 0n;
}

/** Makes it, or begins it anew: whatever there was of it counts no more. */
export async function putProviderSignature(
  transaction: Transaction,
  row: Insertable<Schema["provider_signatures"]>,
): Promise<void> {
  const blank = {
    problem: null,
    choices: null,
    credential_id: null,
    credential: null,
    code_sent_at: null,
    oauth_state: null,
    secrets: null,
    prepared: null,
    value: null,
  };
  const { session_id, ...values } = { ...blank, ...row };
  await transaction
    .insertInto("provider_signatures")
    .values({ session_id, ...values })
    .onConflict((conflict) => conflict.column("session_id").doUpdateSet(values))
    .execute();
}

/** Changes it if it is at step `from`; undefined when somebody else was faster. */
export function advanceProviderSignature(
  transaction: Transaction,
  sessionId: string,
  from: Schema["provider_signatures"]["step"],
  change: Updateable<Schema["provider_signatures"]>,
) {
  return transaction
    .updateTable("provider_signatures")
    .set(change)
    .where("session_id", "=", sessionId)
    .where("step", "=", from)
    .returningAll()
    .executeTakeFirst();
}
