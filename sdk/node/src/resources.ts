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
  signature: { level: "none" | "ses" | "aes" | "qes" };
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
  /** Short-lived links; null while the derivative is being made or where there is none. */
  content_url: string;
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
  sha256: string | null;
  size: number | null;
  media_type: string;
  content_url: string | null;
  mp4: { sha256: string; size: number; url: string } | null;
  poster_url: string | null;
  contact_sheet_url: string | null;
  waveform_url: string | null;
}

/** The signed PDF and what belongs to it. */
export interface EvidenceFile {
  object: "evidence_file";
  session_id: string;
  status: "not_started" | "recordings" | "report" | "signing" | "ready" | "failed";
  problem: string | null;
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
  } | null;
  anchors: unknown[];
  items: EvidenceItem[];
}
