import { makeCheckpoint } from "@nexbasira/core/audit/make-checkpoint.ts";
import { listIdleAnchors } from "@nexbasira/core/database/anchors.ts";
import { listGrownLogs } from "@nexbasira/core/database/checkpoints.ts";
import { inTransaction } from "@nexbasira/core/database/database.ts";
import type { Logger } from "@nexbasira/core/log/logger.ts";
import type { GuardedWay } from "../signing/fetch-limited.ts";
import { upgradeAnchor } from "./anchor-checkpoint.ts";
import { type AnchoringContext, listAuthorities } from "./context.ts";

/** Longer than the queue waits between two tries: nobody is at it any more. */
const IDLE_S = 3600;
const UPGRADE_S = 1800;
const BATCH = 100;

/** Makes a checkpoint of every log that has grown, and has those anchors tried again that the queue has given up. */
export async function checkpointLogs(context: AnchoringContext): Promise<void> {
  const authorities = listAuthorities(context);
  const failures: unknown[] = [];
  for (const orgId of await listGrownLogs(context.database)) {
    // A log that is broken must not keep the others from their checkpoints.
    await makeCheckpoint({ ...context, authorities }, orgId, null).catch((error: unknown) => failures.push(error));
  }
  for (const kind of ["rfc3161", "opentimestamps"] as const) {
    const configured = new Set(authorities.filter((one) => one.kind === kind).map(({ authority }) => authority));
    await eachIdle(context, { kind, hasToken: false, idle_s: IDLE_S }, async ({ id, authority }) => {
      if (configured.has(authority)) await enqueue(context, id);
    });
  }
  if (failures.length > 0) throw new AggregateError(failures, "some logs have no checkpoint");
}

async function enqueue({ database, jobs }: AnchoringContext, id: string): Promise<void> {
  await inTransaction(database, (transaction) => jobs.enqueue(transaction, "anchor-checkpoint", { anchor_id: id }));
}

/** Asks the calendars for the attestations that receipts still wait for. */
export async function upgradeReceipts(
  context: AnchoringContext & { log: Logger; certificateWay: GuardedWay },
): Promise<void> {
  await eachIdle(context, { kind: "opentimestamps", hasToken: true, idle_s: UPGRADE_S }, async ({ id, token }) => {
    try {
      if (token) await upgradeAnchor(context, { id, token });
    } catch (err) {
      // One receipt that cannot be read must not keep the others from theirs.
      context.log.warn({ err, anchor: id }, "a receipt could not be upgraded");
    }
  });
}

async function eachIdle(
  { database }: AnchoringContext,
  filter: Omit<Parameters<typeof listIdleAnchors>[1], "after_id" | "limit">,
  run: (anchor: { id: string; authority: string; token: Buffer | null }) => Promise<void>,
): Promise<void> {
  for (let after = "", isFull = true; isFull; ) {
    const anchors = await listIdleAnchors(database, { ...filter, after_id: after, limit: BATCH });
    for (const anchor of anchors) await run(anchor);
    after = anchors.at(-1)?.id ?? after;
    isFull = anchors.length === BATCH;
  }
}
