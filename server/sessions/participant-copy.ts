import { appendAuditEntry } from "@nexbasira/core/audit/append-audit-entry.ts";
import { AppError } from "@nexbasira/core/contract/errors.ts";
import type { ParticipantCopy } from "@nexbasira/core/contract/join.ts";
import { type Database, inTransaction } from "@nexbasira/core/database/database.ts";
import { findEvidenceFile } from "@nexbasira/core/database/evidence-files.ts";
import { findOrganization } from "@nexbasira/core/database/organizations.ts";
import { listParticipants } from "@nexbasira/core/database/participants.ts";
import type { SessionRow } from "@nexbasira/core/resources/session-resource.ts";
import type { Links } from "@nexbasira/core/secrets/links.ts";
import type { OpenedLink } from "./describe-link.ts";

/** So long after the end the link gives a copy out; after that it tells nothing any more. */
const COPY_MS = 30 * 86_400_000;

/** Whether the participant may have the evidence file, and how far it is. */
export async function describeCopy(
  database: Database,
  { token, state, session }: OpenedLink,
): Promise<ParticipantCopy | null> {
  if (state !== "completed" || !(await mayHaveCopy(database, session))) return null;
  const file = await findEvidenceFile(database, session.id);
  if (!file || file.status === "failed") return null;
  if (file.status !== "ready") return { status: "preparing", url: null };
  return { status: "ready", url: `/join/${encodeURIComponent(token)}/copy` };
}

/** A short-lived link to the evidence file; that it was given out is in the audit log. @throws AppError not_found */
export async function giveCopy(
  { database, pageLinks }: { database: Database; pageLinks: Links },
  opened: OpenedLink,
): Promise<string> {
  const { session } = opened;
  const copy = await describeCopy(database, opened);
  const file = copy?.status === "ready" ? await findEvidenceFile(database, session.id) : undefined;
  if (!file?.pdf_key || !file.pdf_sha256) throw new AppError("not_found", "There is no copy to be had.");
  const { pdf_key, pdf_sha256 } = file;
  const people = await listParticipants(database, session.id);
  // The link is the participant's, whoever holds it; a session that is completed had one.
  const participant = people.find(({ role }) => role === "participant");
  const holder = participant
    ? ({ type: "participant", id: participant.id } as const)
    : ({ type: "system", id: "server" } as const);
  await inTransaction(database, (transaction) =>
    appendAuditEntry(transaction, session.org_id, {
      actor: holder,
      action: "evidence_file.copied",
      session_id: session.id,
      object: { type: "evidence_file", id: session.id },
      object_hash: pdf_sha256,
    }),
  );
  const saveAs = `${session.reference.replace(/[^\p{L}\p{N}._-]+/gu, "_")}.pdf`;
  return pageLinks.for(holder).fileUrl({
    key: pdf_key,
    mediaType: "application/pdf",
    saveAs,
    of: { org_id: session.org_id, session_id: session.id, type: "evidence_file", id: session.id },
  });
}

async function mayHaveCopy(database: Database, session: SessionRow): Promise<boolean> {
  if (!session.completed_at || Date.now() - session.completed_at.getTime() > COPY_MS) return false;
  return (await findOrganization(database, session.org_id))?.participant_copy ?? false;
}
