import { type AuditAction, appendAuditEntry } from "@nexbasira/core/audit/append-audit-entry.ts";
import { AppError, ERROR_STATUS, type ErrorCode } from "@nexbasira/core/contract/errors.ts";
import type { Notice } from "@nexbasira/core/contract/signalling.ts";
import { inTransaction } from "@nexbasira/core/database/database.ts";
import type { DeviceAnswer, DeviceQuestion, DeviceRefusal } from "../media/person.ts";
import { auditActor } from "./audit-actor.ts";
import type { Call } from "./message-handler.ts";

const NOT_CONNECTED: DeviceRefusal = { ok: false, code: "unavailable", message: "The phone is not connected now." };

/** Has the participant's device do something; it refuses as `unavailable` while it is not connected. */
export async function askPhone<Name extends DeviceQuestion>(
  { services, room }: Call,
  name: Name,
  payload: Notice<Name>,
): Promise<DeviceAnswer<Name> | DeviceRefusal> {
  const phone = room.people.find(({ role }) => role === "participant");
  return phone?.connection ? phone.connection.ask(name, payload, services.times.device) : NOT_CONNECTED;
}

/** What the inspector is answered where the phone has not done it. */
export function refusalOf({ code, message }: DeviceRefusal): AppError {
  return new AppError(isErrorCode(code) ? code : "unavailable", message);
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERROR_STATUS, code);
}

/** What the sender has had done, in the log. */
export async function noteDone(
  { services, room, person }: Call,
  done: Pick<AuditAction, "action" | "object" | "object_hash" | "details">,
): Promise<void> {
  await inTransaction(services.database, async (transaction) =>
    appendAuditEntry(transaction, room.session.org_id, {
      actor: await auditActor(transaction, person),
      session_id: room.session.id,
      ...done,
    }),
  );
}
