import { type Actor, appendAuditEntry } from "@nexbasira/core/audit/append-audit-entry.ts";
import { AppError } from "@nexbasira/core/contract/errors.ts";
import type { TestEvent } from "@nexbasira/core/contract/event.ts";
import { newId } from "@nexbasira/core/contract/ids.ts";
import type { Transaction } from "@nexbasira/core/database/database.ts";
import { insertDeliveries, insertEvent } from "@nexbasira/core/database/events.ts";
import { notifyDeliveries } from "@nexbasira/core/database/notify.ts";
import type { EndpointRow } from "./endpoint-resource.ts";

const TYPE = "webhook.test";

/** Sends `webhook.test` to one endpoint by the ordinary way, whatever it subscribed to; answers the delivery's id. */
export async function fireTest(transaction: Transaction, endpoint: EndpointRow, actor: Actor): Promise<string> {
  const { org_id } = endpoint;
  if (!endpoint.active) throw new AppError("endpoint_paused", "The endpoint is paused. Resume it first.");
  const data: TestEvent = { test: true, message: "Test fire" };
  const event = { id: newId("event"), org_id, session_id: null, type: TYPE, data: JSON.stringify(data) };
  await insertEvent(transaction, event);
  const id = newId("delivery");
  await insertDeliveries(transaction, [
    { id, org_id, mode: endpoint.mode, endpoint_id: endpoint.id, event_id: event.id, event_type: TYPE },
  ]);
  await notifyDeliveries(transaction);
  await appendAuditEntry(transaction, org_id, {
    actor,
    action: "webhook_endpoint.tested",
    session_id: null,
    object: { type: "webhook_endpoint", id: endpoint.id },
    object_hash: null,
    details: { event_id: event.id },
  });
  return id;
}
