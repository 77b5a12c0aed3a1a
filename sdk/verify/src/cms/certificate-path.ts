import { distinguishedName } from "@nexbasira/core/authority/certificate.ts";
import { findExtension, findPath, isValidAt, type PathOptions } from "@nexbasira/core/authority/certificate-path.ts";
import * as pkijs from "pkijs";
import { because, type Reason } from "../reasons.ts";

/** The path from a certificate to a root that the caller trusts, both included; a reason where there is none. */
export async function explainPath(
  certificate: pkijs.Certificate,
  options: PathOptions,
): Promise<{ path: pkijs.Certificate[] } | { reason: Reason }> {
  if (!isValidAt(certificate, options.at)) {
    const from = shown(certificate.notBefore.value);
    const to = shown(certificate.notAfter.value);
    const subject = nameOf(certificate);
    return { reason: because("not_valid_then", { subject, from, to, time: shown(options.at) }) };
  }
  const path = await findPath(certificate, options);
  return path ? { path } : { reason: because("issued_by", { issuer: distinguishedName(certificate.issuer) }) };
}

/** Subject, as text for people. */
export function nameOf(certificate: pkijs.Certificate): string {
  return distinguishedName(certificate.subject);
}

export function shown(time: Date): string {
  return Number.isNaN(time.getTime()) ? "an unreadable time" : time.toISOString();
}

/** The extended key usages; none where there is no such extension. */
export function keyPurposes(certificate: pkijs.Certificate): { critical: boolean; purposes: readonly string[] } {
  const extension = findExtension(certificate, "2.5.29.37");
  const usage: unknown = extension?.parsedValue;
  return {
    critical: extension?.critical ?? false,
    purposes: usage instanceof pkijs.ExtKeyUsage ? usage.keyPurposes : [],
  };
}
