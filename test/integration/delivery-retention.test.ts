import { newId } from "@nexbasira/core/contract/ids.ts";
import { inTransaction } from "@nexbasira/core/database/database.ts";
import { insertDeliveries, insertEvent } from "@nexbasira/core/database/events.ts";
import { insertWebhookEndpoints } from "@nexbasira/core/database/webhook-endpoints.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { forgetDeliveries } from "../../workers/deliveries/forget-deliveries.ts";
import { createTestDatabase, type TestDatabase } from "../helpers/test-database.ts";

const DAY_MS = 86_400_000;

let testDatabase: TestDatabase;
beforeAll(async () => {
  testDatabase = await createTestDatabase();
});
afterAll(() => testDatabase.close());

test("what is over is forgotten with its attempts after 30 days; what still waits is not", async () => {
  const { database } = testDatabase;
  const ages = { delivered: 31, dropped: 40, failed: 60, pending: 60, recent: 29 };
  const ids = new Map<string, string>();
  await inTransaction(database, async (transaction) => {
    const { id: org_id } = await transaction
      .insertInto("organizations")
      .values({ name: "Acme", slug: "acme" })
      .returning("id")
      .executeTakeFirstOrThrow();
    const endpoint_id = newId("webhookEndpoint");
    await insertWebhookEndpoints(transaction, [
      { id: endpoint_id, org_id, mode: "live", url: "https://a.example", event_types: [] },
    ]);
    for (const [name, days] of Object.entries(ages)) {
      const event_id = newId("event");
      await insertEvent(transaction, { id: event_id, org_id, session_id: null, type: "webhook.test", data: "{}" });
      const id = newId("delivery");
      ids.set(name, id);
      const status = name === "recent" ? "delivered" : (name as "delivered");
      const created_at = new Date(Date.now() - days * DAY_MS);
      await insertDeliveries(transaction, [
        { id, org_id, mode: "live", endpoint_id, event_id, event_type: "webhook.test", status, created_at },
      ]);
      await transaction
        .insertInto("delivery_attempts")
        .values({
          delivery_id: id,
          number: 1,
          started_at: created_at,
          duration_ms: 5,
          request_headers: "{}",
          response_headers: "{}",
        })
        .execute();
    }
  });
  expect(await forgetDeliveries({ database })).toBe(2);
  const kept = ["failed", "pending", "recent"].map((name) => ids.get(name)).toSorted();
  const deliveries = await database.selectFrom("deliveries").select("id").orderBy("id").execute();
  expect(deliveries.map(({ id }) => id)).toEqual(kept);
  const attempts = await database
    .selectFrom("delivery_attempts")
    .select("delivery_id")
    .orderBy("delivery_id")
    .execute();
  expect(attempts.map(({ delivery_id }) => delivery_id)).toEqual(kept);
  expect(await forgetDeliveries({ database })).toBe(0);
});
