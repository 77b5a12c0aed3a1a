import { appendAuditEntry } from "@nexbasira/core/audit/append-audit-entry.ts";
import type { ClaimedDelivery } from "@nexbasira/core/database/claim-deliveries.ts";
import { type Database, inTransaction, type Transaction } from "@nexbasira/core/database/database.ts";
import { type FinishedAttempt, finishAttempts } from "@nexbasira/core/database/delivery-attempts.ts";
import { listAdministrators } from "@nexbasira/core/database/members.ts";
import { disableEndpoint, noteFailure, noteSuccesses } from "@nexbasira/core/database/webhook-endpoints.ts";
import type { JobQueue } from "@nexbasira/core/jobs/job-queue.ts";

/** A delivery and how its attempt went. */
export interface MadeAttempt {
  delivery: ClaimedDelivery;
  attempt: FinishedAttempt;
}

const GONE = 410;

/** Writes attempts down that were successes, in one transaction. */
export async function writeSuccesses(
  { database }: { database: Database },
  successes: readonly MadeAttempt[],
): Promise<void> {
  await inTransaction(database, async (transaction) => {
    const attempts = successes.map(({ attempt }) => attempt);
    const written = await finishAttempts(transaction, attempts);
    const answering = new Set(
      successes.filter(({ delivery }) => written.has(delivery.id)).map(({ delivery }) => delivery.endpoint_id),
    );
    if (answering.size > 0) await noteSuccesses(transaction, [...answering]);
  });
}

/** Writes a failure down with what follows from it for its endpoint, in one transaction. True when it disabled that. */
export function writeFailure(
  { database, jobs }: { database: Database; jobs: JobQueue },
  { delivery, attempt }: MadeAttempt,
): Promise<boolean> {
  return inTransaction(database, async (transaction) => {
    const written = await finishAttempts(transaction, [attempt]);
    if (written.size === 0) return false;
    const failed = await noteFailure(transaction, delivery.endpoint_id);
    const gone = attempt.response_status === GONE && (await disableEndpoint(transaction, delivery.endpoint_id));
    if (!failed && !gone) return false;
    await tellOfDisabled(jobs, transaction, delivery, gone ? "the receiver answered 410" : "50 failures in a row");
    return true;
  });
}

async function tellOfDisabled(
  jobs: JobQueue,
  transaction: Transaction,
  { org_id, endpoint_id }: ClaimedDelivery,
  reason: string,
): Promise<void> {
  await appendAuditEntry(transaction, org_id, {
    actor: { type: "system", id: "deliveries" },
    action: "webhook_endpoint.disabled",
    session_id: null,
    object: { type: "webhook_endpoint", id: endpoint_id },
    object_hash: null,
    details: { reason },
  });
  for (const user_id of await listAdministrators(transaction, org_id)) {
    await jobs.enqueue(transaction, "announce-disabled-endpoint", { endpoint_id, user_id });
  }
}
