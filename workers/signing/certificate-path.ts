import { certificateDer, distinguishedName } from "@nexbasira/core/authority/certificate.ts";
import { sameBytes } from "@nexbasira/core/authority/hash-algorithm.ts";
import * as asn1js from "asn1js";
import * as pkijs from "pkijs";
import { Refused } from "./refused.ts";

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
 * @returns the certificate, those above it, and the root; a certificate that is itself a root is all of its path
 * @throws Refused where there is none
 */
export async function findCertificatePath(
  certificate: pkijs.Certificate,
  options: PathOptions,
): Promise<pkijs.Certificate[]> {
  const subject = distinguishedName(certificate.subject);
  if (!isValidAt(certificate, options.at)) {
    throw new Refused(
      `the certificate of ${subject} is valid from ${certificate.notBefore.value.toISOString()} to ` +
        `${certificate.notAfter.value.toISOString()}, not at ${options.at.toISOString()}`,
    );
  }
  const path = await findPath(certificate, 0, { ...options, checksLeft: MAX_SIGNATURE_CHECKS });
  if (!path) throw new Refused(`no path leads from the certificate of ${subject} to a trusted root`);
  return path;
}

interface Search extends PathOptions {
  checksLeft: number;
}

/** @param intermediatesBelow how many certificates of authorities lie between this one and the path's first */
async function findPath(
  certificate: pkijs.Certificate,
  intermediatesBelow: number,
  search: Search,
): Promise<pkijs.Certificate[] | null> {
  if (!isValidAt(certificate, search.at) || hasUnknownCriticalExtension(certificate)) return null;
  if (search.roots.some((root) => sameBytes(certificateDer(root), certificateDer(certificate)))) return [certificate];
  if (intermediatesBelow > MAX_INTERMEDIATES) return null;
  for (const issuer of [...search.roots, ...search.intermediates]) {
    if (!issuer.subject.isEqual(certificate.issuer) || !mayIssue(issuer, intermediatesBelow)) continue;
    if (search.checksLeft-- <= 0) return null;
    if (!(await isSignedBy(certificate, issuer))) continue;
    const rest = await findPath(issuer, intermediatesBelow + 1, search);
    if (rest) return [certificate, ...rest];
  }
  return null;
}

function isValidAt(certificate: pkijs.Certificate, at: Date): boolean {
  return certificate.notBefore.value <= at && at <= certificate.notAfter.value;
}

function hasUnknownCriticalExtension(certificate: pkijs.Certificate): boolean {
  return certificate.extensions?.some(({ critical, extnID }) => critical && !UNDERSTOOD.has(extnID)) ?? false;
}

function mayIssue(issuer: pkijs.Certificate, intermediatesBelow: number): boolean {
  const constraints: unknown = findExtension(issuer, "2.5.29.19")?.parsedValue;
  if (!(constraints instanceof pkijs.BasicConstraints) || !constraints.cA) return false;
  const { pathLenConstraint } = constraints;
  if (typeof pathLenConstraint === "number" && intermediatesBelow > pathLenConstraint) return false;
  const usage = findExtension(issuer, "2.5.29.15");
  if (!usage) return true;
  const bits: unknown = usage.parsedValue;
  return bits instanceof asn1js.BitString && ((bits.valueBlock.valueHexView[0] ?? 0) & KEY_CERT_SIGN) !== 0;
}

/** A certificate's extension with this object identifier, or undefined where it has none. */
export function findExtension(certificate: pkijs.Certificate, oid: string): pkijs.Extension | undefined {
  return certificate.extensions?.find(({ extnID }) => extnID === oid);
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
