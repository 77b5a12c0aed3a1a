import {
  fromBase64,
  NoteError,
  readCheckpoint,
  type TreeHead,
  verifierKey,
  verifyCheckpoint,
} from "@nexbasira/core/audit/checkpoint-note.ts";
import { type Hash, leafHash, verifyConsistency, verifyInclusion } from "@nexbasira/core/audit/merkle-tree.ts";
import type { EvidenceManifest, ManifestAnchor } from "@nexbasira/core/contract/evidence-manifest.ts";
import { z } from "zod";
import { nameOf, shown } from "../cms/certificate-path.ts";
import { CmsError } from "../cms/der.ts";
import { checkToken, readToken } from "../cms/time-stamp-token.ts";
import { HASHES } from "../digest-ranges.ts";
import { because, type ReasonCode, ReasonError } from "../reasons.ts";
import { type Finding, finding } from "../report.ts";
import { rootsFor, type Trust } from "../trust.ts";
import { checkOpenTimestamps } from "./check-open-timestamps.ts";

/** What is read of a record; members that are not named here are left as they are. */
const Entry = z.object({
  sequence: z.number().int().nonnegative(),
  session_sequence: z.number().int().nonnegative(),
  previous_hash: z.string(),
  session_id: z.string(),
  action: z.string(),
  object: z.object({ type: z.string(), id: z.string() }).nullable(),
  object_hash: z.string().nullable(),
});
type Entry = z.infer<typeof Entry>;

/** What the entries and proofs of a manifest were found to be. */
export interface CheckedLog {
  findings: Finding[];
  notProven: Finding[];
  entries: Entry[];
  /** The newest proven anchor's time. */
  anchoredUntil: Date | null;
  development: boolean;
}

export interface LogOptions {
  trust: Trust;
  /** Verifier keys named by a document whose signature holds and whose signer is trusted; none otherwise. */
  documentKeys: readonly string[];
}

const encoder = new TextEncoder();
/** Checks the audit entries of a manifest against the log's tree, its checkpoint and the checkpoint's anchors. */
export async function checkLog(manifest: EvidenceManifest, options: LogOptions): Promise<CheckedLog> {
  const findings: Finding[] = [];
  const entries = readEntries(manifest, findings);
  const head = await checkNote(manifest, manifest.checkpoint, options, findings);
  if (head) checkInclusion(manifest, entries, head, findings);
  const notProven: Finding[] = [];
  const found = { findings, notProven };
  const anchors = await checkAnchors(manifest.anchors, manifest.checkpoint, head, options.trust, found);
  for (const { checkpoint, consistency, anchors: older } of manifest.earlier) {
    const first = await checkNote(manifest, checkpoint, options, findings);
    if (!first || !head) continue;
    if (first.origin !== head.origin || !verifyConsistency(decodeProof(consistency), first, head))
      findings.push(finding("no", "earlier_inconsistent"));
    else anchors.push(...(await checkAnchors(older, checkpoint, first, options.trust, found)));
  }
  const newest = anchors.sort((a, b) => b.size - a.size)[0];
  if (!newest) findings.push(finding("unknown", "not_anchored"));
  const beyond = entries.find(({ sequence }) => sequence >= (newest?.size ?? 0));
  if (beyond) notProven.push(finding("unknown", "after_anchor", { sequence: String(beyond.sequence) }));
  return {
    findings,
    notProven,
    entries,
    anchoredUntil: newest?.time ?? null,
    development: anchors.some((each) => each.development),
  };
}

/** The session's entries: from 0 without a hole, in the log's order, each after the one that it names. */
function readEntries(manifest: EvidenceManifest, findings: Finding[]): Entry[] {
  const hole = (code: ReasonCode, values: Readonly<Record<string, string>> = {}) =>
    findings.push(finding("no", "entries_hole", {}, because(code, values)));
  const entries: Entry[] = [];
  let before: { entry: Entry; record: string } | undefined;
  for (const [place, { record }] of manifest.entries.entries()) {
    const index = String(place);
    const entry = parseEntry(record);
    if (!entry) {
      hole("entry_unreadable", { index });
      return entries;
    }
    if (entry.session_id !== manifest.session.id) hole("entry_other_session", { index });
    if (entry.session_sequence !== place) hole("entry_number", { index, number: String(entry.session_sequence) });
    if (before && entry.sequence <= before.entry.sequence) hole("entry_order", { index });
    if (
      before &&
      entry.sequence === before.entry.sequence + 1 &&
      entry.previous_hash !== hex(HASHES["SHA-256"](encoder.encode(before.record)))
    )
      hole("entry_previous", { index });
    entries.push(entry);
    before = { entry, record };
  }
  if (entries.length === 0) hole("entries_none");
  if (findings.length === 0) findings.push(finding("yes", "entries_complete", { amount: String(entries.length) }));
  return entries;
}

function parseEntry(record: string): Entry | undefined {
  try {
    return Entry.safeParse(JSON.parse(record)).data;
  } catch {
    // It is no JSON: there is no entry.
    return undefined;
  }
}

function checkInclusion(
  manifest: EvidenceManifest,
  entries: readonly Entry[],
  head: TreeHead,
  findings: Finding[],
): void {
  let missing = 0;
  for (const [index, entry] of entries.entries()) {
    const { record = "", inclusion = [] } = manifest.entries[index] ?? {};
    const leaf = leafHash(encoder.encode(record));
    // Sequence numbers count from the log's first entry, which is the tree's leaf 0.
    const place = { leaf, index: entry.sequence, size: head.size, root: head.root };
    if (verifyInclusion(decodeProof(inclusion), place)) continue;
    if (missing++ < 3) findings.push(finding("no", "entry_not_included", { sequence: String(entry.sequence) }));
  }
  if (missing === 0) findings.push(finding("yes", "entries_included", { amount: String(entries.length) }));
}

class BrokenCheckpoint extends ReasonError {}

/** Whose signature a checkpoint carries. */
async function checkNote(
  manifest: EvidenceManifest,
  note: string,
  { trust, documentKeys }: LogOptions,
  findings: Finding[],
): Promise<TreeHead | null> {
  try {
    const head = readCheckpoint(note);
    const { origin } = head;
    if (origin !== manifest.log.origin) throw new BrokenCheckpoint("other_log", { origin });
    const known = trust.logKeys.map((key) => verifierKeyOf(key, origin));
    if (await isSignedByAny(note, known)) findings.push(finding("yes", "checkpoint_holds", { origin }));
    else if (known.some((key) => key.startsWith(`${origin}+`))) throw new BrokenCheckpoint("not_by_given_keys");
    else if (await isSignedByAny(note, documentKeys))
      findings.push(finding("yes", "checkpoint_by_document", { origin }));
    else if (await isSignedByAny(note, manifest.log.keys))
      findings.push(finding("unknown", "checkpoint_unknown", { origin }));
    else throw new BrokenCheckpoint("not_by_log_keys");
    return head;
  } catch (error) {
    if (error instanceof BrokenCheckpoint) findings.push(finding("no", "checkpoint_broken", {}, error.reason));
    else if (error instanceof NoteError)
      findings.push(finding("no", "checkpoint_broken", {}, because("note_unreadable", { detail: error.message })));
    else throw error;
    return null;
  }
}

/** A bare key is taken for one of this log. */
function verifierKeyOf(key: string, origin: string): string {
  const bytes = fromBase64(key);
  return bytes?.length === 32 ? verifierKey(origin, bytes) : key;
}

async function isSignedByAny(note: string, keys: readonly string[]): Promise<boolean> {
  for (const key of keys) {
    try {
      if (await verifyCheckpoint(note, key)) return true;
    } catch (error) {
      // A key of another kind, or none at all, did not sign it.
      if (!(error instanceof NoteError)) throw error;
    }
  }
  return false;
}

interface ProvenAnchor {
  size: number;
  time: Date;
  development: boolean;
}

async function checkAnchors(
  anchors: readonly ManifestAnchor[],
  note: string,
  head: TreeHead | null,
  trust: Trust,
  { findings, notProven }: { findings: Finding[]; notProven: Finding[] },
): Promise<ProvenAnchor[]> {
  const proven: ProvenAnchor[] = [];
  for (const anchor of anchors) {
    if (anchor.kind === "opentimestamps") {
      const found = checkOpenTimestamps(decode(anchor.proof), HASHES["SHA-256"](encoder.encode(note)));
      (found.verdict === "no" ? findings : notProven).push(found);
      continue;
    }
    const { authority } = anchor;
    try {
      const token = await readToken(decode(anchor.token));
      const roots = rootsFor(trust, "QTST", token.genTime);
      const checked = await checkToken(token, HASHES[token.hash](encoder.encode(note)), { intermediates: [], roots });
      const time = shown(checked.genTime);
      if ("reason" in checked.path) {
        findings.push(finding("unknown", "anchor_not_trusted", { authority }, checked.path.reason));
      } else if (head) {
        findings.push(finding("yes", "anchored", { authority: checked.authority, size: String(head.size), time }));
        const development = checked.path.path.some((each) => isDevelopment(nameOf(each)));
        proven.push({ size: head.size, time: checked.genTime, development });
      }
    } catch (error) {
      if (!(error instanceof CmsError)) throw error;
      findings.push(finding("no", "anchor_broken", { authority }, error.reason));
    }
  }
  return proven;
}

export function isDevelopment(name: string): boolean {
  return /NexBasira development/i.test(name);
}

function decodeProof(proof: readonly string[]): Hash[] {
  return proof.map(decode);
}

/** Base64; nothing where it is none, which no check takes for something. */
function decode(text: string): Uint8Array<ArrayBuffer> {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    // Not base64.
    return new Uint8Array();
  }
}

/** Lower-case hexadecimal. */
export function hex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
