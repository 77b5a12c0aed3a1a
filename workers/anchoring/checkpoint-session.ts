import { setTimeout as wait } from "node:timers/promises";
import { makeCheckpoint } from "@nexbasira/core/audit/make-checkpoint.ts";
import { listAnchors } from "@nexbasira/core/database/anchors.ts";
import { anchorCheckpoint } from "./anchor-checkpoint.ts";
import { type AnchoringContext, listAuthorities } from "./context.ts";

const ANCHOR_LIMIT_MS = 4_000;

/**
 * Makes the checkpoint of a session's end, which the report proves its entries by, and gives the authorities a few seconds
 * to anchor it. One that is down does not hold the report: the anchor's job goes on with it.
 */
export async function checkpointSession(
  context: AnchoringContext,
  session: { id: string; org_id: number },
): Promise<void> {
  const authorities = listAuthorities(context);
  const of = { session_id: session.id, reason: "end" } as const;
  const id = await makeCheckpoint({ ...context, authorities }, session.org_id, of);
  if (id === undefined) return;
  const anchors = (await listAnchors(context.database, [id])).filter(
    ({ kind, status }) => kind === "rfc3161" && status === "pending",
  );
  const limit = new AbortController();
  await Promise.race([
    // What goes wrong stands at the anchor, and its job tries again.
    Promise.allSettled(anchors.map((anchor) => anchorCheckpoint(context, anchor.id))),
    wait(ANCHOR_LIMIT_MS, undefined, { signal: limit.signal }).catch(() => undefined),
  ]);
  limit.abort();
}
