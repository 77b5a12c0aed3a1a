import { readConfiguration } from "@nexbasira/core/configuration/configuration.ts";
import { newId } from "@nexbasira/core/contract/ids.ts";
import { type Database, inTransaction } from "@nexbasira/core/database/database.ts";
import { insertWebhookEndpoints, insertWebhookSecret } from "@nexbasira/core/database/webhook-endpoints.ts";
import { encryptFernet } from "@nexbasira/core/secrets/fernet.ts";
import { newSigningSecret, secretPrefix } from "@nexbasira/core/webhooks/sign-payload.ts";
import { sql } from "kysely";
import type { Installation } from "./installation.ts";
import { makeOrganization } from "./make-organization.ts";

/** An endpoint that gets the events of one session, and the secret that signs them: its organization's. */
export interface MadeEndpoint {
  id: string;
  org_id: number;
  session_id: string;
  secret: string;
}

/**
 * Organizations with `each` endpoints, put into the database without a probe: a session's callback each, so that an event
 * goes to one of them. `urlOf` says where the n-th of all leads to.
 */
export async function makeEndpoints(
  installation: Installation,
  { organizations, each, urlOf }: { organizations: number; each: number; urlOf: (index: number) => string },
): Promise<MadeEndpoint[]> {
  const { masterKeys } = readConfiguration(installation.environment);
  const made: MadeEndpoint[] = [];
  for (let count = 0; count < organizations; count++) {
    const org_id = await makeOrganization(installation, `Organization ${count}`);
    const secret = newSigningSecret();
    const own = Array.from({ length: each }, () => ({
      id: newId("webhookEndpoint"),
      org_id,
      session_id: newId("session"),
      secret,
    }));
    await inTransaction(installation.testDatabase.database, async (transaction) => {
      await transaction
        .updateTable("webhook_secrets")
        .set({ expires_at: new Date(0) })
        .where("org_id", "=", org_id)
        .execute();
      await insertWebhookSecret(transaction, {
        org_id,
        endpoint_id: null,
        encrypted: encryptFernet(masterKeys, secret),
        prefix: secretPrefix(secret),
      });
      await transaction.insertInto("sessions").values(own.map(sessionOf)).execute();
      await insertWebhookEndpoints(
        transaction,
        own.map(({ id, session_id }, index) => ({
          id,
          org_id,
          session_id,
          mode: "test",
          url: urlOf(made.length + index),
          event_types: [],
        })),
      );
    });
    made.push(...own);
  }
  return made;
}

function sessionOf({ session_id, org_id }: MadeEndpoint) {
  return {
    id: session_id,
    org_id,
    mode: "test" as const,
    type: "field_inspection" as const,
    status: "active" as const,
    reference: "INS-42871",
    participant_name: "Marie Lefèvre",
    participant_channel: "link" as const,
    participant_locale: "fr" as const,
    signature_level: "none" as const,
    recording: true,
    metadata: "{}",
    expires_at: new Date(Date.now() + 3 * 86_400_000),
  };
}

/** What an event tells: as much as a photo's. */
export const SAMPLE_DATA = {
  id: "evd_01KASAMPLE0000000000000000",
  object: "evidence_item",
  kind: "snapshot",
  title: "Wasserschaden im Keller, Nordwand",
  sha256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
  bytes: 2_871_345,
  width: 4032,
  height: 3024,
  captured_at: "2026-03-14T09:26:53.589Z",
  position: { latitude: 48.137154, longitude: 11.576124, accuracy_m: 4.2, altitude_m: 519 },
  device: { model: "Pixel 9", system: "Android 16", browser: "Chrome 142" },
};

/**
 * Waiting deliveries, `count` in all, of an event each, spread evenly over the endpoints; all are due. The events' numbers
 * in their sessions come before all that are recorded later.
 */
export async function fillWithDeliveries(
  database: Database,
  endpoints: readonly MadeEndpoint[],
  count: number,
): Promise<void> {
  const ids = endpoints.map(({ id }) => id);
  const number = sql`lpad(n::text, 26, '0')`;
  const each = sql`generate_series(0, ${count}::int - 1) n
    join unnest(${ids}::text[]) with ordinality as given (id, place) on given.place = n % ${ids.length}::int + 1
    join webhook_endpoints e on e.id = given.id`;
  await sql`
    insert into events (id, org_id, session_id, sequence, type, data, created_at)
    select 'evt_' || ${number}, e.org_id, e.session_id, -n, 'evidence.added', ${JSON.stringify(SAMPLE_DATA)}::jsonb,
      now() - interval '1 hour' from ${each}`.execute(database);
  await sql`
    insert into deliveries (id, org_id, mode, endpoint_id, event_id, event_type, created_at, next_attempt_at)
    select 'wev-' || ${number}, e.org_id, e.mode, e.id, 'evt_' || ${number}, 'evidence.added',
      now() - interval '1 hour', now() - interval '1 hour' + n * interval '1 millisecond' from ${each}`.execute(
    database,
  );
  // What autovacuum does in its time, so that it does not do it meanwhile.
  await sql`vacuum analyze events, deliveries, delivery_attempts, webhook_endpoints`.execute(database);
}
