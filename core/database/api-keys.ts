import { type Insertable, sql } from "kysely";
import type { ApiKeyState } from "../contract/api-key.ts";
import type { Mode } from "../contract/session.ts";
import type { Database, Transaction } from "./database.ts";
import type { Schema } from "./schema.ts";

/** Whether a key opens anything. */
const ACTIVE = sql<boolean>`(revoked_at is null and (expires_at is null or expires_at > now()))`;

export async function insertApiKey(transaction: Transaction, key: Insertable<Schema["api_keys"]>): Promise<void> {
  await transaction.insertInto("api_keys").values(key).execute();
}

/** By the hash of the secret; revoked and expired keys are not found. */
export function findApiKey(database: Database, secretHash: string) {
  return database
    .selectFrom("api_keys")
    .select(["id", "org_id", "mode", "scopes"])
    .select(sql<boolean>`coalesce(last_used_at > now() - interval '1 minute', false)`.as("used_lately"))
    .where("secret_hash", "=", secretHash)
    .where("revoked_at", "is", null)
    .where((eb) => eb.or([eb("expires_at", "is", null), eb("expires_at", ">", sql<Date>`now()`)]))
    .executeTakeFirst();
}

/** To the minute: a busy key must not write a row for every request. */
export async function touchApiKey(database: Database, id: string): Promise<void> {
  await database
    .updateTable("api_keys")
    .set({ last_used_at: sql<Date>`now()` })
    .where("id", "=", id)
    .where((eb) =>
      eb.or([eb("last_used_at", "is", null), eb("last_used_at", "<", sql<Date>`now() - interval '1 minute'`)]),
    )
    .execute();
}

/** Whose keys: an organization's, of one mode or (null) of both. */
export interface ApiKeyOwner {
  org_id: number;
  mode: Mode | null;
}

/** Newest first. `state` leaves out keys that (do not) open anything any more. */
export function listApiKeys(
  database: Database,
  filter: ApiKeyOwner & { state: ApiKeyState | undefined; before_id: string | undefined; limit: number },
) {
  let keys = keysWithMaker(database, filter);
  if (filter.state) keys = keys.where(filter.state === "active" ? ACTIVE : sql<boolean>`not ${ACTIVE}`);
  if (filter.before_id) keys = keys.where("api_keys.id", "<", filter.before_id);
  return keys.orderBy("api_keys.id", "desc").limit(filter.limit).execute();
}

export function findApiKeyById(database: Database, owner: ApiKeyOwner, id: string) {
  return keysWithMaker(database, owner).where("api_keys.id", "=", id).executeTakeFirst();
}

/**
 * How many keys of an organization open something. Whoever else counts the same waits until this transaction is over, so
 * that no two of them make the last one.
 */
export async function countActiveApiKeys(transaction: Transaction, orgId: number): Promise<number> {
  await transaction
    .selectFrom("organizations")
    .select("id")
    .where("id", "=", orgId)
    .forNoKeyUpdate()
    .executeTakeFirstOrThrow();
  const { count } = await transaction
    .selectFrom("api_keys")
    .select(({ fn }) => fn.countAll<number>().as("count"))
    .where("org_id", "=", orgId)
    .where(ACTIVE)
    .executeTakeFirstOrThrow();
  return count;
}

/** False when it was revoked before. */
export async function revokeApiKey(transaction: Transaction, id: string): Promise<boolean> {
  const revoked = await transaction
    .updateTable("api_keys")
    .set({ revoked_at: sql<Date>`now()` })
    .where("id", "=", id)
    .where("revoked_at", "is", null)
    .executeTakeFirst();
  return revoked.numUpdatedRows === 1n;
}

function keysWithMaker(database: Database, { org_id, mode }: ApiKeyOwner) {
  const keys = database
    .selectFrom("api_keys")
    .leftJoin("users", "users.id", "api_keys.created_by")
    .select(["api_keys.id", "api_keys.name", "mode", "scopes", "prefix", "created_by", "users.name as created_by_name"])
    .select(["api_keys.created_at", "expires_at", "last_used_at", "revoked_at"])
    .where("api_keys.org_id", "=", org_id);
  return mode ? keys.where("api_keys.mode", "=", mode) : keys;
}
