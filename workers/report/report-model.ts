import type { Language, Location, LocationStatus, Role } from "@nexbasira/core/contract/common.ts";
import type { CaptureSource, EvidenceKind, Gap } from "@nexbasira/core/contract/evidence.ts";
import type { EvidenceManifest } from "@nexbasira/core/contract/evidence-manifest.ts";
import type { ImageSource } from "@nexbasira/core/images/detect-media-type.ts";
import type { ConfirmedCode, ConfirmedIdentity } from "@nexbasira/core/resources/load-signers.ts";

/**
 * All that the evidence file says about one session. The same model and files give the same bytes, so nothing in it
 * may depend on when or where the report is made. Times are the server's unless they say otherwise; hashes are SHA-256
 * in lower-case hexadecimal; lists stand in the order in which they are to be printed.
 */
export interface ReportModel {
  language: Language;
  /** The document's date: when the facts below were final (the session's end), not when the program ran. */
  made_at: Date;
  /** Whether a development authority signs: said on every page, as it proves nothing outside one machine. */
  development_authority: boolean;
  organization: ReportOrganization;
  session: ReportSession;
  participants: ReportParticipant[];
  consents: ReportConsent[];
  items: ReportItem[];
  recordings: ReportRecording[];
  /** What was written in the call. */
  chat: ReportMessage[];
  /** The drawn one; `null` where the session did not ask for one. */
  signature: ReportSignature | { status: "not_given" } | null;
  /** How the participant signs; `null` where the session did not ask for it. */
  signing: ReportSigning | null;
  /** Captures that a device announced and the server never received whole. */
  missing_captures: ReportMissingCapture[];
  audit_entries: ReportAuditEntry[];
  /** The hash of the log's newest entry for the session. */
  audit_chain_hash: string;
  /** The log's signed head that all entries above are proven in. */
  checkpoint: ReportCheckpoint;
  /** Attached as it is. */
  manifest: EvidenceManifest;
  /** Where the document can be checked; printed and drawn as a QR code. */
  verification_url: string;
}

/** Names a file to the access functions; never printed. */
export type FileKey = string;

/** How the builder gets at files, one at a time. */
export interface ReportFiles {
  /** A picture that `withImage` can open (an original, or a derivative of it); `undefined` where the file is gone. */
  openPicture: (key: FileKey) => Promise<ImageSource | undefined>;
  /** An SVG of our own; `undefined` where it is gone. */
  openDrawing: (key: FileKey) => Promise<string | undefined>;
}

interface ReportOrganization {
  name: string;
  /** `#rrggbb` */
  accent: string;
  /** A PNG, JPEG or WebP. */
  logo: FileKey | null;
}

interface ReportSession {
  id: string;
  reference: string;
  mode: "live" | "test";
  created_at: Date;
  started_at: Date | null;
  completed_at: Date | null;
  ended_by: "console" | "api" | "time" | null;
  expected_location: { address: string | null; latitude: number | null; longitude: number | null } | null;
}

interface ReportParticipant {
  name: string;
  role: Role;
  /** Browser and system, as far as they were told. */
  device: string | null;
  stays: { joined_at: Date; left_at: Date | null }[];
}

interface ReportConsent {
  name: string;
  kind: "camera" | "microphone" | "location" | "recording";
  granted: boolean;
  text_version: string;
  language: string;
  at: Date;
}

export interface ReportItem {
  id: string;
  kind: EvidenceKind;
  title: string | null;
  sha256: string;
  /** In bytes. */
  size: number;
  media_type: string;
  /** In pixels, upright. */
  width: number | null;
  height: number | null;
  duration_ms: number | null;
  source: CaptureSource | null;
  captured_at: Date;
  received_at: Date;
  device_time: Date | null;
  /** Server clock minus device clock. */
  clock_offset_ms: number | null;
  /** 1 for the device's first capture in the session, and so on. */
  device_order: number | null;
  location: Location | null;
  location_status: LocationStatus | null;
  captured_by: { name: string; role: Role };
  derived_from: { id: string; sha256: string } | null;
  /** A frame of the stream whose original never came: it stands for that. */
  provisional: boolean;
  /** The frame of the stream that this original took the place of; it has no page of its own. */
  frame: { id: string; sha256: string } | null;
  /** Why the item is kept but cannot be shown. */
  problem: { code: string; message: string } | null;
  /** What to print: the photo, the clip's poster, for an annotation the untouched photo it was drawn on. */
  picture: FileKey | null;
  /** Whether that is a preview of our own making (`makeDerivatives`), not a file that somebody sent. */
  picture_is_preview: boolean;
  /** The SVG of an annotation or whiteboard. */
  drawing: FileKey | null;
}

export interface ReportRecording {
  id: string;
  started_at: Date;
  /** `null` where it could not be finalised. */
  duration_ms: number | null;
  sha256: string | null;
  /** Of the MP4 that was made from it for playing. */
  mp4_sha256: string | null;
  size: number | null;
  media_type: string;
  /** How many lives of a media process it was recorded in. */
  parts: number;
  gaps: Gap[];
  contact_sheet: ContactSheetTile[];
  /** Whether its processing was given up. */
  failed: boolean;
}

/** One picture of a contact sheet: a file of its own, or a cell of a picture that is cut into equal cells. */
export interface ContactSheetTile {
  at_ms: number;
  picture: FileKey;
  cell?: { column: number; row: number; columns: number; rows: number };
}

export interface ReportSignature {
  status: "given";
  name: string;
  at: Date;
  sha256: string;
  /** The strokes as an SVG; `null` where they are deleted. */
  drawing: FileKey | null;
  /** Width divided by height. */
  aspect_ratio: number;
}

export interface ReportMessage {
  at: Date;
  name: string;
  role: Role;
  text: string;
}

export interface ReportSigning {
  level: "ses" | "aes" | "qes";
  /** Whether the participant is there to be asked for it, and known as far as the level needs. */
  possible: boolean;
  /** That of the drawn signature; `null` where none was sent or confirmed. */
  code: ConfirmedCode | null;
  /** `null` where nobody vouched for who the participant is. */
  identity: ConfirmedIdentity | null;
}

interface ReportMissingCapture {
  sha256: string;
  announced_at: Date;
  /** Who announced it. */
  name: string;
}

export interface ReportAuditEntry {
  sequence: number;
  at: Date;
  /** As the log knows them: `participant:part_…`, `member:7`. */
  actor: string;
  /** As they are called; `null` where nobody is known by that. */
  actor_name: string | null;
  action: string;
  object: string | null;
  object_hash: string | null;
  hash: string;
  previous_hash: string;
}

interface ReportCheckpoint {
  origin: string;
  /** How many entries of the log it covers. */
  size: number;
  /** Base64, as in the checkpoint itself. */
  root: string;
  /** Those that had come when the report was made. */
  stamps: ReportStamp[];
}

export interface ReportStamp {
  /** What the operator calls the authority. */
  authority: string;
  qualified: boolean;
  development: boolean;
  /** The time stamp's own time; `null` for OpenTimestamps, whose receipt holds none. */
  at: Date | null;
}
