import type { Configuration } from "@nexbasira/core/configuration/configuration.ts";
import type { CodeOutcome, ConfirmCode } from "@nexbasira/core/contract/signing.ts";
import { type Database, inTransaction } from "@nexbasira/core/database/database.ts";
import { notifySession } from "@nexbasira/core/database/notify.ts";
import { advanceSignatureRequest } from "@nexbasira/core/database/signature-requests.ts";
import type { JobQueue } from "@nexbasira/core/jobs/job-queue.ts";
import type { OpenedLink } from "../sessions/describe-link.ts";
import { checkCode } from "./check-code.ts";
import { signerOf } from "./signer-of.ts";

/**
 * Tries a code. The right one opens the drawing of a signature in the call; for a finished document it is the
 * signature's permission, and the signature is made at once.
 *
 * @throws {AppError} gone where there is nothing to sign.
 */
export async function confirmCodeOf(
  context: { configuration: Pick<Configuration, "authSecret">; database: Database; jobs: JobQueue },
  opened: OpenedLink,
  { code, document_sha256 }: ConfirmCode,
): Promise<CodeOutcome> {
  const { session } = opened;
  const signer = await signerOf(context.database, opened, { byCode: true });
  // What the signer has before them decides, not what there is to sign by now.
  const wanted = { ...signer, document_sha256: document_sha256 ?? null };
  if (signer.document_sha256 !== wanted.document_sha256) return "other_document";
  return inTransaction(context.database, async (transaction) => {
    const { outcome, code_id } = await checkCode(context, transaction, session, wanted, code);
    if (code_id === null) return outcome;
    if (signer.purpose === "document") {
      const change = { state: "confirmed", code_id, problem: null } as const;
      const request = await advanceSignatureRequest(transaction, session.id, "waiting", change);
      if (!request) return "used";
      await context.jobs.enqueue(transaction, "sign-as-participant", { session_id: session.id });
    }
    await notifySession(transaction, {
      org_id: session.org_id,
      session_id: session.id,
      type: "signature.updated",
      object_id: code_id,
    });
    return outcome;
  });
}
