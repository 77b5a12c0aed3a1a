import { findExtension, isSame, isValidAt, keyUsage } from "@nexbasira/core/authority/certificate-path.ts";
import * as asn1js from "asn1js";
import type * as pkijs from "pkijs";
import { explainPath, nameOf, shown } from "../cms/certificate-path.ts";
import { elementsOf, readDer } from "../cms/der.ts";
import { type RevocationData, revocationAt } from "../cms/revocation.ts";
import { type Finding, finding } from "../report.ts";
import { rootsFor, type Trust, wasGranted } from "../trust.ts";
import type { HoldingSignature } from "./check-signatures.ts";

/** Digital signature and non-repudiation, of which a signer's certificate has to allow one. */
const SIGNING = 0xc0;
/**
 * By these a certificate says that there is no revocation of it to ask about: short-lived (ETSI EN 319 412-1, clause
 * 5.2), no information available (RFC 9608), or a responder's own (RFC 6960, clause 4.2.2.2.1).
 */
const NEVER_REVOKED = ["0.4.0.194121.2.1", "2.5.29.56", "1.3.6.1.5.5.7.48.1.5"];
const QC_STATEMENTS = "1.3.6.1.5.5.7.1.3";
const QC_COMPLIANCE = "0.4.0.1862.1.1";
const QC_DEVICE = "0.4.0.1862.1.4";

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
    else findings.push(finding(verdict, "signer_not_trusted", { signer, reason: found.reason }));
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
    else findings.push(finding("unknown", "revocation_unknown", { subject }));
  }
  return findings;
}

/** Whether the trusted lists prove that a signature is qualified (Regulation 910/2014, articles 3 (12) and 32). */
export function judgeQualified(signer: JudgedSigner, certificate: pkijs.Certificate, trust: Trust, at: Date): Finding {
  const unknown = (reason: string) => finding("unknown", "not_qualified", { reason });
  const services = trust.services.filter(({ kind }) => kind === "CA/QC");
  if (services.length === 0) return unknown("you gave no trusted list");
  const issuers = signer.path?.slice(1) ?? [];
  const service = services.find(
    (each) => wasGranted(each, at) && issuers.some((issuer) => isSame(issuer, each.certificate)),
  );
  if (!service) return unknown("its issuer is not a qualified service of these lists");
  const statements = qcStatements(certificate);
  if (!statements.includes(QC_COMPLIANCE)) return unknown("its certificate does not say that it is qualified");
  if (!statements.includes(QC_DEVICE))
    return unknown("its certificate does not say that the key is in a qualified device");
  if (signer.findings.some(({ verdict }) => verdict !== "yes")) return unknown("who signed is not proven");
  return finding("yes", "qualified_signature", { signer: nameOf(certificate) });
}

function qcStatements(certificate: pkijs.Certificate): string[] {
  const extension = findExtension(certificate, QC_STATEMENTS);
  if (!extension) return [];
  try {
    return elementsOf(readDer(extension.extnValue.valueBlock.valueHexView)).flatMap((each) => {
      const [id] = elementsOf(each);
      return id instanceof asn1js.ObjectIdentifier ? [id.getValue()] : [];
    });
  } catch {
    // An extension that cannot be read says nothing.
    return [];
  }
}
