import { type Actor, appendAuditEntry } from "@nexbasira/core/audit/append-audit-entry.ts";
import { AppError } from "@nexbasira/core/contract/errors.ts";
import type { CodeRecipient } from "@nexbasira/core/contract/signing.ts";
import type { Transaction } from "@nexbasira/core/database/database.ts";
import { notifySession } from "@nexbasira/core/database/notify.ts";
import { lockSession, setCodeRecipientOf } from "@nexbasira/core/database/sessions.ts";
import type { SessionRow } from "@nexbasira/core/resources/session-resource.ts";

/** Where this session's codes go from now on, as an inspector was told. @throws {AppError} conflict where nothing is left to be signed. */
export async function setCodeRecipient(
  transaction: Transaction,
  { id }: SessionRow,
  request: CodeRecipient,
  actor: Actor,
): Promise<void> {
  const session = await lockSession(transaction, id);
  const over = session?.status === "cancelled" || session?.status === "expired";
  if (!session || over || session.signature_level === "none") {
    throw new AppError("conflict", "This session asks for no signature, or is over.");
  }
  const { channel, phone, email } = request;
  const recipient = channel === "sms" ? phone : email;
  if (recipient === undefined) throw new Error("a channel was let in without its recipient");
  await setCodeRecipientOf(transaction, id, { code_channel: channel, code_recipient: recipient });
  await notifySession(transaction, {
    org_id: session.org_id,
    session_id: id,
    type: "signature.updated",
    object_id: null,
  });
  await appendAuditEntry(transaction, session.org_id, {
    actor,
    action: "signature.code_recipient_set",
    session_id: id,
    object: { type: "session", id },
    object_hash: null,
    details: { channel },
  });
}
