import { certificateDer, distinguishedName } from "@nexbasira/core/authority/certificate.ts";
import { sameBytes } from "@nexbasira/core/authority/hash-algorithm.ts";
import * as asn1js from "asn1js";
import * as pkijs from "pkijs";

/** Critical extensions that are looked at; any other makes a path fail (RFC 5280, clause 4.2). */
const UNDERSTOOD = new Set(["2.5.29.14", "2.5.29.15", "2.5.29.17", "2.5.29.19", "2.5.29.32", "2.5.29.35", "2.5.29.37"]);
const KEY_CERT_SIGN = 0x04;
const MAX_INTERMEDIATES = 6;
/** Without a limit a few dozen certificates that name each other as issuers take for ever. */
const MAX_CHECKS = 100;

export interface PathOptions {
  /** Certificates that may lie on the path; not trusted by themselves. */
  intermediates: readonly pkijs.Certificate[];
  roots: readonly pkijs.Certificate[];
  /** When all of them have to be valid. */
  at: Date;
}

/**
 * The path from a certificate to a root that the caller trusts, both included (RFC 5280, clause 6.1): names, signatures,
 * validity, the right to issue, path length, critical extensions. Revocation is not looked at. A reason where there is none.
 */
export async function findPath(
  certificate: pkijs.Certificate,
  options: PathOptions,
): Promise<{ path: pkijs.Certificate[] } | { reason: string }> {
  if (!isValidAt(certificate, options.at)) {
    const [from, to] = [certificate.notBefore.value, certificate.notAfter.value].map(shown);
    return { reason: `${nameOf(certificate)} is valid from ${from} to ${to}, not at ${shown(options.at)}` };
  }
  const path = await search(certificate, [], { ...options, checks: MAX_CHECKS });
  return path ? { path } : { reason: `it was issued by ${distinguishedName(certificate.issuer)}` };
}

async function search(
  certificate: pkijs.Certificate,
  below: readonly pkijs.Certificate[],
  options: PathOptions & { checks: number },
): Promise<pkijs.Certificate[] | null> {
  if (!isValidAt(certificate, options.at) || hasUnknownCritical(certificate)) return null;
  if (options.roots.some((root) => isSame(root, certificate))) return [...below, certificate];
  if (below.length > MAX_INTERMEDIATES) return null;
  for (const issuer of [...options.roots, ...options.intermediates]) {
    if (!issuer.subject.isEqual(certificate.issuer) || !mayIssue(issuer, below.length)) continue;
    if (options.checks-- <= 0) return null;
    if (!(await isSignedBy(certificate, issuer))) continue;
    const found = await search(issuer, [...below, certificate], options);
    if (found) return found;
  }
  return null;
}

export async function isSignedBy(certificate: pkijs.Certificate, issuer: pkijs.Certificate): Promise<boolean> {
  try {
    return await certificate.verify(issuer);
  } catch {
    // An algorithm that is not known, or a signature that is none: it is not a link of the path.
    return false;
  }
}

export function isSame(a: pkijs.Certificate, b: pkijs.Certificate): boolean {
  return sameBytes(certificateDer(a), certificateDer(b));
}

export function isValidAt(certificate: pkijs.Certificate, at: Date): boolean {
  return certificate.notBefore.value <= at && at <= certificate.notAfter.value;
}

/** Subject, as text for people. */
export function nameOf(certificate: pkijs.Certificate): string {
  return distinguishedName(certificate.subject);
}

export function shown(time: Date): string {
  return Number.isNaN(time.getTime()) ? "an unreadable time" : time.toISOString();
}

export function extensionOf(certificate: pkijs.Certificate, oid: string): pkijs.Extension | undefined {
  return certificate.extensions?.find(({ extnID }) => extnID === oid);
}

/** The first byte of the key usage (RFC 5280, clause 4.2.1.3); all bits where there is none. */
export function keyUsage(certificate: pkijs.Certificate): number {
  const extension = extensionOf(certificate, "2.5.29.15");
  if (!extension) return 0xff;
  const bits: unknown = extension.parsedValue;
  return bits instanceof asn1js.BitString ? (bits.valueBlock.valueHexView[0] ?? 0) : 0;
}

/** The extended key usages; none where there is no such extension. */
export function keyPurposes(certificate: pkijs.Certificate): { critical: boolean; purposes: readonly string[] } {
  const extension = extensionOf(certificate, "2.5.29.37");
  const usage: unknown = extension?.parsedValue;
  return {
    critical: extension?.critical ?? false,
    purposes: usage instanceof pkijs.ExtKeyUsage ? usage.keyPurposes : [],
  };
}

function hasUnknownCritical(certificate: pkijs.Certificate): boolean {
  return certificate.extensions?.some(({ critical, extnID }) => critical && !UNDERSTOOD.has(extnID)) ?? false;
}

function mayIssue(issuer: pkijs.Certificate, below: number): boolean {
  const constraints: unknown = extensionOf(issuer, "2.5.29.19")?.parsedValue;
  if (!(constraints instanceof pkijs.BasicConstraints) || !constraints.cA) return false;
  const { pathLenConstraint } = constraints;
  if (typeof pathLenConstraint === "number" && below > pathLenConstraint) return false;
  return (keyUsage(issuer) & KEY_CERT_SIGN) !== 0;
}
