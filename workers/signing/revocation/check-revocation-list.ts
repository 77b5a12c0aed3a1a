import { distinguishedName } from "@nexbasira/core/authority/certificate.ts";
import { REVOCATION } from "@nexbasira/core/authority/revocation-extensions.ts";
import * as asn1js from "asn1js";
import * as pkijs from "pkijs";
import { Refused } from "../refused.ts";
import { isSignedWith } from "./is-signed-with.ts";
import { type AgeLimits, checkTimes, type RevocationAnswer } from "./revocation-answer.ts";

const DAY_MS = 24 * 3600_000;
/** Authorities that are kept offline publish theirs once a year. */
const AGE_LIMITS: AgeLimits = { withoutEnd: 7 * DAY_MS, atMost: 366 * DAY_MS };

export interface ExpectedList {
  certificate: pkijs.Certificate;
  issuer: pkijs.Certificate;
  /** The moment for which the list has to be the present one; null for whichever moment it was made at. */
  at: Date | null;
}

/**
 * Checks a revocation list (RFC 5280, clause 6.3): complete, of the certificate's own issuer and signed by it, and of
 * the right time. Lists of changes, of another issuer or of some certificates only are refused.
 *
 * @throws Refused with the first thing that does not hold
 */
export async function checkRevocationList(
  der: Uint8Array<ArrayBuffer>,
  { certificate, issuer, at }: ExpectedList,
): Promise<RevocationAnswer> {
  const list = parse(der);
  if (!list.issuer.isEqual(issuer.subject)) throw new Refused("it is not of the certificate's issuer");
  const { signatureValue: signature, signatureAlgorithm: algorithm } = list;
  if (!(await isSignedWith({ data: list.tbsView, signature, algorithm }, issuer))) {
    throw new Refused(`its signature is not by ${distinguishedName(issuer.subject)}`);
  }
  for (const { extnID, critical } of list.crlExtensions?.extensions ?? []) {
    const isPartial = extnID === REVOCATION.deltaCrl || extnID === REVOCATION.issuingDistributionPoint;
    if (isPartial || critical) throw new Refused("it is not a complete list, or has a critical extension");
  }
  const times = { thisUpdate: list.thisUpdate.value, nextUpdate: list.nextUpdate?.value ?? null };
  checkTimes(times, at ?? times.thisUpdate, AGE_LIMITS);
  const entry = list.revokedCertificates?.find(({ userCertificate }) =>
    userCertificate.isEqual(certificate.serialNumber),
  );
  return {
    kind: "crl",
    der,
    revoked: entry ? { at: entry.revocationDate.value, reason: readReason(entry) } : null,
    ...times,
    delegate: null,
  };
}

function parse(der: Uint8Array<ArrayBuffer>): pkijs.CertificateRevocationList {
  try {
    const { result, offset } = asn1js.fromBER(der);
    if (offset !== der.length) throw new Error("bytes before or after it");
    return new pkijs.CertificateRevocationList({ schema: result });
  } catch (cause) {
    // Whatever the ASN.1 reader says of bytes that are no list.
    throw new Refused("it is not a revocation list", { cause });
  }
}

function readReason({ crlEntryExtensions }: pkijs.RevokedCertificate): number | null {
  const extension = crlEntryExtensions?.extensions.find(({ extnID }) => extnID === REVOCATION.reasonCode);
  if (!extension) return null;
  const { result } = asn1js.fromBER(extension.extnValue.valueBlock.valueHexView);
  return result instanceof asn1js.Enumerated ? result.valueBlock.valueDec : null;
}
