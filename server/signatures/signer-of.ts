import { AppError } from "@nexbasira/core/contract/errors.ts";
import type { Database } from "@nexbasira/core/database/database.ts";
import { findFieldParticipant } from "@nexbasira/core/database/participants.ts";
import { findSignatureRequest } from "@nexbasira/core/database/signature-requests.ts";
import type { OpenedLink } from "../sessions/describe-link.ts";
import type { CodePurpose } from "./send-code.ts";

/**
 * What the holder of this link may sign now, and as whom.
 * @throws {AppError} gone where there is nothing to sign by it.
 */
export async function signerOf(
  database: Database,
  { session, state, revoked }: OpenedLink,
  /** By a code of ours: not what is signed at a remote signing service. */
  { byCode }: { byCode: boolean },
): Promise<CodePurpose> {
  if (!revoked && session.signature_level !== "none") {
    if (state === "open") {
      const participant = await findFieldParticipant(database, session.id);
      if (participant) return { purpose: "drawing", participant_id: participant.id, document_sha256: null };
    }
    const request = state === "completed" ? await findSignatureRequest(database, session.id) : undefined;
    const here = request?.provider === null || !byCode;
    if (request?.state === "waiting" && here && request.expires_at.getTime() > Date.now()) {
      const { participant_id, document_sha256 } = request;
      return { purpose: "document", participant_id, document_sha256 };
    }
  }
  throw new AppError("gone", "There is nothing to sign by this link now.");
}
