import { listAttestations, OpenTimestampsError, readDetached } from "@nexbasira/core/audit/open-timestamps.ts";
import { sameBytes } from "@nexbasira/core/authority/hash-algorithm.ts";
import { because, type Reason } from "../reasons.ts";
import { type Finding, finding } from "../report.ts";

/** OpenTimestamps' file header, before the version. */
const HEADER = Uint8Array.from([
  0, 79, 112, 101, 110, 84, 105, 109, 101, 115, 116, 97, 109, 112, 115, 0, 0, 80, 114, 111, 111, 102, 0, 191, 137, 226,
  232, 132, 232, 146, 148,
]);
const VERSION = 1;

/**
 * Looks at a proof (an `.ots` file) over a SHA-256. It goes over the Bitcoin chain, which is not asked here: it is never a
 * yes. It is a no only where it is a proof of something else; what cannot be followed proves nothing either way.
 */
export function checkOpenTimestamps(proof: Uint8Array, digest: Uint8Array): Finding {
  const unknown = (reason: Reason) => finding("unknown", "anchor_unproven", {}, reason);
  if (!sameBytes(proof.subarray(0, HEADER.length), HEADER)) return unknown(because("ots_not_a_proof"));
  const version = proof[HEADER.length];
  if (version !== VERSION) return unknown(because("ots_version", { version: String(version ?? "?") }));
  try {
    const timestamp = readDetached(proof);
    if (!sameBytes(timestamp.message, digest))
      return finding("no", "anchor_broken", { authority: "OpenTimestamps" }, because("over_something_else"));
    const attestations = listAttestations(timestamp).map(({ attestation }) => attestation);
    const heights = attestations.flatMap((each) => (each.kind === "bitcoin" ? [each.height] : []));
    if (heights.length > 0) return finding("unknown", "anchor_not_checked", { height: String(Math.min(...heights)) });
    return unknown(because(attestations.some(({ kind }) => kind === "pending") ? "ots_pending" : "ots_unknown"));
  } catch (error) {
    if (!(error instanceof OpenTimestampsError)) throw error;
    return unknown(because("ots_not_understood", { detail: error.message }));
  }
}
