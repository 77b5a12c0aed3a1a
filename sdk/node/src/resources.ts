/** What the API shows, as it stands in the data of events. A member that is not listed may come some day. */

/** ISO 8601, UTC, to the second: `2026-05-23T11:42:15Z`. */
export type Timestamp = string;

export type Role = "participant" | "inspector" | "observer";

export interface Session {
  id: string;
  object: "session";
  mode: "live" | "test";
  type: "field_inspection";
  status: "pending" | "active" | "completed" | "cancelled" | "expired";
  reference: string;
  participant: {
    name: string;
    channel: "sms" | "email" | "link";
    phone: string | null;
    email: string | null;
    locale: "en" | "fr" | "cs" | "de";
  };
  callbacks: Record<string, string>;
  /** `expires_in`: seconds that the finished report waits for the participant's signature, where that is asked for. */
  signature: { level: "none" | "ses" | "aes" | "qes"; expires_in?: number | undefined };
  recording: boolean;
  /** The expected place. */
  location: { address: string | null; latitude: number | null; longitude: number | null } | null;
  metadata: Record<string, string>;
  join_url: string;
  created_at: Timestamp;
  expires_at: Timestamp;
  started_at: Timestamp | null;
  completed_at: Timestamp | null;
  ended_by: "console" | "api" | "time" | null;
  /** The session's own rule; null where the organization's applies. */
  retention: { evidence_days: number | null } | null;
  legal_hold: boolean;
  evidence_deleted_at: Timestamp | null;
}

export interface EvidenceItem {
  id: string;
  object: "evidence_item";
  session_id: string;
  kind: "snapshot" | "annotation" | "whiteboard" | "clip" | "document";
  /** In lower-case hexadecimal. */
  sha256: string;
  /** In bytes. */
  size: number;
  media_type: string;
  width: number | null;
  height: number | null;
  duration_ms: number | null;
  title: string | null;
  filename: string | null;
  source: "photo" | "frame" | "file" | "stream" | null;
  captured_at: Timestamp;
  received_at: Timestamp;
  /** The device's own clock at capture, and how far it was behind the server's. */
  device_time: string | null;
  clock_offset_ms: number | null;
  /** 1 for the device's first capture in this session, and so on. */
  device_order: number | null;
  /** `accuracy_m`: radius in metres (68 %); `age_s`: age of the fix at capture. */
  location: { latitude: number; longitude: number; accuracy_m: number; age_s: number } | null;
  location_status: "fixed" | "refused" | "unavailable" | "timed_out" | null;
  captured_by: { participant_id: string; name: string; role: Role };
  derived_from: { id: string; sha256: string } | null;
  /** True for a frame of the stream that stands in for a snapshot's original until that is received. */
  provisional: boolean;
  /** What asked for it; a provisional frame and its original have the same. */
  request_id: string | null;
  superseded_by: { id: string; sha256: string } | null;
  whiteboard_id: string | null;
  problem: { code: string; message: string } | null;
  /** Since when its contents are deleted; its hash stays. */
  deleted_at: Timestamp | null;
  /** A short-lived link; once the contents are deleted, an address that answers so. */
  content_url: string;
  /** Short-lived links; null while the derivative is being made, where there is none, and once it is deleted. */
  preview_url: string | null;
  thumbnail_url: string | null;
}

export interface Recording {
  id: string;
  object: "recording";
  session_id: string;
  status: "recording" | "processing" | "ready" | "failed";
  /** 0 to 1 while it is processed. */
  progress: number;
  started_at: Timestamp;
  ended_at: Timestamp | null;
  duration_ms: number | null;
  gaps: { from_ms: number; to_ms: number; reason: string; stream: string | null }[];
  parts: number;
  deleted_at: Timestamp | null;
  sha256: string | null;
  size: number | null;
  media_type: string;
  content_url: string | null;
  mp4: { sha256: string; size: number; url: string } | null;
  poster_url: string | null;
  contact_sheet_url: string | null;
  waveform_url: string | null;
}

/** Somebody whose signature is in the evidence file, and what it stands on. */
export interface EvidenceSigner {
  participant_id: string;
  name: string;
  level: "none" | "ses" | "aes" | "qes";
  signed_at: Timestamp;
  /** Null where there was neither number nor address to send one to. `sent_to` is masked. */
  code: { channel: "sms" | "email"; sent_to: string; confirmed_at: Timestamp } | null;
  /** Null where nobody vouched for it. */
  identity: { confirmed_by: string; method: "document" | "known" | "other"; at: Timestamp } | null;
  /** Of the certificate in the signer's own name. */
  certificate_subject: string | null;
  /** The remote signing service, where one signed. */
  provider: string | null;
}

/** What proves that a checkpoint of the audit log existed at a time, or will, once the authority has answered. */
export interface Anchor {
  id: string;
  kind: "rfc3161" | "opentimestamps";
  authority: string;
  /** Whether the operator says that its time stamps are qualified. */
  qualified: boolean;
  development: boolean;
  status: "pending" | "anchored";
  anchored_at: Timestamp | null;
  /** Of the block that OpenTimestamps attests. */
  bitcoin_height: number | null;
  checkpoint: { id: string; size: number; root: string };
  /** Why it is still pending, in words. */
  problem: string | null;
  /** The time-stamp token (DER) or the `.ots` file; asks for the same credentials as this resource. */
  token_url: string | null;
}

/** The signed PDF and what belongs to it. */
export interface EvidenceFile {
  object: "evidence_file";
  session_id: string;
  status: "not_started" | "recordings" | "report" | "awaiting_signer" | "signing" | "ready" | "failed";
  problem: string | null;
  deleted_at: Timestamp | null;
  pdf_url: string | null;
  pdf_sha256: string | null;
  pdf_size: number | null;
  bundle_url: string | null;
  audit_chain_hash: string | null;
  signature: {
    id: string;
    level: "none" | "ses" | "aes" | "qes";
    baseline: "B-B" | "B-T" | "B-LT" | "B-LTA";
    signed_at: Timestamp;
    timestamp_authority: string | null;
    /** True where a development authority signed: it proves nothing outside its machine. */
    development: boolean;
    /** Whose signatures it holds, besides the organization's seal. */
    signers: EvidenceSigner[];
  } | null;
  /** The participant's signature of the finished report; null where none was asked for. */
  signer: {
    participant_id: string;
    name: string;
    level: "none" | "ses" | "aes" | "qes";
    state: "waiting" | "confirmed" | "signed" | "refused" | "expired" | "given_up";
    asked_at: Timestamp;
    expires_at: Timestamp;
  } | null;
  anchors: Anchor[];
  items: EvidenceItem[];
}
