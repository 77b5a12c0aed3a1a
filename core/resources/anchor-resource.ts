import type { Anchor } from "../contract/audit.ts";
import { toTimestamp } from "../contract/common.ts";
import type { AnchorRow } from "../database/anchors.ts";

/** An anchor as the API and the events show it. */
export function toAnchor(row: AnchorRow, { publicUrl }: { publicUrl: string }): Anchor {
  return {
    id: row.id,
    kind: row.kind,
    authority: row.authority,
    qualified: row.qualified,
    development: row.development,
    status: row.status,
    anchored_at: row.anchored_at && toTimestamp(row.anchored_at),
    bitcoin_height: row.bitcoin_height,
    checkpoint: { id: row.checkpoint_id, size: row.size, root: row.root },
    problem: row.problem,
    token_url: row.token === null ? null : `${publicUrl.replace(/\/$/, "")}/v1/audit/anchors/${row.id}/token`,
  };
}
