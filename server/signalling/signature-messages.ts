import { appendAuditEntry } from "@nexbasira/core/audit/append-audit-entry.ts";
import { AppError } from "@nexbasira/core/contract/errors.ts";
import { newId } from "@nexbasira/core/contract/ids.ts";
import { inTransaction, type Transaction } from "@nexbasira/core/database/database.ts";
import { notifySession } from "@nexbasira/core/database/notify.ts";
import { insertParticipantSignature } from "@nexbasira/core/database/participant-signatures.ts";
import { lockSession, markSignatureRequested } from "@nexbasira/core/database/sessions.ts";
import { findNewestCode } from "@nexbasira/core/database/signature-codes.ts";
import { codeRecipientOf } from "@nexbasira/core/resources/code-recipient.ts";
import { replayBoard } from "@nexbasira/core/shapes/board.ts";
import { drawSvg } from "@nexbasira/core/shapes/draw-svg.ts";
import type { BoardEntry, Operation } from "@nexbasira/core/shapes/operation.ts";
import type { Room } from "../media/room.ts";
import { isFresh } from "../signatures/describe-signing.ts";
import { auditActor } from "./audit-actor.ts";
import type { MessageHandlers } from "./message-handler.ts";

/** The surface that is signed on, 3:1, in pixels. */
const SURFACE = { width: 1500, height: 500 };

/** The participant's drawn signature. */
export const signatureMessages = {
  "signature.request": async ({ services, room, person }) => {
    assertSigned(room);
    await inTransaction(services.database, async (transaction) => {
      await markSignatureRequested(transaction, room.session.id);
      await appendAuditEntry(transaction, room.session.org_id, {
        actor: await auditActor(transaction, person),
        action: "signature.requested",
        session_id: room.session.id,
        object: { type: "session", id: room.session.id },
        object_hash: null,
      });
    });
    room.broadcast("signature.requested", { by: person.name });
    return {};
  },

  "signature.submit": async ({ services, room, person }, { name, operations }) => {
    assertSigned(room);
    const entries = strokes(operations, person.id, new Date().toISOString());
    const svg = drawSvg(replayBoard(entries), { ...SURFACE, title: `Signature of ${name}` });
    const file = await services.storage.put(Buffer.from(svg));
    const id = newId("signature");
    await inTransaction(services.database, async (transaction) => {
      const code_id = await takeConfirmedCode(transaction, room.session.id, person.id);
      const inserted = await insertParticipantSignature(transaction, {
        id,
        code_id,
        session_id: room.session.id,
        participant_id: person.id,
        name,
        entries: JSON.stringify(entries),
        storage_key: file.key,
        sha256: file.sha256,
      });
      if (!inserted) throw new AppError("conflict", "This session is signed already.");
      await notifySession(transaction, {
        org_id: room.session.org_id,
        session_id: room.session.id,
        type: "signature.drawn",
        object_id: id,
      });
      await appendAuditEntry(transaction, room.session.org_id, {
        actor: await auditActor(transaction, person),
        action: "signature.drawn",
        session_id: room.session.id,
        object: { type: "participant_signature", id },
        object_hash: file.sha256,
        details: { code_id },
      });
    });
    room.broadcast("signature.submitted", { participant_id: person.id });
    return { signature_id: id };
  },
} satisfies Partial<MessageHandlers>;

/**
 * The code that this person confirmed for their signature; null where none could be sent.
 * @throws {AppError} conflict where one can be sent and was not confirmed, or too long ago.
 */
async function takeConfirmedCode(
  transaction: Transaction,
  sessionId: string,
  personId: string,
): Promise<string | null> {
  const session = await lockSession(transaction, sessionId);
  const code = await findNewestCode(transaction, sessionId, "drawing");
  if (code?.participant_id === personId && code.confirmed_at && isFresh(code.confirmed_at)) return code.id;
  if (session && !codeRecipientOf(session)) return null;
  throw new AppError("conflict", "The one-time code has to be confirmed first.");
}

function assertSigned(room: Room): void {
  if (room.session.signature_level === "none") throw new AppError("conflict", "This session asks for no signature.");
}

/** @throws {AppError} validation_error for anything but strokes of a pen. */
function strokes(operations: readonly Operation[], author: string, at: string): BoardEntry[] {
  return operations.map((operation, index) => {
    if (operation.op !== "add" || operation.shape.kind !== "freehand") {
      throw new AppError("validation_error", "A signature is drawn by hand.", { param: `operations.${index}` });
    }
    return { author, at, operation };
  });
}
