import { keyUsage } from "@nexbasira/core/authority/certificate-path.ts";
import { sameBytes } from "@nexbasira/core/authority/hash-algorithm.ts";
import * as asn1js from "asn1js";
import * as pkijs from "pkijs";
import { because, type Reason } from "../reasons.ts";
import { bytesOf, elementsOf, readDer, readOnce } from "./der.ts";
import type { RevocationStatement } from "./revocation.ts";

const CRL_SIGN = 0x02;
const DELTA = "2.5.29.27";
const DISTRIBUTION_POINT = "2.5.29.28";
const CERTIFICATE_ISSUER = "2.5.29.29";
const REASON = "2.5.29.21";
const EXPIRED_ON_LIST = "2.5.29.60";
/** In an issuing distribution point (RFC 5280, clause 5.2.5). */
const INDIRECT_TAG = 4;
/** Reason codes (clause 5.3.1). */
const HOLD = 6;
const REMOVED = 8;

/** With why it cannot say anything, where it cannot. */
const readList = readOnce((der) => {
  const list = new pkijs.CertificateRevocationList({ schema: readDer(der) });
  return { list, refused: refusalOf(list) };
});

/**
 * What a complete list of a certificate's issuer says of it (RFC 5280, clause 6.3); a reason where it cannot say anything,
 * and null where it is another issuer's. What says only a part, or speaks for others, is refused whole.
 */
export async function byRevocationList(
  der: Uint8Array,
  certificate: pkijs.Certificate,
  issuer: pkijs.Certificate,
): Promise<RevocationStatement | Reason | null> {
  const { list, refused } = readList(der);
  if (!list.issuer.isEqual(issuer.subject)) return null;
  if ((keyUsage(issuer) & CRL_SIGN) === 0 || !(await isSignedBy(list, issuer)))
    return because("revocation_other_issuer");
  if (refused) return refused;
  const from = list.thisUpdate.value;
  const until = list.nextUpdate?.value ?? null;
  const number = bytesOf(certificate.serialNumber);
  const entry = list.revokedCertificates?.find(({ userCertificate }) => sameBytes(bytesOf(userCertificate), number));
  if (!entry) {
    const keepsExpired = list.crlExtensions?.extensions.some(({ extnID }) => extnID === EXPIRED_ON_LIST) ?? false;
    if (from > certificate.notAfter.value && !keepsExpired) return because("crl_after_end");
    return { from, until, revokedAt: null, heldSince: null };
  }
  const reason = reasonOf(entry);
  if (reason === REMOVED) return because("crl_removed");
  const since = entry.revocationDate.value;
  return { from, until, revokedAt: reason === HOLD ? null : since, heldSince: reason === HOLD ? since : null };
}

/** The library's own check says no to extensions that it does not know, too, which is another reason. */
function isSignedBy(list: pkijs.CertificateRevocationList, issuer: pkijs.Certificate): Promise<boolean> {
  const { tbsView, signatureValue, signatureAlgorithm } = list;
  const key = issuer.subjectPublicKeyInfo;
  return pkijs.getCrypto(true).verifyWithPublicKey(Uint8Array.from(tbsView), signatureValue, key, signatureAlgorithm);
}

function refusalOf({ crlExtensions, revokedCertificates }: pkijs.CertificateRevocationList): Reason | null {
  const extensions = crlExtensions?.extensions ?? [];
  if (extensions.some(({ extnID }) => extnID === DELTA)) return because("crl_delta");
  const point = extensions.find(({ extnID }) => extnID === DISTRIBUTION_POINT);
  const parts = point ? elementsOf(readDer(point.extnValue.valueBlock.valueHexView)) : [];
  const ofEntries = (revokedCertificates ?? []).flatMap((each) => each.crlEntryExtensions?.extensions ?? []);
  if (
    parts.some(({ idBlock }) => idBlock.tagNumber === INDIRECT_TAG) ||
    ofEntries.some(({ extnID }) => extnID === CERTIFICATE_ISSUER)
  )
    return because("crl_indirect");
  return [...extensions, ...ofEntries].some(({ critical }) => critical) ? because("crl_partial") : null;
}

function reasonOf({ crlEntryExtensions }: pkijs.RevokedCertificate): number | null {
  const extension = crlEntryExtensions?.extensions.find(({ extnID }) => extnID === REASON);
  const reason = extension && readDer(extension.extnValue.valueBlock.valueHexView);
  return reason instanceof asn1js.Enumerated ? reason.valueBlock.valueDec : null;
}
