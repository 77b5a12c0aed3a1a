import { distinguishedName } from "@nexbasira/core/authority/certificate.ts";
import { findPath, isValidAt, type PathOptions } from "@nexbasira/core/authority/certificate-path.ts";
import type * as pkijs from "pkijs";
import { Refused } from "./refused.ts";

/**
 * The path from a certificate to a trusted root, both included.
 *
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
  const path = await findPath(certificate, options);
  if (!path) throw new Refused(`no path leads from the certificate of ${subject} to a trusted root`);
  return path;
}
