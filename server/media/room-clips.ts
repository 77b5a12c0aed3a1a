import type { RoomClip } from "@nexbasira/core/contract/signalling.ts";
import type { Schema } from "@nexbasira/core/database/schema.ts";
import type { Selectable } from "kysely";

type ClipRow = Pick<Selectable<Schema["clips"]>, "id" | "participant_id" | "from_ms" | "to_ms" | "abandoned_at">;

/** A clip as the room tells of it. */
export function toRoomClip(clip: ClipRow, itemId: string | null): RoomClip {
  return {
    clip_id: clip.id,
    participant_id: clip.participant_id,
    from_ms: clip.from_ms,
    to_ms: clip.to_ms,
    state: itemId !== null ? "ready" : clip.abandoned_at ? "failed" : "cutting",
    item_id: itemId,
  };
}
