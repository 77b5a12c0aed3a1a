import { appendAuditEntry } from "@nexbasira/core/audit/append-audit-entry.ts";
import { AppError, ERROR_STATUS, type ErrorCode } from "@nexbasira/core/contract/errors.ts";
import { newId } from "@nexbasira/core/contract/ids.ts";
import type { CaptureTaken } from "@nexbasira/core/contract/signalling.ts";
import { announceCapture } from "@nexbasira/core/database/announced-captures.ts";
import { inTransaction } from "@nexbasira/core/database/database.ts";
import { auditActor } from "./audit-actor.ts";
import type { Call, MessageHandlers } from "./message-handler.ts";

/** Snapshots asked for from the console, and captures that a device holds and will send. */
export const captureMessages = {
  "capture.request": async (call) => {
    const { services, room, person } = call;
    const phone = room.people.find(({ role }) => role === "participant");
    if (!phone?.connection) throw new AppError("unavailable", "The phone is not connected now.");
    const request = { request_id: newId("request"), by: person.name };
    const taken = await phone.connection.requestCapture(request, services.times.capture);
    await noteRequest(call, request.request_id, taken);
    if (!taken.ok) throw new AppError(isErrorCode(taken.code) ? taken.code : "unavailable", taken.message);
    return { capture_id: taken.capture_id, sha256: taken.sha256 };
  },

  "capture.announce": async ({ services, room, person }, payload) => {
    const announcedAt = new Date();
    const isNew = await announceCapture(services.database, {
      ...payload,
      session_id: room.session.id,
      participant_id: person.id,
      announced_at: announcedAt,
    });
    if (isNew) {
      room.broadcast("capture.announced", {
        ...payload,
        participant_id: person.id,
        announced_at: announcedAt.getTime(),
      });
    }
    return {};
  },
} satisfies Partial<MessageHandlers>;

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERROR_STATUS, code);
}

/** A command to the phone is in the log whatever came of it. */
async function noteRequest({ services, room, person }: Call, requestId: string, taken: CaptureTaken): Promise<void> {
  await inTransaction(services.database, async (transaction) =>
    appendAuditEntry(transaction, room.session.org_id, {
      actor: await auditActor(transaction, person),
      action: "capture.requested",
      session_id: room.session.id,
      object: { type: "capture_request", id: requestId },
      object_hash: taken.ok ? taken.sha256 : null,
      details: taken.ok ? { capture_id: taken.capture_id } : { refused: taken.code },
    }),
  );
}
