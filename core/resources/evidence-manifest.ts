import { AuditRecord } from "../audit/audit-record.ts";
import type { SessionProof } from "../audit/load-session-proof.ts";
import { toTimestamp } from "../contract/common.ts";
import { type EvidenceManifest, MANIFEST_FORMAT } from "../contract/evidence-manifest.ts";
import type { EvidenceItemRow } from "./evidence-item-resource.ts";
import type { RecordingRow } from "./recording-resource.ts";
import type { SessionRow } from "./session-resource.ts";

/** What a manifest is made from. */
export interface ManifestFacts {
  made_at: Date;
  session: SessionRow;
  organization: { id: number; name: string };
  /** All of them, those that were replaced by their originals too. */
  items: readonly EvidenceItemRow[];
  recordings: readonly RecordingRow[];
  participant_signatures: readonly { id: string; name: string; sha256: string }[];
  /** What is left of them: those of erased people are gone. */
  messages: readonly { message_id: string; name: string; audience: "everyone" | "staff"; text: string }[];
  proof: SessionProof;
}

/** A session's evidence manifest, as it is attached to the PDF: without paths, which only a bundle has. */
export function toEvidenceManifest(facts: ManifestFacts): EvidenceManifest {
  const { session, proof } = facts;
  return {
    format: MANIFEST_FORMAT,
    version: 1,
    made_at: toTimestamp(facts.made_at),
    session: {
      id: session.id,
      reference: session.reference,
      mode: session.mode,
      organization: { id: facts.organization.id, name: facts.organization.name },
      created_at: toTimestamp(session.created_at),
      started_at: session.started_at && toTimestamp(session.started_at),
      completed_at: session.completed_at && toTimestamp(session.completed_at),
    },
    items: facts.items.map(toManifestItem),
    recordings: facts.recordings.map(toManifestRecording),
    participant_signatures: facts.participant_signatures.map(({ id, name, sha256 }) => ({
      id,
      name,
      sha256,
      path: null,
    })),
    messages: toManifestMessages(facts),
    document: null,
    log: proof.log,
    entries: proof.entries,
    checkpoint: proof.checkpoint,
    anchors: proof.anchors,
    earlier: proof.earlier,
  };
}

/** By the log, which has an entry for each message, also where its text was erased or is not everyone's. */
function toManifestMessages({ proof, messages }: ManifestFacts): EvidenceManifest["messages"] {
  const shared = messages.filter(({ audience }) => audience === "everyone");
  const written = new Map(shared.map((message) => [message.message_id, message]));
  return proof.entries.flatMap(({ record }) => {
    const { action, object } = AuditRecord.parse(JSON.parse(record));
    if (action !== "chat.sent" || object === null) return [];
    const { name = "", text = null } = written.get(object.id) ?? {};
    return { id: object.id, name, text };
  });
}

function toManifestItem(item: EvidenceItemRow): EvidenceManifest["items"][number] {
  const { derived_from_id, derived_from_sha256, superseded_by_id, superseded_by_sha256 } = item;
  return {
    id: item.id,
    kind: item.kind,
    sha256: item.sha256,
    size: item.size,
    media_type: item.media_type,
    filename: item.filename,
    captured_at: toTimestamp(item.captured_at),
    received_at: toTimestamp(item.received_at),
    provisional: item.provisional,
    derived_from: derived_from_id && derived_from_sha256 ? { id: derived_from_id, sha256: derived_from_sha256 } : null,
    superseded_by:
      superseded_by_id && superseded_by_sha256 ? { id: superseded_by_id, sha256: superseded_by_sha256 } : null,
    deleted_at: item.deleted_at && toTimestamp(item.deleted_at),
    path: null,
  };
}

function toManifestRecording(recording: RecordingRow): EvidenceManifest["recordings"][number] {
  const { mp4_sha256, mp4_size } = recording;
  return {
    id: recording.id,
    sha256: recording.mkv_sha256,
    size: recording.mkv_size,
    media_type: "video/matroska",
    started_at: toTimestamp(recording.started_at),
    duration_ms: recording.duration_ms,
    gaps: recording.gaps,
    mp4: mp4_sha256 !== null && mp4_size !== null ? { sha256: mp4_sha256, size: mp4_size, path: null } : null,
    deleted_at: recording.deleted_at && toTimestamp(recording.deleted_at),
    path: null,
  };
}
