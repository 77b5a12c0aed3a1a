import { createHash, generateKeyPairSync, sign } from "node:crypto";
import { signCheckpoint, verifierKey } from "@nexbasira/core/audit/checkpoint-note.ts";
import { type Hash, leafHash, nodeHash, proveConsistency, proveInclusion } from "@nexbasira/core/audit/merkle-tree.ts";
import type { EvidenceManifest, ManifestAnchor } from "@nexbasira/core/contract/evidence-manifest.ts";
import canonicalize from "canonicalize";

const SESSION_ID = "sess_01jvx2m9k4q7r8s9t0v1w2x3y4";
const ORIGIN = "inspect.example.com/audit/7";

/** The originals of the corpus' session, by their id. */
export const ORIGINALS = new Map(
  [1, 2, 3].map((number) => [`evd_${number}`, Buffer.from(`the untouched original ${number}`.repeat(50))]),
);

export const sha256 = (data: Uint8Array | string) => createHash("sha256").update(data).digest("hex");

/** A log of an organization with a session in it, between entries of others. */
export interface CorpusLog {
  key: string;
  records: string[];
  /** The numbers of the session's entries. */
  own: number[];
  /** A checkpoint over the first `size` records. */
  checkpoint(size: number): Promise<string>;
  inclusion(index: number, size: number): Promise<string[]>;
  consistency(first: number, second: number): Promise<string[]>;
}

/** Makes records, hash-chained, of which every second one is of the session. */
export function makeLog(): CorpusLog {
  const records: string[] = [];
  const own: number[] = [];
  const add = (action: string, object: { type: string; id: string } | null, hash: string | null, isOwn: boolean) => {
    const sequence = records.length;
    records.push(
      canonicalize({
        action,
        actor: { type: "member", id: "1" },
        details: {},
        object,
        object_hash: hash,
        org_id: 7,
        previous_hash: sha256(records.at(-1) ?? ""),
        recorded_at: new Date(1_780_000_000_000 + sequence * 1000).toISOString(),
        sequence,
        session_id: isOwn ? SESSION_ID : "sess_other",
        session_sequence: isOwn ? own.length : sequence,
      }) ?? "",
    );
    if (isOwn) own.push(sequence);
  };
  add("session.created", null, null, false);
  add("session.created", { type: "session", id: SESSION_ID }, null, true);
  for (const [id, original] of ORIGINALS) {
    add("evidence.added", { type: "evidence_item", id }, sha256(original), true);
    add("evidence.viewed", { type: "evidence_item", id }, sha256(original), false);
  }
  add("session.completed", { type: "session", id: SESSION_ID }, null, true);
  add("session.created", null, null, false);
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const raw = new Uint8Array(publicKey.export({ format: "der", type: "spki" }).subarray(-32));
  const read = async (subtrees: readonly { level: number; index: number }[]) =>
    subtrees.map(({ level, index }) => subtree(records, level, index));
  const toText = (hashes: Hash[]) => hashes.map((hash) => Buffer.from(hash).toString("base64"));
  return {
    key: verifierKey(ORIGIN, raw),
    records,
    own,
    checkpoint: async (size) => {
      const head = { origin: ORIGIN, size, root: rootOf(records.slice(0, size)) };
      const signer = { name: ORIGIN, publicKey: raw, sign: async (text: Uint8Array) => sign(null, text, privateKey) };
      return signCheckpoint(head, signer);
    },
    inclusion: async (index, size) => toText(await proveInclusion(index, size, read)),
    consistency: async (first, second) => toText(await proveConsistency(first, second, read)),
  };
}

function subtree(records: readonly string[], level: number, index: number): Hash {
  if (level === 0) return leafHash(Buffer.from(records[index] ?? ""));
  return nodeHash(subtree(records, level - 1, index * 2), subtree(records, level - 1, index * 2 + 1));
}

/** MTH of RFC 9162, section 2.1.1. */
function rootOf(records: readonly string[]): Hash {
  if (records.length === 1) return leafHash(Buffer.from(records[0] ?? ""));
  let split = 1;
  while (split * 2 < records.length) split *= 2;
  return nodeHash(rootOf(records.slice(0, split)), rootOf(records.slice(split)));
}

/** The manifest of the log's session, its paths as in a bundle. */
export async function makeManifest(
  log: CorpusLog,
  anchor: (note: string) => Promise<ManifestAnchor>,
): Promise<EvidenceManifest> {
  const size = log.records.length;
  const checkpoint = await log.checkpoint(size);
  const older = await log.checkpoint(4);
  const time = "2026-05-28T20:26:40.000Z";
  return {
    format: "nexbasira-evidence-manifest",
    version: 1,
    made_at: time,
    session: {
      id: SESSION_ID,
      reference: "INS-42871",
      mode: "live",
      organization: { id: 7, name: "Nordlicht Versicherung AG" },
      created_at: time,
      started_at: time,
      completed_at: time,
    },
    items: [...ORIGINALS].map(([id, original], index) => ({
      id,
      kind: "snapshot",
      sha256: sha256(original),
      size: original.length,
      media_type: "image/jpeg",
      filename: null,
      captured_at: time,
      received_at: time,
      provisional: false,
      derived_from: null,
      superseded_by: null,
      deleted_at: null,
      path: `items/000${index + 1}-${id}.jpg`,
    })),
    recordings: [],
    participant_signatures: [],
    messages: [],
    document: null,
    log: { origin: ORIGIN, keys: [log.key] },
    entries: await Promise.all(
      log.own.map(async (index) => ({ record: log.records[index] ?? "", inclusion: await log.inclusion(index, size) })),
    ),
    checkpoint,
    anchors: [await anchor(checkpoint)],
    earlier: [{ checkpoint: older, consistency: await log.consistency(4, size), anchors: [await anchor(older)] }],
  };
}
