import { AuditRecord } from "@nexbasira/core/audit/audit-record.ts";
import { toTimestamp } from "@nexbasira/core/contract/common.ts";
import type { AuditEntry, SessionDetail, SessionSigning, Stage } from "@nexbasira/core/contract/console.ts";
import { listSessionAuditEntries } from "@nexbasira/core/database/audit-entries.ts";
import { listChatMessages } from "@nexbasira/core/database/chat-messages.ts";
import type { Database } from "@nexbasira/core/database/database.ts";
import { findEvidenceFile } from "@nexbasira/core/database/evidence-files.ts";
import { listInvitations } from "@nexbasira/core/database/invitations.ts";
import { findParticipantSignature } from "@nexbasira/core/database/participant-signatures.ts";
import { listConsents, listParticipants } from "@nexbasira/core/database/participants.ts";
import { findSessionRecording } from "@nexbasira/core/database/recordings.ts";
import { findRetainedSession } from "@nexbasira/core/database/retained-sessions.ts";
import type { EvidenceFileRow } from "@nexbasira/core/resources/evidence-file-resource.ts";
import { loadEvidenceFile } from "@nexbasira/core/resources/load-evidence-file.ts";
import { loadSession } from "@nexbasira/core/resources/load-session.ts";
import { type RecordingRow, toRecording } from "@nexbasira/core/resources/recording-resource.ts";
import { toRetainedSession } from "@nexbasira/core/resources/retained-session-resource.ts";
import type { SessionRow } from "@nexbasira/core/resources/session-resource.ts";
import type { LinkHolder, Links } from "@nexbasira/core/secrets/links.ts";
import { loadSessionSigning } from "../signatures/load-session-signing.ts";

/** A session with all that belongs to it, for the console's page of it. */
export async function loadSessionDetail(
  context: { database: Database; links: Links; pageLinks: Links },
  row: SessionRow,
  reader: LinkHolder,
): Promise<SessionDetail> {
  const { database, links } = context;
  const pageLinks = context.pageLinks.for(reader);
  const [people, consents, invitations, recording, file, evidenceFile, signature, entries, chat] = await Promise.all([
    listParticipants(database, row.id),
    listConsents(database, row.id),
    listInvitations(database, row.id),
    findSessionRecording(database, row.id),
    findEvidenceFile(database, row.id),
    loadEvidenceFile(database, pageLinks, row),
    findParticipantSignature(database, row.id),
    listSessionAuditEntries(database, row.id),
    listChatMessages(database, row.id),
  ]);
  const session = await loadSession(database, links, row);
  const signing = await loadSessionSigning(database, row.id);
  const retained = await findRetainedSession(database, row.id);
  if (!retained) throw new Error("a session is not there any more");
  const joining = invitations.filter(({ purpose }) => purpose === "join");
  return {
    session,
    phone_join_url: links.phoneUrl && session.join_url.replace(links.publicUrl, links.phoneUrl),
    people: people.map((person) => ({
      participant_id: person.id,
      role: person.role,
      name: person.name,
      device: person.device,
      joined_at: toTimestamp(person.joined_at),
      left_at: person.left_at && toTimestamp(person.left_at),
      consents: consents
        .filter((consent) => consent.participant_id === person.id)
        .map(({ kind, granted, language, given_at }) => ({ kind, granted, language, at: toTimestamp(given_at) })),
    })),
    invitations: joining.map((invitation) => ({
      id: invitation.id,
      channel: invitation.channel,
      to: invitation.recipient,
      status: invitation.status,
      problem: invitation.problem,
      created_at: toTimestamp(invitation.created_at),
    })),
    items: evidenceFile.items,
    recordings: recording ? [toRecording(recording, pageLinks)] : [],
    evidence_file: evidenceFile,
    stages: stagesOf(row, file, recording, signing),
    retained: toRetainedSession(retained),
    signing,
    signature: signature
      ? {
          name: signature.name,
          at: toTimestamp(signature.created_at),
          svg_url:
            signature.storage_key &&
            pageLinks.fileUrl({
              key: signature.storage_key,
              mediaType: "image/svg+xml",
              of: { org_id: row.org_id, session_id: row.id, type: "participant_signature", id: signature.id },
            }),
        }
      : null,
    chat,
    audit_entries: entries.map(toAuditEntry),
  };
}

function toAuditEntry(entry: { sequence: number; hash: string; record: string }): AuditEntry {
  const record = AuditRecord.parse(JSON.parse(entry.record));
  return {
    sequence: entry.sequence,
    at: record.recorded_at,
    actor: `${record.actor.type}:${record.actor.id}`,
    action: record.action,
    object: record.object && `${record.object.type}:${record.object.id}`,
    object_hash: record.object_hash,
    hash: entry.hash,
  };
}

/** Where the work after the end stands; nothing before it. */
function stagesOf(
  session: SessionRow,
  file: EvidenceFileRow | undefined,
  recording: RecordingRow | undefined,
  { identity, request }: SessionSigning,
): Stage[] {
  const byParticipant = session.signature_level === "qes" || (session.signature_level === "aes" && identity !== null);
  const names: Stage["name"][] = ["recordings", "report", ...(byParticipant ? (["signer"] as const) : []), "signing"];
  if (!file || session.status !== "completed") return names.map((name) => ({ name, state: "waiting", progress: 0 }));
  const failedAt = file.signature_id === null && file.report_key !== null ? "signing" : "report";
  const current = file.status === "failed" ? failedAt : file.status;
  const position =
    current === "ready" ? names.length : names.indexOf(current === "awaiting_signer" ? "signer" : current);
  // Given up, refused or run out: the report is put together again, and the participant is not asked any more.
  const isOver = request !== null && ["refused", "expired", "given_up"].includes(request.state);
  return names.map((name, index): Stage => {
    if (name === "recordings" && !recording) return { name, state: "skipped", progress: 1 };
    if (name === "recordings" && recording?.status === "failed") return { name, state: "failed", progress: 0 };
    if (name === "signer" && (isOver || (request === null && index < position))) {
      return { name, state: "skipped", progress: 1 };
    }
    if (index < position) return { name, state: "done", progress: 1 };
    if (index > position) return { name, state: "waiting", progress: 0 };
    if (file.status === "failed") return { name, state: "failed", progress: 0 };
    return { name, state: "running", progress: name === "recordings" ? (recording?.progress ?? 0) : file.progress };
  });
}
