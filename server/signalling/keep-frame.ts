import { inTransaction } from "@nexbasira/core/database/database.ts";
import type { Call } from "./message-handler.ts";

/**
 * Has the picture that the participant's camera sends now kept as a provisional snapshot, while it is recorded. What
 * hinders that is logged and does not hinder the snapshot itself.
 */
export async function keepFrame({ services, room }: Call, requestId: string): Promise<void> {
  const camera = room.people
    .filter(({ role }) => role === "participant")
    .flatMap(({ media }) => media.producers)
    .find(({ info }) => info.source === "camera" && !info.paused);
  if (!camera || room.recording.state.state !== "recording") return;
  const frame = {
    session_id: room.session.id,
    participant_id: camera.info.participant_id,
    request_id: requestId,
    at_ms: Date.now(),
  };
  try {
    await inTransaction(services.database, (transaction) => services.jobs.enqueue(transaction, "cut-frame", frame));
  } catch (error) {
    services.log.error({ err: error, session_id: room.session.id, request_id: requestId }, "a frame cannot be kept");
  }
}
