import { z } from "zod";
import { AnyId, Sha256, Timestamp } from "./common.ts";
import { Moment, Page, PageQuery } from "./pagination.ts";

/*
 * The audit log for those who read and verify it. Every hash here is SHA-256 in lower-case hexadecimal; only a
 * checkpoint's note holds its root as the note's format has it.
 */

export const AuditActor = z.object({
  type: z.string(),
  id: z.string(),
  /** As they are called now: the log itself only knows ids, since it cannot forget. */
  name: z.string().nullable(),
});

export const AuditObject = z.object({ type: z.string(), id: z.string() });

/** One entry: what its record says, and the record itself, word for word. */
export const AuditLogEntry = z.object({
  object: z.literal("audit_entry"),
  sequence: z.number().int().describe("The leaf's index in the log's tree, from 0"),
  /** ISO 8601, UTC, to the millisecond. */
  recorded_at: z.iso.datetime(),
  actor: AuditActor,
  action: z.string(),
  session_id: z.string().nullable(),
  session_sequence: z.number().int().nullable().describe("From 0 within its session; null where it is of none"),
  subject: AuditObject.nullable().describe("What it was done to"),
  subject_hash: Sha256.nullable().describe("Of the subject's bytes, where it has any"),
  details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  previous_hash: Sha256.describe("Of the record before"),
  hash: Sha256.describe("Of this record's UTF-8"),
  record: z.string().describe("The record in RFC 8785 form: its UTF-8 is the leaf"),
});
export type AuditLogEntry = z.infer<typeof AuditLogEntry>;

export const AuditLogEntryPage = Page(AuditLogEntry);

/** An entry's or checkpoint's place in its list. */
const SequenceCursor = z
  .string()
  .regex(/^(0|[1-9]\d{0,14})$/, "is not a cursor of this list")
  .optional()
  .describe("`next_cursor` of the page before");

const ActionName = z.string().regex(/^[a-z_]{1,40}\.[a-z_]{1,40}$/, "is not an action, such as evidence.viewed");
const ActorName = z
  .string()
  .regex(/^(member|participant|api_key|system):[\w-]{1,64}$/, "is not an actor, such as member:7");

/** `GET /audit/entries`. */
export const AuditEntryQuery = PageQuery.extend({
  cursor: SequenceCursor,
  session_id: AnyId.optional().describe("Entries of this session only"),
  action: ActionName.optional().describe("Entries of this action only, such as `evidence.viewed`"),
  actor: ActorName.optional().describe("Entries of this actor only, such as `member:7`"),
  object: AnyId.optional().describe("Entries of what was done to what has this id only: a piece of evidence, a key, …"),
  since: Moment.optional().describe("Recorded at this time or later"),
  until: Moment.optional().describe("Recorded before this time"),
  order: z.enum(["newest", "oldest"]).default("newest").describe("Which comes first"),
});
export type AuditEntryQuery = z.infer<typeof AuditEntryQuery>;

/** Why a checkpoint was made for a session: it has ended, or its document is signed. */
export const CheckpointReason = z.enum(["end", "signature"]);
export type CheckpointReason = z.infer<typeof CheckpointReason>;

export const AnchorKind = z.enum(["rfc3161", "opentimestamps"]);
export type AnchorKind = z.infer<typeof AnchorKind>;

export const AnchorStatus = z.enum(["pending", "anchored"]);
export type AnchorStatus = z.infer<typeof AnchorStatus>;

/** What proves that a checkpoint existed at a time, or will, once the authority has answered. */
export const Anchor = z.object({
  id: z.string(),
  kind: AnchorKind,
  authority: z.string().describe("What the operator calls the authority"),
  qualified: z.boolean().describe("Whether the operator says that its time stamps are qualified"),
  development: z.boolean().describe("True for a development authority: it proves nothing outside this machine"),
  status: AnchorStatus,
  anchored_at: Timestamp.nullable().describe(
    "The time stamp's own time; for OpenTimestamps, when the attestation was received",
  ),
  bitcoin_height: z.number().int().nullable().describe("Of the block that OpenTimestamps attests"),
  checkpoint: z.object({ id: z.string(), size: z.number().int(), root: Sha256 }),
  problem: z.string().nullable().describe("Why it is still pending, in words"),
  token_url: z
    .string()
    .nullable()
    .describe("The time-stamp token (DER) or the `.ots` file; asks for the same credentials as this resource"),
});
export type Anchor = z.infer<typeof Anchor>;

/** The data of `audit.anchored`. */
export const AnchoredEvent = z.object({
  id: z.string(),
  object: z.literal("audit_anchor"),
  session_id: z.string().nullable().describe("The session whose signed document the checkpoint was made for"),
  checkpoint: z.object({
    id: z.string(),
    origin: z.string(),
    size: z.number().int(),
    root: Sha256,
    note: z.string().describe("What is anchored: the SHA-256 of its UTF-8"),
  }),
  kind: AnchorKind,
  authority: z.string(),
  qualified: z.boolean(),
  development: z.boolean(),
  anchored_at: Timestamp,
  bitcoin_height: z.number().int().nullable(),
  token_url: z.string().nullable(),
});
export type AnchoredEvent = z.infer<typeof AnchoredEvent>;

export const AuditCheckpoint = z.object({
  id: z.string(),
  object: z.literal("audit_checkpoint"),
  origin: z.string(),
  size: z.number().int().describe("Of how many entries the tree is"),
  root: Sha256,
  note: z.string().describe("The signed checkpoint (C2SP tlog-checkpoint); anchors stamp the SHA-256 of its UTF-8"),
  created_at: Timestamp,
  anchors: z.array(Anchor),
});
export type AuditCheckpoint = z.infer<typeof AuditCheckpoint>;

export const AuditCheckpointPage = Page(AuditCheckpoint);

/** `GET /audit/checkpoints`. */
export const AuditCheckpointQuery = PageQuery.extend({ cursor: SequenceCursor });

/** A query's size or index, in decimal digits alone. */
function Count(minimum: number) {
  return z.preprocess(
    (given) => (typeof given === "string" && /^(0|[1-9]\d{0,14})$/.test(given) ? Number(given) : given),
    z.number().int().min(minimum).max(999_999_999_999_999),
  );
}

export const InclusionQuery = z.strictObject({
  sequence: Count(0).describe("The entry"),
  size: Count(1).describe("Of the tree, as a checkpoint has it"),
});

export const InclusionProof = z.object({
  object: z.literal("inclusion_proof"),
  sequence: z.number().int(),
  size: z.number().int(),
  leaf_hash: Sha256,
  root: Sha256,
  hashes: z.array(Sha256).describe("RFC 9162, section 2.1.3.1: from the leaf upwards"),
});
export type InclusionProof = z.infer<typeof InclusionProof>;

export const ConsistencyQuery = z.strictObject({
  first: Count(0).describe("The size of the earlier tree"),
  second: Count(0).describe("The size of the later tree"),
});

export const ConsistencyProof = z.object({
  object: z.literal("consistency_proof"),
  first: z.number().int(),
  second: z.number().int(),
  first_root: Sha256,
  second_root: Sha256,
  hashes: z.array(Sha256).describe("RFC 9162, section 2.1.4.1"),
});
export type ConsistencyProof = z.infer<typeof ConsistencyProof>;

export const AuditLogKeys = z.object({
  origin: z.string().describe("The log's name in its checkpoints"),
  size: z.number().int().describe("How many entries it has now"),
  keys: z.array(z.string()).describe("Verifier keys (C2SP signed-note), the present one first"),
});
export type AuditLogKeys = z.infer<typeof AuditLogKeys>;

/** How the last verification of the whole log went. */
export const AuditVerification = z.object({
  object: z.literal("audit_verification"),
  verified_at: Timestamp.nullable().describe("Null while it was never verified"),
  size: z.number().int().describe("How many entries were found to hold"),
  problem: z.string().nullable().describe("What is wrong and where; null where all holds"),
});
export type AuditVerification = z.infer<typeof AuditVerification>;
