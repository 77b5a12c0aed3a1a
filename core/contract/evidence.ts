import { z } from "zod";
import { Anchor } from "./audit.ts";
import { Location, LocationStatus, PlainText, Role, Sha256, Timestamp } from "./common.ts";
import { Page } from "./pagination.ts";
import { SignatureLevel } from "./session.ts";
import { EvidenceSigner, SignerRequest } from "./signing.ts";

export const EvidenceKind = z.enum(["snapshot", "annotation", "whiteboard", "clip", "document"]);
export type EvidenceKind = z.infer<typeof EvidenceKind>;

/**
 * How a capture came about: by the still camera, as a full-resolution frame of the camera's own track before it was
 * encoded, as a file that the device had, as a frame of the stream that the server or the inspector received.
 */
export const CaptureSource = z.enum(["photo", "frame", "file", "stream"]);
export type CaptureSource = z.infer<typeof CaptureSource>;

/** The largest upload accepted, in bytes. */
export const MAX_UPLOAD_BYTES = 256 * 1024 * 1024;

/**
 * What a device says of a capture when it uploads it (tus metadata `capture`, as JSON). `capture_id` is made by the
 * device: the same capture uploaded twice is one item.
 */
export const CaptureMetadata = z.strictObject({
  capture_id: z.uuid(),
  kind: z.enum(["snapshot", "document"]),
  sha256: Sha256,
  size: z.number().int().min(0).max(MAX_UPLOAD_BYTES),
  media_type: z.string().max(127),
  filename: PlainText(255).optional(),
  title: PlainText(200).optional(),
  source: CaptureSource,
  width: z.number().int().min(1).max(65_535).optional(),
  height: z.number().int().min(1).max(65_535).optional(),
  /** The device's clock at capture, ISO 8601 with milliseconds. */
  device_time: z.iso.datetime(),
  /** Server clock minus device clock, in milliseconds, as last measured; null if never. */
  clock_offset_ms: z.number().int().min(-8.64e15).max(8.64e15).nullable(),
  /** 1 for the device's first capture in this session, and so on. */
  device_order: z.number().int().min(1).max(1_000_000),
  location: Location.nullable(),
  location_status: LocationStatus,
  /** The inspector's request that this answers, if any (`capture.requested`). */
  request_id: z.string().max(64).optional(),
});
export type CaptureMetadata = z.infer<typeof CaptureMetadata>;

/** Who captured it. */
export const CapturedBy = z.object({ participant_id: z.string(), name: z.string(), role: Role });

/** The original that it was made from. */
export const DerivedFrom = z.object({ id: z.string(), sha256: Sha256 });

/** The original of a provisional frame. */
const SupersededBy = z.object({ id: z.string(), sha256: Sha256 });

/** Why an item is kept but cannot be shown. */
export const ItemProblem = z.object({ code: z.string(), message: z.string() });

export const EvidenceItem = z.object({
  id: z.string(),
  object: z.literal("evidence_item"),
  session_id: z.string(),
  kind: EvidenceKind,
  sha256: Sha256,
  size: z.number().int(),
  media_type: z.string(),
  width: z.number().int().nullable(),
  height: z.number().int().nullable(),
  duration_ms: z.number().int().nullable(),
  title: z.string().nullable(),
  filename: z.string().nullable(),
  source: CaptureSource.nullable(),
  captured_at: Timestamp,
  received_at: Timestamp,
  device_time: z.string().nullable(),
  clock_offset_ms: z.number().int().nullable(),
  device_order: z.number().int().nullable(),
  location: Location.nullable(),
  location_status: LocationStatus.nullable(),
  captured_by: CapturedBy,
  derived_from: DerivedFrom.nullable(),
  /**
   * True for a frame of the stream that stands in for a snapshot's original until that is received; for good where it
   * never is.
   */
  provisional: z.boolean(),
  /**
   * What asked for it: an inspector's request, or the capture itself where somebody took it unasked. A provisional frame
   * and its original have the same. Null for what was not captured by a device.
   */
  request_id: z.string().nullable(),
  /** The original that took a provisional frame's place; null for everything else. */
  superseded_by: SupersededBy.nullable(),
  whiteboard_id: z.string().nullable(),
  /** Set when the item is kept but cannot be shown: why, in words. */
  problem: ItemProblem.nullable(),
  /** Since when its contents are deleted; what is known of it stays, its hash with it. */
  deleted_at: Timestamp.nullable(),
  /** A short-lived link; once the contents are deleted, an address that answers so. */
  content_url: z.string(),
  /** Short-lived links; null while the derivative is being made, where there is none, and once it is deleted. */
  preview_url: z.string().nullable(),
  thumbnail_url: z.string().nullable(),
});
export type EvidenceItem = z.infer<typeof EvidenceItem>;

export const EvidenceItemPage = Page(EvidenceItem);

export const Gap = z.object({
  from_ms: z.number(),
  to_ms: z.number(),
  reason: z.string(),
  stream: z.string().nullable(),
});
export type Gap = z.infer<typeof Gap>;

export const RecordingStatus = z.enum(["recording", "processing", "ready", "failed"]);

export const RecordingFile = z.object({ sha256: Sha256, size: z.number().int(), url: z.string() });

export const Recording = z.object({
  id: z.string(),
  object: z.literal("recording"),
  session_id: z.string(),
  status: RecordingStatus,
  /** 0 to 1 while it is processed. */
  progress: z.number().min(0).max(1),
  started_at: Timestamp,
  ended_at: Timestamp.nullable(),
  duration_ms: z.number().int().nullable(),
  gaps: z.array(Gap),
  /** How many lives of a media process it was recorded in. */
  parts: z.number().int(),
  /** Since when its files are deleted. */
  deleted_at: Timestamp.nullable(),
  sha256: Sha256.nullable(),
  size: z.number().int().nullable(),
  media_type: z.string(),
  /** The MKV as recorded, without re-encoding; `sha256` and `size` are its. */
  content_url: z.string().nullable(),
  /** The MP4 for playing and download. */
  mp4: RecordingFile.nullable(),
  poster_url: z.string().nullable(),
  contact_sheet_url: z.string().nullable(),
  /** How loud it is over its time: an SVG as wide as one likes, from the beginning at its left edge to the end. */
  waveform_url: z.string().nullable(),
});
export type Recording = z.infer<typeof Recording>;

export const RecordingPage = Page(Recording);

export const EvidenceFileStatus = z.enum([
  "not_started",
  "recordings",
  "report",
  "awaiting_signer",
  "signing",
  "ready",
  "failed",
]);
export type EvidenceFileStatus = z.infer<typeof EvidenceFileStatus>;

/** The signature of the evidence file. */
export const EvidenceSignature = z.object({
  id: z.string(),
  /** The level truly reached: `none` where the organization's seal is the only signature. */
  level: SignatureLevel,
  baseline: z.enum(["B-B", "B-T", "B-LT", "B-LTA"]),
  signed_at: Timestamp,
  timestamp_authority: z.string().nullable(),
  /** True where a development authority signed: it proves nothing outside this machine. */
  development: z.boolean(),
  /** Whose signatures it holds, besides the organization's seal. */
  signers: z.array(EvidenceSigner),
});

export const EvidenceFile = z.object({
  object: z.literal("evidence_file"),
  session_id: z.string(),
  status: EvidenceFileStatus,
  /** In words, when `status` is failed. */
  problem: z.string().nullable(),
  /** Since when the contents of the session's evidence are deleted: the PDF, the bundle, the items, the recordings. */
  deleted_at: Timestamp.nullable(),
  pdf_url: z.string().nullable(),
  pdf_sha256: Sha256.nullable(),
  pdf_size: z.number().int().nullable(),
  bundle_url: z.string().nullable(),
  audit_chain_hash: Sha256.nullable(),
  signature: EvidenceSignature.nullable(),
  /** The participant's signature of the finished document; null where none was asked for. */
  signer: SignerRequest.nullable(),
  /** Of the checkpoint that holds the session's newest sealed entry; empty until there is one. */
  anchors: z.array(Anchor),
  items: z.array(EvidenceItem),
});
export type EvidenceFile = z.infer<typeof EvidenceFile>;
