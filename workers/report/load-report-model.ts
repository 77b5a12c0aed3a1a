import { createHash } from "node:crypto";
import { GENESIS_HASH } from "@nexbasira/core/audit/append-audit-entry.ts";
import { AuditRecord } from "@nexbasira/core/audit/audit-record.ts";
import type { SessionProof } from "@nexbasira/core/audit/load-session-proof.ts";
import { deviceName } from "@nexbasira/core/contract/device-name.ts";
import { verificationLink } from "@nexbasira/core/contract/verification-link.ts";
import { listMissingCaptures } from "@nexbasira/core/database/announced-captures.ts";
import { findActorNames } from "@nexbasira/core/database/audit-entries.ts";
import { listChatMessages } from "@nexbasira/core/database/chat-messages.ts";
import type { Database } from "@nexbasira/core/database/database.ts";
import { listPresenceEvents } from "@nexbasira/core/database/events.ts";
import { listEvidenceItems } from "@nexbasira/core/database/evidence-items.ts";
import { findOrganization } from "@nexbasira/core/database/organizations.ts";
import { listConsents, listParticipants } from "@nexbasira/core/database/participants.ts";
import { findSessionRecording } from "@nexbasira/core/database/recordings.ts";
import type { EvidenceItemRow } from "@nexbasira/core/resources/evidence-item-resource.ts";
import { toEvidenceManifest } from "@nexbasira/core/resources/evidence-manifest.ts";
import { loadSigners, type Signers } from "@nexbasira/core/resources/load-signers.ts";
import type { SessionRow } from "@nexbasira/core/resources/session-resource.ts";
import type { Links } from "@nexbasira/core/secrets/links.ts";
import { describeCheckpoint } from "./describe-checkpoint.ts";
import { describeRecording } from "./describe-recording.ts";
import type { ReportAuditEntry, ReportItem, ReportModel } from "./report-model.ts";

/** Reads all that the report says of a session; `proof` is of the session's entries in the audit log. */
export async function loadReportModel(
  { database, links, developmentAuthority }: { database: Database; links: Links; developmentAuthority: boolean },
  session: SessionRow,
  proof: SessionProof,
): Promise<ReportModel> {
  const [organization, people, consents, items, recording, signers, chat, missing, presence] = await Promise.all([
    findOrganization(database, session.org_id),
    listParticipants(database, session.id),
    listConsents(database, session.id),
    listEvidenceItems(database, session.id),
    findSessionRecording(database, session.id),
    loadSigners(database, session.id),
    listChatMessages(database, session.id),
    listMissingCaptures(database, session.id),
    listPresenceEvents(database, session.id),
  ]);
  const nameOf = (participantId: string) => people.find((person) => person.id === participantId)?.name ?? participantId;
  const records = proof.entries.map(({ record }) => ({ text: record, record: AuditRecord.parse(JSON.parse(record)) }));
  const actors = records.map(({ record }) => actorOf(record));
  const names = await findActorNames(database, session.org_id, actors);
  const entries = records.map(({ text, record }) => toReportEntry(text, record, names));
  // As an expert finds it in the entry: the row was made some milliseconds apart, which may be another second.
  const loggedAt = new Map(
    records.flatMap(({ record: { action, object, recorded_at } }) =>
      action === "chat.sent" && object ? [[object.id, new Date(recorded_at)]] : [],
    ),
  );
  const madeAt = session.completed_at ?? session.created_at;
  return {
    language: session.participant_locale,
    made_at: madeAt,
    development_authority: developmentAuthority,
    organization: {
      name: organization?.name ?? "",
      accent: organization?.accent ?? "#00E5A0",
      logo: organization?.logo_raster_key ?? null,
    },
    session: {
      id: session.id,
      reference: session.reference,
      mode: session.mode,
      created_at: session.created_at,
      started_at: session.started_at,
      completed_at: session.completed_at,
      ended_by: session.ended_by,
      expected_location:
        session.expected_address === null && session.expected_latitude === null
          ? null
          : {
              address: session.expected_address,
              latitude: session.expected_latitude,
              longitude: session.expected_longitude,
            },
    },
    participants: people.map((person) => ({
      name: person.name,
      role: person.role,
      device: person.device && deviceName(person.device),
      stays: staysOf(presence.filter((event) => event.participant_id === person.id)),
    })),
    consents: consents.map((consent) => ({
      name: nameOf(consent.participant_id),
      kind: consent.kind,
      granted: consent.granted,
      text_version: consent.text_version,
      language: consent.language,
      at: consent.given_at,
    })),
    items: items.filter(({ superseded_by_id }) => superseded_by_id === null).map((item) => toReportItem(item, items)),
    recordings: recording ? [describeRecording(recording)] : [],
    chat: chat
      .filter(({ audience }) => audience === "everyone")
      .map(({ message_id, sent_at, name, role, text }) => ({
        at: loggedAt.get(message_id) ?? new Date(sent_at),
        name,
        role,
        text,
      })),
    signature: signatureOf(signers),
    signing: signingOf(
      signers,
      people.some(({ role }) => role === "participant"),
    ),
    missing_captures: missing.map((capture) => ({
      sha256: capture.sha256,
      announced_at: capture.announced_at,
      name: nameOf(capture.participant_id),
    })),
    audit_entries: entries,
    audit_chain_hash: entries.at(-1)?.hash ?? GENESIS_HASH,
    checkpoint: describeCheckpoint(proof),
    manifest: toEvidenceManifest({
      made_at: madeAt,
      session,
      organization: { id: session.org_id, name: organization?.name ?? "" },
      items,
      recordings: recording ? [recording] : [],
      participant_signatures: signers.drawn ? [signers.drawn] : [],
      messages: chat,
      proof,
    }),
    verification_url: verificationLink(links.publicUrl, {
      reference: session.reference,
      auditChainHash: entries.at(-1)?.hash ?? GENESIS_HASH,
    }),
  };
}

/** The entry's hash is what the next one names: SHA-256 of the record's UTF-8. */
function toReportEntry(text: string, record: AuditRecord, names: ReadonlyMap<string, string>): ReportAuditEntry {
  const actor = actorOf(record);
  return {
    sequence: record.sequence,
    at: new Date(record.recorded_at),
    actor,
    actor_name: names.get(actor) ?? null,
    action: record.action,
    object: record.object && `${record.object.type}:${record.object.id}`,
    object_hash: record.object_hash,
    hash: createHash("sha256").update(text).digest("hex"),
    previous_hash: record.previous_hash,
  };
}

function actorOf({ actor }: AuditRecord): string {
  return `${actor.type}:${actor.id}`;
}

/** Joins and leaves, in order, as intervals; the last one may be open. */
function staysOf(events: readonly { type: string; created_at: Date }[]) {
  const stays: { joined_at: Date; left_at: Date | null }[] = [];
  for (const event of events) {
    const last = stays.at(-1);
    if (event.type === "participant.joined") stays.push({ joined_at: event.created_at, left_at: null });
    else if (last && last.left_at === null) last.left_at = event.created_at;
  }
  return stays;
}

function toReportItem(item: EvidenceItemRow, items: readonly EvidenceItemRow[]): ReportItem {
  const drawing = item.kind === "annotation" || item.kind === "whiteboard" ? item.storage_key : null;
  const original = items.find((other) => other.id === item.derived_from_id);
  const frame = items.find((other) => other.superseded_by_id === item.id);
  return {
    ...item,
    captured_by: { name: item.captured_by_name, role: item.captured_by_role },
    location:
      item.latitude === null || item.longitude === null
        ? null
        : {
            latitude: item.latitude,
            longitude: item.longitude,
            accuracy_m: item.accuracy_m ?? 0,
            age_s: item.age_s ?? 0,
          },
    derived_from: original ? { id: original.id, sha256: original.sha256 } : null,
    frame: frame ? { id: frame.id, sha256: frame.sha256 } : null,
    problem: problemOf(item),
    picture: pictureOf(item, original),
    picture_is_preview: (item.kind === "annotation" ? original : item)?.preview != null,
    drawing,
  };
}

/** Why it cannot be shown; `gone`, of `texts.problems`, is known before its file is looked for. */
function problemOf(item: EvidenceItemRow): ReportItem["problem"] {
  if (item.deleted_at !== null) return { code: "gone", message: "" };
  return item.problem_code ? { code: item.problem_code, message: item.problem_message ?? "" } : null;
}

/** The photo or the clip's still; for an annotation the photo below it; nothing for what cannot be shown. */
function pictureOf(item: EvidenceItemRow, original: EvidenceItemRow | undefined): string | null {
  if (item.kind === "whiteboard") return null;
  if (item.kind === "annotation") return original ? (original.preview?.key ?? original.storage_key) : null;
  if (item.preview) return item.preview.key;
  return item.media_type.startsWith("image/") && !item.problem_code ? item.storage_key : null;
}

/** The signature field on the phone is three times as wide as high. */
const SIGNATURE_ASPECT = 3;

function signatureOf({ asked, drawn }: Signers): ReportModel["signature"] {
  if (drawn) {
    const { name, signed_at: at, sha256, storage_key } = drawn;
    return { status: "given", name, at, sha256, drawing: storage_key, aspect_ratio: SIGNATURE_ASPECT };
  }
  // The other levels' signatures are of the finished document, and come after it.
  return asked === "ses" ? { status: "not_given" } : null;
}

/** What was not given is said on the cover; a page of its own would say nothing more. */
function signingOf({ asked, drawn, identity }: Signers, hasParticipant: boolean): ReportModel["signing"] {
  if (asked === "none" || (asked === "ses" && drawn === null)) return null;
  const possible = hasParticipant && (asked !== "aes" || identity !== null);
  return { level: asked, possible, code: drawn?.code ?? null, identity };
}
