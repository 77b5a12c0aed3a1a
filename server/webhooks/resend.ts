import { appendAuditEntry } from "@nexbasira/core/audit/append-audit-entry.ts";
import type { Transaction } from "@nexbasira/core/database/database.ts";
import { type DeliveryFilter, resendDeliveries } from "@nexbasira/core/database/deliveries.ts";
import { notifyDeliveries } from "@nexbasira/core/database/notify.ts";
import type { Caller } from "../http/authenticate.ts";

/** Sends what matches again, under the same event ids; answers how many deliveries that are. */
export async function resend(
  transaction: Transaction,
  caller: Caller,
  filter: DeliveryFilter & { id?: string },
): Promise<number> {
  const resent = await resendDeliveries(transaction, caller, filter);
  if (resent === 0) return 0;
  await notifyDeliveries(transaction);
  const { id, ...rest } = filter;
  await appendAuditEntry(transaction, caller.org_id, {
    actor: caller.actor,
    action: "deliveries.resent",
    session_id: null,
    object: id === undefined ? null : { type: "delivery", id },
    object_hash: null,
    details: { resent, ...Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, String(value)])) },
  });
  return resent;
}
