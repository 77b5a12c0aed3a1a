import { appendAuditEntry } from "@nexbasira/core/audit/append-audit-entry.ts";
import { AppError } from "@nexbasira/core/contract/errors.ts";
import { type Database, inTransaction } from "@nexbasira/core/database/database.ts";
import { findSignatureRequest } from "@nexbasira/core/database/signature-requests.ts";
import type { Links } from "@nexbasira/core/secrets/links.ts";
import type { OpenedLink } from "../sessions/describe-link.ts";

const SHOWN: ReadonlySet<string> = new Set(["waiting", "confirmed", "signed"]);

/** A short-lived link to the document as it is to be signed; that it was opened is in the audit log. @throws AppError gone */
export async function giveDocument(
  { database, pageLinks }: { database: Database; pageLinks: Links },
  { session, revoked }: OpenedLink,
): Promise<string> {
  const request = revoked ? undefined : await findSignatureRequest(database, session.id);
  if (!request || !SHOWN.has(request.state)) throw new AppError("gone", "There is no document to sign.");
  const holder = { type: "participant", id: request.participant_id } as const;
  await inTransaction(database, (transaction) =>
    appendAuditEntry(transaction, session.org_id, {
      actor: holder,
      action: "signature.document_viewed",
      session_id: session.id,
      object: { type: "evidence_file", id: session.id },
      object_hash: request.document_sha256,
    }),
  );
  const saveAs = `${session.reference.replace(/[^\p{L}\p{N}._-]+/gu, "_")}.pdf`;
  return pageLinks.for(holder).fileUrl({
    key: request.document_key,
    mediaType: "application/pdf",
    saveAs,
    inline: true,
    of: { org_id: session.org_id, session_id: session.id, type: "evidence_file", id: session.id },
  });
}
