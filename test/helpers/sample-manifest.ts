import { createPrivateKey, createPublicKey, sign } from "node:crypto";
import { signCheckpoint, toBase64, verifierKey } from "@nexbasira/core/audit/checkpoint-note.ts";
import { emptyRoot } from "@nexbasira/core/audit/merkle-tree.ts";
import { toTimestamp } from "@nexbasira/core/contract/common.ts";
import { type EvidenceManifest, MANIFEST_FORMAT } from "@nexbasira/core/contract/evidence-manifest.ts";

const ORIGIN = "inspect.example.com/audit/7";
/** An Ed25519 key in PKCS#8 (RFC 8410, section 7) of a fixed seed: the same text is signed in the same way. */
const KEY = createPrivateKey({
  key: Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), Buffer.alloc(32, 42)]),
  format: "der",
  type: "pkcs8",
});

/** A manifest of a session without anything in it, its checkpoint being of a log without entries. */
export async function sampleManifest(changes: Partial<EvidenceManifest> = {}): Promise<EvidenceManifest> {
  const made = new Date("2026-05-23T11:55:00Z");
  const publicKey = createPublicKey(KEY).export({ format: "der", type: "spki" }).subarray(-32);
  const signer = { name: ORIGIN, publicKey, sign: async (text: Uint8Array) => sign(null, text, KEY) };
  return {
    format: MANIFEST_FORMAT,
    version: 1,
    made_at: toTimestamp(made),
    session: {
      id: "sess_01jvx2m9k4q7r8s9t0v1w2x3y4",
      reference: "INS-42871",
      mode: "live",
      organization: { id: 7, name: "Nordlicht Versicherung AG" },
      created_at: toTimestamp(made),
      started_at: toTimestamp(made),
      completed_at: toTimestamp(made),
    },
    items: [],
    recordings: [],
    participant_signatures: [],
    messages: [],
    document: null,
    log: { origin: ORIGIN, keys: [verifierKey(ORIGIN, publicKey)] },
    entries: [],
    checkpoint: await signCheckpoint({ origin: ORIGIN, size: 0, root: emptyRoot() }, signer),
    anchors: [],
    earlier: [],
    ...changes,
  };
}

/** An anchor whose token is these bytes. */
export function sampleAnchor(authority: string, token: string): EvidenceManifest["anchors"][number] {
  const bytes = new TextEncoder().encode(token);
  return { kind: "rfc3161", authority, qualified: false, development: false, token: toBase64(bytes), path: null };
}
