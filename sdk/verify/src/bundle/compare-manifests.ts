import type { EvidenceManifest } from "@nexbasira/core/contract/evidence-manifest.ts";
import { type Finding, finding } from "../report.ts";

/**
 * What the signed document's manifest says has to be in the bundle's, which was made later and is signed by nobody: the
 * same session, the same log, its entries from the first on, its items with the same hashes.
 */
export function compareManifests(signed: EvidenceManifest, bundled: EvidenceManifest): Finding[] {
  const findings: Finding[] = [];
  const differs = (what: string) => findings.push(finding("no", "manifest_differs", { what }));
  if (signed.session.id !== bundled.session.id || signed.session.reference !== bundled.session.reference)
    differs("the session");
  if (signed.session.organization.id !== bundled.session.organization.id) differs("the organization");
  if (signed.log.origin !== bundled.log.origin) differs("the log");
  for (const [index, { record }] of signed.entries.entries())
    if (bundled.entries[index]?.record !== record) {
      differs(`entry ${index}`);
      break;
    }
  for (const list of ["items", "recordings", "participant_signatures"] as const) {
    const hashes = new Map(bundled[list].map(({ id, sha256 }) => [id, sha256]));
    for (const { id, sha256 } of signed[list]) if (!hashes.has(id) || hashes.get(id) !== sha256) differs(id);
  }
  return findings;
}
