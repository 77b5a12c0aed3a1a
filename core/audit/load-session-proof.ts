import type { EvidenceManifest, ManifestAnchor } from "../contract/evidence-manifest.ts";
import { type AnchorRow, listAnchors } from "../database/anchors.ts";
import { listSessionAuditEntries } from "../database/audit-entries.ts";
import { findAnchoredCheckpoint, listSessionCheckpoints } from "../database/checkpoints.ts";
import type { Database } from "../database/database.ts";
import { toBase64 } from "./checkpoint-note.ts";
import { listVerifierKeys } from "./log-key.ts";
import { type Hash, proveConsistency, proveInclusion } from "./merkle-tree.ts";
import { tileReader } from "./tile-tree.ts";

/** What the manifest says of the log, with `path` null: who puts it into a bundle knows the paths. */
export type SessionProof = Pick<EvidenceManifest, "log" | "entries" | "checkpoint" | "anchors" | "earlier">;

/** Earlier checkpoints of one session that a manifest has room for. */
const MOST_EARLIER = 64;

/**
 * Proves a session's entries by the newest checkpoint that is anchored, or, as long as none that was made since the
 * session's own is, by the session's newest: all of its entries below that checkpoint, each with its inclusion proof, and
 * the session's earlier checkpoints with their consistency proofs. Undefined where no checkpoint was made for the session
 * yet (`checkpointSession` in workers/anchoring makes one).
 */
export async function loadSessionProof(
  database: Database,
  session: { id: string; org_id: number },
): Promise<SessionProof | undefined> {
  const own = await listSessionCheckpoints(database, session.id);
  const [newest] = own;
  if (!newest) return undefined;
  const checkpoint = (await findAnchoredCheckpoint(database, session.org_id, newest.size)) ?? newest;
  const earlier = [...new Map(own.map((each) => [each.id, each])).values()]
    .filter((each) => each.size < checkpoint.size && each.origin === checkpoint.origin)
    .slice(0, MOST_EARLIER);
  const anchors = await listAnchors(database, [checkpoint.id, ...earlier.map(({ id }) => id)]);
  const anchorsOf = (id: string) => anchors.filter((anchor) => anchor.checkpoint_id === id).flatMap(toManifestAnchor);
  const read = tileReader(database, session.org_id);
  const entries: SessionProof["entries"] = [];
  for (const { sequence, record } of await listSessionAuditEntries(database, session.id)) {
    if (sequence >= checkpoint.size) continue;
    entries.push({ record, inclusion: toProof(await proveInclusion(sequence, checkpoint.size, read)) });
  }
  return {
    log: { origin: checkpoint.origin, keys: await listVerifierKeys(database, checkpoint.origin) },
    entries,
    checkpoint: checkpoint.note,
    anchors: anchorsOf(checkpoint.id),
    earlier: await Promise.all(
      earlier.map(async ({ id, size, note }) => ({
        checkpoint: note,
        consistency: toProof(await proveConsistency(size, checkpoint.size, read)),
        anchors: anchorsOf(id),
      })),
    ),
  };
}

function toProof(hashes: readonly Hash[]): string[] {
  return hashes.map(toBase64);
}

/** Only what proves something already; a receipt without its attestation does, by the calendars' word. */
function toManifestAnchor(anchor: AnchorRow): ManifestAnchor[] {
  if (!anchor.token) return [];
  const bytes = anchor.token.toString("base64");
  if (anchor.kind === "opentimestamps") return [{ kind: "opentimestamps", proof: bytes, path: null }];
  const { authority, qualified, development } = anchor;
  return [{ kind: "rfc3161", authority, qualified, development, token: bytes, path: null }];
}
