import { z } from "zod";
import { Sha256, Timestamp } from "./common.ts";
import { EvidenceKind, Gap } from "./evidence.ts";
import { Mode } from "./session.ts";

/*
 * The evidence manifest: what an evidence file consists of and how each part of it is proven, for programs. It is attached
 * to the PDF (`manifest.json`), as it stood when the report was assembled, and lies in the evidence bundle, as it stood
 * when that was downloaded. Whoever verifies reads it as anybody's words: every statement in it is checked.
 */

export const MANIFEST_FORMAT = "nexbasira-evidence-manifest";
/** The name of the attached file and of the file in the bundle. */
export const MANIFEST_NAME = "manifest.json";

/** Standard base64 (RFC 4648, section 4). */
const Base64 = z.string().regex(/^[A-Za-z0-9+/]*={0,2}$/);
/** Hashes of a proof, each 32 bytes, in the order of RFC 9162, sections 2.1.3.1 and 2.1.4.1. */
const Proof = z.array(Base64.length(44)).max(64);
/** Below the bundle's root; null where the manifest is not in a bundle, or the file is not in this one. */
const Path = z.string().max(300).nullable();

const ManifestItem = z.object({
  id: z.string(),
  kind: EvidenceKind,
  sha256: Sha256,
  size: z.number().int(),
  media_type: z.string(),
  filename: z.string().nullable(),
  captured_at: Timestamp,
  received_at: Timestamp,
  provisional: z.boolean(),
  derived_from: z.object({ id: z.string(), sha256: Sha256 }).nullable(),
  superseded_by: z.object({ id: z.string(), sha256: Sha256 }).nullable(),
  /** When its bytes were deleted by the organization's retention; the entries that name its hash stay. */
  deleted_at: Timestamp.nullable(),
  path: Path,
});

const ManifestRecording = z.object({
  id: z.string(),
  /** Of the Matroska file as recorded; null where it could not be finalised. */
  sha256: Sha256.nullable(),
  size: z.number().int().nullable(),
  media_type: z.string(),
  started_at: Timestamp,
  duration_ms: z.number().int().nullable(),
  gaps: z.array(Gap),
  mp4: z.object({ sha256: Sha256, size: z.number().int(), path: Path }).nullable(),
  deleted_at: Timestamp.nullable(),
  path: Path,
});

const ManifestSignature = z.object({
  id: z.string(),
  name: z.string(),
  sha256: Sha256,
  path: Path,
});

/** What somebody wrote in the call. Who, when and to whom, and the SHA-256 of the text's UTF-8, is in its entry `chat.sent`. */
const ManifestMessage = z.object({
  id: z.string(),
  /** What the sender is called; empty where there is no text. */
  name: z.string(),
  /** Null where it was erased, and where only the organization's people could read it; the entry stays. */
  text: z.string().nullable(),
});

/** A proof that something existed at a time, over the SHA-256 of a checkpoint's whole text in UTF-8. */
export const ManifestAnchor = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("rfc3161"),
    /** What the operator calls the time-stamp authority. */
    authority: z.string(),
    /** Whether the operator says that it is a qualified one; who verifies has to know that otherwise. */
    qualified: z.boolean(),
    development: z.boolean(),
    /** The DER of the TimeStampToken. */
    token: Base64,
    path: Path,
  }),
  z.object({
    kind: z.literal("opentimestamps"),
    /** The `.ots` file. */
    proof: Base64,
    path: Path,
  }),
]);
export type ManifestAnchor = z.infer<typeof ManifestAnchor>;

const ManifestEntry = z.object({
  /** The record word for word: its UTF-8 is the leaf. */
  record: z.string().max(64 * 1024),
  /** Into the tree of `checkpoint`; the leaf's index is the record's `sequence`. */
  inclusion: Proof,
});

export const EvidenceManifest = z.object({
  format: z.literal(MANIFEST_FORMAT),
  version: z.literal(1),
  made_at: Timestamp,
  session: z.object({
    id: z.string(),
    reference: z.string(),
    mode: Mode,
    organization: z.object({ id: z.number().int(), name: z.string() }),
    created_at: Timestamp,
    started_at: Timestamp.nullable(),
    completed_at: Timestamp.nullable(),
  }),
  items: z.array(ManifestItem),
  recordings: z.array(ManifestRecording),
  participant_signatures: z.array(ManifestSignature),
  /** One for each entry `chat.sent`, in their order. */
  messages: z.array(ManifestMessage),
  /** The signed PDF; only in a bundle, since the PDF cannot hold its own hash. */
  document: z.object({ sha256: Sha256, size: z.number().int(), path: Path }).nullable(),
  log: z.object({
    /** Of the log's checkpoints. */
    origin: z.string(),
    /** The verifier keys under which checkpoints of this log were signed (C2SP signed-note), the present one first. */
    keys: z.array(z.string().max(512)).min(1).max(16),
  }),
  /** The session's entries from its first (`session_sequence` 0) on, without a hole, in the log's order. */
  entries: z.array(ManifestEntry),
  /** The signed note that all of `entries` are proven in. */
  checkpoint: z.string().max(64 * 1024),
  anchors: z.array(ManifestAnchor).max(64),
  /** Earlier checkpoints, each proven to be the beginning of `checkpoint`'s tree. */
  earlier: z
    .array(
      z.object({ checkpoint: z.string().max(64 * 1024), consistency: Proof, anchors: z.array(ManifestAnchor).max(64) }),
    )
    .max(64),
});
export type EvidenceManifest = z.infer<typeof EvidenceManifest>;
