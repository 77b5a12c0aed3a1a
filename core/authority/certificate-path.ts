import * as asn1js from "asn1js";
import * as pkijs from "pkijs";
import { certificateDer } from "./certificate.ts";
import { sameBytes } from "./hash-algorithm.ts";

/** Critical extensions that are understood here or by the callers; any other makes a path fail (RFC 5280, 4.2). */
const UNDERSTOOD = new Set(["2.5.29.14", "2.5.29.15", "2.5.29.17", "2.5.29.19", "2.5.29.32", "2.5.29.35", "2.5.29.37"]);
const KEY_CERT_SIGN = 0x04;

const MAX_INTERMEDIATES = 6;

/** Certificates come from strangers: without a limit, a few dozen that name each other as issuers take for ever. */
const MAX_SIGNATURE_CHECKS = 100;

export interface PathOptions {
  /** Certificates that may lie on the path; they are not trusted by themselves. */
  intermediates: readonly pkijs.Certificate[];
  /** The trust anchors. */
  roots: readonly pkijs.Certificate[];
  /** The moment at which every certificate of the path has to be valid. */
  at: Date;
}

/**
 * Finds the path from a certificate to a trusted root (RFC 5280, clause 6.1): names, signatures, validity, the right to
 * issue, path length, critical extensions. Name constraints and policies are not evaluated: where they are critical the
 * path fails. Revocation is not looked at.
 *
 * @returns the certificate, those above it, and the root; a certificate that is itself a root is all of its path. Null
 *   where there is none
 */
export function findPath(certificate: pkijs.Certificate, options: PathOptions): Promise<pkijs.Certificate[] | null> {
  return search(certificate, 0, { ...options, checksLeft: MAX_SIGNATURE_CHECKS });
}

/** @param intermediatesBelow how many certificates of authorities lie between this one and the path's first */
async function search(
  certificate: pkijs.Certificate,
  intermediatesBelow: number,
  options: PathOptions & { checksLeft: number },
): Promise<pkijs.Certificate[] | null> {
  if (!isValidAt(certificate, options.at) || hasUnknownCriticalExtension(certificate)) return null;
  if (options.roots.some((root) => isSame(root, certificate))) return [certificate];
  if (intermediatesBelow > MAX_INTERMEDIATES) return null;
  for (const issuer of [...options.roots, ...options.intermediates]) {
    if (!issuer.subject.isEqual(certificate.issuer) || !mayIssue(issuer, intermediatesBelow)) continue;
    if (options.checksLeft-- <= 0) return null;
    if (!(await isSignedBy(certificate, issuer))) continue;
    const rest = await search(issuer, intermediatesBelow + 1, options);
    if (rest) return [certificate, ...rest];
  }
  return null;
}

export function isSame(a: pkijs.Certificate, b: pkijs.Certificate): boolean {
  return sameBytes(certificateDer(a), certificateDer(b));
}

export function isValidAt(certificate: pkijs.Certificate, at: Date): boolean {
  return certificate.notBefore.value <= at && at <= certificate.notAfter.value;
}

/** Whether a certificate's signature is by another's key. */
export async function isSignedBy(certificate: pkijs.Certificate, issuer: pkijs.Certificate): Promise<boolean> {
  try {
    return await certificate.verify(issuer);
  } catch {
    // An algorithm that is not known, or a signature that is none: not a link of this path, for whatever reason.
    return false;
  }
}

/** A certificate's extension with this object identifier, or undefined where it has none. */
export function findExtension(certificate: pkijs.Certificate, oid: string): pkijs.Extension | undefined {
  return certificate.extensions?.find(({ extnID }) => extnID === oid);
}

/** The first byte of the key usage (RFC 5280, clause 4.2.1.3); all bits where there is none. */
export function keyUsage(certificate: pkijs.Certificate): number {
  const extension = findExtension(certificate, "2.5.29.15");
  if (!extension) return 0xff;
  const bits: unknown = extension.parsedValue;
  return bits instanceof asn1js.BitString ? (bits.valueBlock.valueHexView[0] ?? 0) : 0;
}

function hasUnknownCriticalExtension(certificate: pkijs.Certificate): boolean {
  return certificate.extensions?.some(({ critical, extnID }) => critical && !UNDERSTOOD.has(extnID)) ?? false;
}

function mayIssue(issuer: pkijs.Certificate, intermediatesBelow: number): boolean {
  const constraints: unknown = findExtension(issuer, "2.5.29.19")?.parsedValue;
  if (!(constraints instanceof pkijs.BasicConstraints) || !constraints.cA) return false;
  const { pathLenConstraint } = constraints;
  if (typeof pathLenConstraint === "number" && intermediatesBelow > pathLenConstraint) return false;
  return (keyUsage(issuer) & KEY_CERT_SIGN) !== 0;
}
