import type { EvidenceManifest } from "@nexbasira/core/contract/evidence-manifest.ts";
import { because, type Reason } from "../reasons.ts";
import { type Finding, finding } from "../report.ts";

/**
 * What the signed document's manifest says has to be in the bundle's, which was made later and is signed by nobody: the
 * same session, the same log, its entries from the first on, its items with the same hashes.
 */
export function compareManifests(signed: EvidenceManifest, bundled: EvidenceManifest): Finding[] {
  const findings: Finding[] = [];
  const differs = (reason: Reason) => findings.push(finding("no", "manifest_differs", {}, reason));
  if (signed.session.id !== bundled.session.id || signed.session.reference !== bundled.session.reference)
    differs(because("other_session"));
  if (signed.session.organization.id !== bundled.session.organization.id) differs(because("other_organization"));
  if (signed.log.origin !== bundled.log.origin) differs(because("other_log_named"));
  for (const [index, { record }] of signed.entries.entries())
    if (bundled.entries[index]?.record !== record) {
      differs(because("other_entry", { index: String(index) }));
      break;
    }
  for (const list of ["items", "recordings", "participant_signatures"] as const) {
    const hashes = new Map(bundled[list].map(({ id, sha256 }) => [id, sha256]));
    for (const { id, sha256 } of signed[list])
      if (!hashes.has(id) || hashes.get(id) !== sha256) differs(because("other_item", { id }));
  }
  return findings;
}
