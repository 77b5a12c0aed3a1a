import { type Insertable, sql, type Updateable } from "kysely";
import type { Database, Transaction } from "./database.ts";
import type { Schema } from "./schema.ts";

/**
 * Endpoints that may want an event of this session: the organization's own and the session's private ones. A paused
 * endpoint gets nothing new; one that was disabled after failures keeps collecting until it is enabled.
 */
export function listSubscribedEndpoints(transaction: Transaction, orgId: number, sessionId: string) {
  return (
    transaction
      .selectFrom("webhook_endpoints")
      .select(["id", "event_types"])
      // Each side of the first "or" has its own index: an organization's callbacks of other sessions are never looked at.
      .where((eb) =>
        eb.or([eb.and([eb("org_id", "=", orgId), eb("session_id", "is", null)]), eb("session_id", "=", sessionId)]),
      )
      .where("deleted_at", "is", null)
      .where((eb) => eb.or([eb("active", "=", true), eb("disabled_at", "is not", null)]))
      .orderBy("id")
      .execute()
  );
}

export async function insertWebhookEndpoints(
  transaction: Transaction,
  endpoints: Insertable<Schema["webhook_endpoints"]>[],
): Promise<void> {
  await transaction.insertInto("webhook_endpoints").values(endpoints).execute();
}

/** A session's callbacks: its private endpoints. */
export function listCallbacks(database: Database, sessionIds: readonly string[]) {
  return database
    .selectFrom("webhook_endpoints")
    .select(["session_id", "url", "event_types"])
    .where("session_id", "in", sessionIds)
    .orderBy("id")
    .execute();
}

export async function insertWebhookSecret(
  transaction: Transaction,
  secret: Insertable<Schema["webhook_secrets"]>,
): Promise<void> {
  await transaction.insertInto("webhook_secrets").values(secret).execute();
}

/** The secrets valid now, newest first: the endpoint's own, or the organization's for a session's callback. */
export function listValidSecrets(database: Database, orgId: number, endpointId: string) {
  return database
    .selectFrom("webhook_secrets")
    .select("encrypted")
    .where("org_id", "=", orgId)
    .where((eb) => eb.or([eb("expires_at", "is", null), eb("expires_at", ">", sql<Date>`now()`)]))
    .where((eb) =>
      eb.or([
        eb("endpoint_id", "=", endpointId),
        eb.and([
          eb("endpoint_id", "is", null),
          eb.exists(
            eb
              .selectFrom("webhook_endpoints")
              .select("id")
              .where("id", "=", endpointId)
              .where("session_id", "is not", null),
          ),
        ]),
      ]),
    )
    .orderBy("id", "desc")
    .execute();
}

/** A success starts the count of failures again. */
export async function noteSuccess(transaction: Transaction, id: string): Promise<void> {
  await transaction
    .updateTable("webhook_endpoints")
    .set({ failures_in_a_row: 0, first_failure_at: null })
    .where("id", "=", id)
    .where("failures_in_a_row", ">", 0)
    .execute();
}

const FAILURES_TO_DISABLE = 50;

/**
 * Counts a failure; the 50th in a row disables the endpoint, but not before the first of them is an hour old. Answers
 * whether this one did.
 */
export async function noteFailure(transaction: Transaction, id: string): Promise<boolean> {
  const counted = await transaction
    .updateTable("webhook_endpoints")
    .set((eb) => ({
      failures_in_a_row: eb("failures_in_a_row", "+", 1),
      first_failure_at: sql<Date>`coalesce(first_failure_at, now())`,
    }))
    .where("id", "=", id)
    .returning(["failures_in_a_row", sql<boolean>`first_failure_at <= now() - interval '1 hour'`.as("for_an_hour")])
    .executeTakeFirstOrThrow();
  if (counted.failures_in_a_row < FAILURES_TO_DISABLE || !counted.for_an_hour) return false;
  return disableEndpoint(transaction, id);
}

/** Keeps its waiting deliveries, which go on when it is enabled again. False when it was disabled already. */
export async function disableEndpoint(transaction: Transaction, id: string): Promise<boolean> {
  const disabled = await transaction
    .updateTable("webhook_endpoints")
    .set({ active: false, disabled_at: sql<Date>`now()` })
    .where("id", "=", id)
    .where("active", "=", true)
    .executeTakeFirst();
  return disabled.numUpdatedRows === 1n;
}

/** The organization's own endpoints, newest first; a session's callbacks are not among them. */
export function listWebhookEndpoints(
  database: Database,
  filter: { org_id: number; before_id?: string; limit: number },
) {
  let query = endpointsWithPrefix(database).where("webhook_endpoints.org_id", "=", filter.org_id);
  if (filter.before_id) query = query.where("webhook_endpoints.id", "<", filter.before_id);
  return query.orderBy("webhook_endpoints.id", "desc").limit(filter.limit).execute();
}

export function findWebhookEndpoint(database: Database, orgId: number, id: string) {
  return endpointsWithPrefix(database)
    .where("webhook_endpoints.org_id", "=", orgId)
    .where("webhook_endpoints.id", "=", id)
    .executeTakeFirst();
}

function endpointsWithPrefix(database: Database) {
  return database
    .selectFrom("webhook_endpoints")
    .selectAll("webhook_endpoints")
    .select(
      sql<string>`(select s.prefix from webhook_secrets s where s.endpoint_id = webhook_endpoints.id
        order by s.id desc limit 1)`.as("secret_prefix"),
    )
    .where("deleted_at", "is", null)
    .where("session_id", "is", null);
}

export async function updateWebhookEndpoint(
  transaction: Transaction,
  id: string,
  change: Updateable<Schema["webhook_endpoints"]>,
): Promise<void> {
  await transaction.updateTable("webhook_endpoints").set(change).where("id", "=", id).execute();
}
