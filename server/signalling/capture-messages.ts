import { announceCapture } from "@nexbasira/core/database/announced-captures.ts";
import { askPhone, noteDone, refusalOf } from "./ask-phone.ts";
import { keepFrame } from "./keep-frame.ts";
import type { Call, MessageHandlers } from "./message-handler.ts";

/** Snapshots asked for from the console, and captures that a device holds and will send. */
export const captureMessages = {
  "capture.request": async (call, { request_id }) => {
    const { taken, isNew } = call.room.snapshots.once(request_id, () => takeSnapshot(call, request_id));
    const answer = await taken;
    if (isNew) {
      await noteDone(call, {
        action: "capture.requested",
        object: { type: "capture_request", id: request_id },
        object_hash: answer.ok ? answer.sha256 : null,
        details: answer.ok ? { capture_id: answer.capture_id } : { refused: answer.code },
      });
    }
    if (!answer.ok) throw refusalOf(answer);
    return { capture_id: answer.capture_id, sha256: answer.sha256 };
  },

  "capture.announce": async (call, { live = true, ...capture }) => {
    const { services, room, person } = call;
    const announcedAt = new Date();
    const isNew = await announceCapture(services.database, {
      ...capture,
      session_id: room.session.id,
      participant_id: person.id,
      announced_at: announcedAt,
    });
    if (!isNew) return {};
    room.broadcast("capture.announced", {
      ...capture,
      participant_id: person.id,
      announced_at: announcedAt.getTime(),
      request_id: capture.request_id ?? capture.capture_id,
    });
    const isOwnPhoto = capture.kind === "snapshot" && capture.request_id === undefined && person.role === "participant";
    if (isOwnPhoto && live) await keepFrame(call, capture.capture_id);
    return {};
  },
} satisfies Partial<MessageHandlers>;

/** The frame of the stream is of this moment; the device needs some time for its photo. */
async function takeSnapshot(call: Call, requestId: string) {
  const request = { request_id: requestId, by: call.person.name };
  const [taken] = await Promise.all([askPhone(call, "capture.requested", request), keepFrame(call, requestId)]);
  return taken;
}
