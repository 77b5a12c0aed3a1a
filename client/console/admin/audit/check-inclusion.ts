import { leafHash, verifyInclusion } from "@nexbasira/core/audit/merkle-tree.ts";
import type { AuditLogEntry, InclusionProof } from "@nexbasira/core/contract/audit.ts";

/**
 * Whether the entry's own record is the leaf that the proof is of, in the tree with the checkpoint's root: computed here,
 * from the record word for word, not believed.
 */
export function checkInclusion(
  entry: Pick<AuditLogEntry, "record" | "sequence">,
  checkpoint: { size: number; root: string },
  proof: Pick<InclusionProof, "hashes">,
): boolean {
  const [root, ...hashes] = [checkpoint.root, ...proof.hashes].map(bytesOf);
  if (root === undefined) return false;
  const leaf = leafHash(new TextEncoder().encode(entry.record));
  return verifyInclusion(hashes, { leaf, index: entry.sequence, size: checkpoint.size, root });
}

function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}
