import { type Insertable, sql, type Updateable } from "kysely";
import type { Mode } from "../contract/session.ts";
import type { Database, Transaction } from "./database.ts";
import type { Schema } from "./schema.ts";

/**
 * Endpoints that may want an event of this session: the organization's own of its mode and its private ones; of an event
 * of no session, the organization's own of both modes. A paused endpoint gets nothing new; one that was disabled after
 * failures keeps collecting until it is enabled.
 */
export function listSubscribedEndpoints(transaction: Transaction, orgId: number, sessionId: string | null) {
  const mode = transaction.selectFrom("sessions").select("mode").where("id", "=", sessionId);
  return (
    transaction
      .selectFrom("webhook_endpoints")
      .select(["id", "mode", "event_types"])
      // Each side of the first "or" has its own index: an organization's callbacks of other sessions are never looked at.
      .where((eb) =>
        sessionId === null
          ? eb.and([eb("org_id", "=", orgId), eb("session_id", "is", null)])
          : eb.or([
              eb.and([eb("org_id", "=", orgId), eb("session_id", "is", null), eb("mode", "=", mode)]),
              eb("session_id", "=", sessionId),
            ]),
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

/** Secrets of all organizations as they are stored, in the order of their ids, after one of them. */
export function listStoredSecrets(database: Database, afterId: number, limit: number) {
  return database
    .selectFrom("webhook_secrets")
    .select(["id", "encrypted"])
    .where("id", ">", afterId)
    .orderBy("id")
    .limit(limit)
    .execute();
}

/** Stores the same secret encrypted otherwise. */
export async function replaceStoredSecret(transaction: Transaction, id: number, encrypted: string): Promise<void> {
  await transaction.updateTable("webhook_secrets").set({ encrypted }).where("id", "=", id).execute();
}

/** Whose secrets: an endpoint's, or, without one, those that sign the organization's callbacks. */
export interface SecretOwner {
  org_id: number;
  endpoint_id: string | null;
}

/** How long the secret before the newest stays valid after a rotation. */
const PREVIOUS_VALID_HOURS = 24;

/** The newest secret, as far as it may be shown, and until when the one before it is valid. */
export function findNewestSecret(database: Database, { org_id, endpoint_id }: SecretOwner) {
  return database
    .selectFrom("webhook_secrets")
    .select([
      "prefix",
      "created_at",
      sql<Date | null>`max(expires_at) filter (where expires_at > now()) over ()`.as("previous_secret_expires_at"),
    ])
    .where("org_id", "=", org_id)
    .where("endpoint_id", endpoint_id === null ? "is" : "=", endpoint_id)
    .orderBy("id", "desc")
    .limit(1)
    .executeTakeFirst();
}

/**
 * Makes room for a new secret: the newest one stays valid for another 24 h, any older one ends now. With `at_once`, all
 * end now.
 */
export async function retireSecrets(transaction: Transaction, owner: SecretOwner, at_once: boolean): Promise<void> {
  const { org_id, endpoint_id } = owner;
  const hours = at_once ? 0 : PREVIOUS_VALID_HOURS;
  await sql`
    update webhook_secrets set expires_at = case when expires_at is null
      then now() + make_interval(hours => ${hours}) else now() end
    where org_id = ${org_id} and endpoint_id is not distinct from ${endpoint_id}
      and (expires_at is null or expires_at > now())`.execute(transaction);
}

/** Ends every secret but the newest now. */
export async function endPreviousSecrets(transaction: Transaction, owner: SecretOwner): Promise<void> {
  const { org_id, endpoint_id } = owner;
  await sql`
    update webhook_secrets set expires_at = now()
    where org_id = ${org_id} and endpoint_id is not distinct from ${endpoint_id} and expires_at > now()`.execute(
    transaction,
  );
}

/** A success starts the count of failures again. Locks endpoints in the order of their ids. */
export async function noteSuccesses(transaction: Transaction, ids: readonly string[]): Promise<void> {
  await transaction
    .updateTable("webhook_endpoints")
    .set({ failures_in_a_row: 0, first_failure_at: null })
    .where("id", "in", (eb) =>
      eb
        .selectFrom("webhook_endpoints")
        .select("id")
        .where("id", "in", ids)
        .where("failures_in_a_row", ">", 0)
        .orderBy("id")
        .forNoKeyUpdate(),
    )
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

/** Whose endpoints: an organization's, of one mode or (null) of both. */
export interface EndpointOwner {
  org_id: number;
  mode: Mode | null;
}

/** The organization's own endpoints, newest first; a session's callbacks are not among them. */
export function listWebhookEndpoints(
  database: Database,
  filter: EndpointOwner & { before_id?: string | undefined; limit: number },
) {
  let query = endpointsWithPrefix(database, filter);
  if (filter.before_id) query = query.where("webhook_endpoints.id", "<", filter.before_id);
  return query.orderBy("webhook_endpoints.id", "desc").limit(filter.limit).execute();
}

export function findWebhookEndpoint(database: Database, owner: EndpointOwner, id: string) {
  return endpointsWithPrefix(database, owner).where("webhook_endpoints.id", "=", id).executeTakeFirst();
}

/** Any endpoint, also a session's callback and one that was deleted. */
export function findWebhookEndpointById(database: Database, id: string) {
  return database.selectFrom("webhook_endpoints").selectAll().where("id", "=", id).executeTakeFirst();
}

function endpointsWithPrefix(database: Database, { org_id, mode }: EndpointOwner) {
  const endpoints = database
    .selectFrom("webhook_endpoints")
    .selectAll("webhook_endpoints")
    .select(
      sql<string>`(select s.prefix from webhook_secrets s where s.endpoint_id = webhook_endpoints.id
        order by s.id desc limit 1)`.as("secret_prefix"),
    )
    .select(
      sql<Date | null>`(select max(s.expires_at) from webhook_secrets s
        where s.endpoint_id = webhook_endpoints.id and s.expires_at > now())`.as("previous_secret_expires_at"),
    )
    .where("webhook_endpoints.org_id", "=", org_id)
    .where("deleted_at", "is", null)
    .where("session_id", "is", null);
  return mode ? endpoints.where("webhook_endpoints.mode", "=", mode) : endpoints;
}

export async function updateWebhookEndpoint(
  transaction: Transaction,
  id: string,
  change: Updateable<Schema["webhook_endpoints"]>,
): Promise<void> {
  await transaction.updateTable("webhook_endpoints").set(change).where("id", "=", id).execute();
}
