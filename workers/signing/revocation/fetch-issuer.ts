import { isSignedBy } from "@nexbasira/core/authority/certificate-path.ts";
import { readRevocationAddresses } from "@nexbasira/core/authority/revocation-extensions.ts";
import { Retryable } from "@nexbasira/core/contract/errors.ts";
import * as pkijs from "pkijs";
import { fetchLimited, type GuardedWay } from "../fetch-limited.ts";

/** In bytes. */
const SIZE_LIMIT = 64 * 1024;
const MAX_ADDRESSES = 3;

/**
 * The certificate of a certificate's issuer, from where the certificate says that it is (RFC 5280, clause 4.2.2.1, a
 * single one in DER). Null where it is not to be had there, or is not the issuer's.
 */
export async function fetchIssuer(certificate: pkijs.Certificate, way: GuardedWay): Promise<pkijs.Certificate | null> {
  for (const url of readRevocationAddresses(certificate).issuers.slice(0, MAX_ADDRESSES)) {
    const issuer = await fetchCertificate(url, way);
    if (issuer?.subject.isEqual(certificate.issuer) && (await isSignedBy(certificate, issuer))) return issuer;
  }
  return null;
}

async function fetchCertificate(url: string, way: GuardedWay): Promise<pkijs.Certificate | null> {
  try {
    return pkijs.Certificate.fromBER(await fetchLimited({ url, who: "The authority", way, sizeLimit: SIZE_LIMIT }));
  } catch (error) {
    // Not there now, or in another form (PKCS#7, PEM): the caller goes without it.
    if (error instanceof Retryable || error instanceof Error) return null;
    throw error;
  }
}
