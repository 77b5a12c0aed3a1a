import { findExtension, isValidAt, keyUsage } from "@nexbasira/core/authority/certificate-path.ts";
import type * as pkijs from "pkijs";
import { explainPath, nameOf, shown } from "../cms/certificate-path.ts";
import { type RevocationData, revocationAt } from "../cms/revocation.ts";
import { type Finding, finding } from "../report.ts";
import { rootsFor, type Trust } from "../trust.ts";
import type { HoldingSignature } from "./check-signatures.ts";

/** Digital signature and non-repudiation, of which a signer's certificate has to allow one. */
const SIGNING = 0xc0;
/**
 * By these a certificate says that there is no revocation of it to ask about: short-lived (ETSI EN 319 412-1, clause
 * 5.2), no information available (RFC 9608), or a responder's own (RFC 6960, clause 4.2.2.2.1).
 */
const NEVER_REVOKED = ["0.4.0.194121.2.1", "2.5.29.56", "1.3.6.1.5.5.7.48.1.5"];

export interface JudgedSigner {
  findings: Finding[];
  path: pkijs.Certificate[] | null;
}

/** Who signed, at the time at which it is proven to have been: the path, the certificate's purpose, revocation. */
export async function judgeSigner(
  { message }: HoldingSignature,
  {
    trust,
    data,
    intermediates,
    at,
  }: { trust: Trust; data: RevocationData; intermediates: readonly pkijs.Certificate[]; at: Date },
): Promise<JudgedSigner> {
  const { certificate, certificates } = message;
  const signer = nameOf(certificate);
  const findings: Finding[] = [];
  if ((keyUsage(certificate) & SIGNING) === 0) findings.push(finding("no", "signer_usage", { subject: signer }));
  const roots = rootsFor(trust, "CA/QC", at);
  const found = await explainPath(certificate, { intermediates: [...certificates, ...intermediates], roots, at });
  if ("reason" in found) {
    // That nobody vouches whom the caller knows is no proof that somebody else did not; a certificate that was not
    // valid then is.
    const verdict = isValidAt(certificate, at) ? "unknown" : "no";
    if (roots.length === 0) findings.push(finding("unknown", "no_roots"));
    else findings.push(finding(verdict, "signer_not_trusted", { signer }, found.reason));
    return { findings, path: null };
  }
  const { path } = found;
  const root = path.at(-1);
  if (root) findings.push(finding("yes", "signer_trusted", { signer, root: nameOf(root) }));
  findings.push(...(await judgeRevocation(path, data, at)));
  return { findings, path };
}

/** Every certificate of a path but its root: not revoked at a time, by what the file brings. */
export async function judgeRevocation(
  path: readonly pkijs.Certificate[],
  data: RevocationData,
  at: Date,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const [i, certificate] of path.slice(0, -1).entries()) {
    const issuer = path[i + 1];
    const subject = nameOf(certificate);
    if (!issuer || NEVER_REVOKED.some((oid) => findExtension(certificate, oid))) continue;
    const found = await revocationAt(certificate, issuer, data, at);
    if (found.status === "good") findings.push(finding("yes", "not_revoked", { subject, time: shown(at) }));
    else if (found.status === "revoked") findings.push(finding("no", "revoked", { subject, time: shown(found.at) }));
    else findings.push(finding("unknown", "revocation_unknown", { subject }, found.reason));
  }
  return findings;
}
