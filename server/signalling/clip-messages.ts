import { randomUUID } from "node:crypto";
import { appendAuditEntry } from "@nexbasira/core/audit/append-audit-entry.ts";
import { AppError } from "@nexbasira/core/contract/errors.ts";
import { newId } from "@nexbasira/core/contract/ids.ts";
import { insertClip } from "@nexbasira/core/database/clips.ts";
import { inTransaction } from "@nexbasira/core/database/database.ts";
import { toRoomClip } from "../media/room-clips.ts";
import { auditActor } from "./audit-actor.ts";
import type { MessageHandlers } from "./message-handler.ts";

const MAX_CLIP_MS = 10 * 60_000;
/** A client's idea of the server's clock may be off by this. */
const CLOCK_TOLERANCE_MS = 2_000;

export const clipMessages = {
  "clip.create": async ({ services, room, person }, marks) => {
    const { state, started_at } = room.recording.state;
    if (state !== "recording" || started_at === null) throw new AppError("conflict", "Nothing is recorded now.");
    const range = rangeWithin(marks, { from_ms: started_at, to_ms: Date.now() });
    const clip = {
      id: newId("clip"),
      session_id: room.session.id,
      participant_id: person.id,
      ...range,
      capture_id: randomUUID(),
    };
    await inTransaction(services.database, async (transaction) => {
      await insertClip(transaction, clip);
      await services.jobs.enqueue(transaction, "cut-clip", { clip_id: clip.id });
      await appendAuditEntry(transaction, room.session.org_id, {
        actor: await auditActor(transaction, person),
        action: "clip.requested",
        session_id: room.session.id,
        object: { type: "clip", id: clip.id },
        object_hash: null,
        details: range,
      });
    });
    room.cutting.add(clip.id);
    room.broadcast("clip.changed", toRoomClip({ ...clip, abandoned_at: null }, null));
    return { clip_id: clip.id };
  },
} satisfies Partial<MessageHandlers>;

/** Server times, ms since 1970. */
type Range = { from_ms: number; to_ms: number };

/**
 * The marks, cut to what is recorded where they are beyond it by no more than two clocks differ.
 *
 * @throws {AppError} validation_error for marks outside of the recording, in the wrong order, or too far apart.
 */
export function rangeWithin(marks: Range, recorded: Range): Range {
  const from_ms = Math.max(marks.from_ms, recorded.from_ms);
  const to_ms = Math.min(marks.to_ms, recorded.to_ms);
  const beyond = Math.max(from_ms - marks.from_ms, marks.to_ms - to_ms);
  if (beyond > CLOCK_TOLERANCE_MS) throw new AppError("validation_error", "The clip is not within the recording.");
  if (to_ms <= from_ms) throw new AppError("validation_error", "A clip ends after it begins.");
  if (to_ms - from_ms > MAX_CLIP_MS) throw new AppError("validation_error", "A clip is at most 10 minutes long.");
  return { from_ms, to_ms };
}
