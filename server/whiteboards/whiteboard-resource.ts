import { toTimestamp } from "@nexbasira/core/contract/common.ts";
import type { Whiteboard } from "@nexbasira/core/contract/whiteboard.ts";
import type { Links } from "@nexbasira/core/secrets/links.ts";
import type { BoardRow } from "./own-board.ts";

/** A board as the API shows it. */
export function toWhiteboard(board: BoardRow, { publicUrl }: Links): Whiteboard {
  const address = `${publicUrl}/v1/whiteboards/${board.id}`;
  return {
    id: board.id,
    object: "whiteboard",
    session_id: board.session_id,
    kind: board.kind,
    evidence_item_id: board.item_id,
    width: board.width,
    height: board.height,
    created_at: toTimestamp(board.created_at),
    updated_at: board.updated_at && toTimestamp(board.updated_at),
    svg_url: `${address}.svg`,
    png_url: `${address}.png`,
  };
}
