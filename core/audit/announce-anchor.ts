import type { AnchoredEvent } from "../contract/audit.ts";
import { toTimestamp } from "../contract/common.ts";
import type { AnchorRow } from "../database/anchors.ts";
import type { Transaction } from "../database/database.ts";
import { recordEvent } from "../events/record-event.ts";
import { toAnchor } from "../resources/anchor-resource.ts";

/**
 * Records `audit.anchored` in the transaction that keeps the token: to a session whose signed document the checkpoint
 * was made for, or to the organization alone.
 */
export async function announceAnchor(
  transaction: Transaction,
  links: { publicUrl: string },
  anchor: AnchorRow,
  sessionId: string | null,
): Promise<void> {
  const { token, anchored_at } = anchor;
  if (!token || !anchored_at) throw new Error(`the anchor ${anchor.id} is not anchored`);
  const { authority, qualified, development, kind, bitcoin_height, token_url } = toAnchor(anchor, links);
  const data: AnchoredEvent = {
    id: anchor.id,
    object: "audit_anchor",
    session_id: sessionId,
    checkpoint: {
      id: anchor.checkpoint_id,
      origin: anchor.origin,
      size: anchor.size,
      root: anchor.root,
      note: anchor.note,
    },
    kind,
    authority,
    qualified,
    development,
    anchored_at: toTimestamp(anchored_at),
    bitcoin_height,
    token_url,
  };
  await recordEvent(transaction, {
    org_id: anchor.org_id,
    session_id: sessionId,
    type: "audit.anchored",
    data,
    actor: { type: "system", id: "anchoring" },
    object: { type: "audit_anchor", id: anchor.id },
    object_hash: Buffer.from(await crypto.subtle.digest("SHA-256", new Uint8Array(token))).toString("hex"),
    details: { authority, kind, checkpoint_size: anchor.size, checkpoint_root: anchor.root },
  });
}
