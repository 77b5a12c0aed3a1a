import { distinguishedName } from "@nexbasira/core/authority/certificate.ts";
import { findExtension } from "@nexbasira/core/authority/certificate-path.ts";
import { sameBytes } from "@nexbasira/core/authority/hash-algorithm.ts";
import { KEY_USAGE } from "@nexbasira/core/authority/issue-certificate.ts";
import { REVOCATION } from "@nexbasira/core/authority/revocation-extensions.ts";
import * as asn1js from "asn1js";
import * as pkijs from "pkijs";
import { Refused } from "../refused.ts";
import { isSignedWith } from "./is-signed-with.ts";
import { type AgeLimits, checkTimes, type RevocationAnswer } from "./revocation-answer.ts";

const DAY_MS = 24 * 3600_000;
/**
 * As long as the CA/Browser Forum's baseline requirements (clause 4.9.10) let an answer hold: ten days about a
 * subscriber's certificate, twelve months about an authority's. RFC 5019, clause 4 and RFC 6960, clause 4.4.1 leave it to
 * the client how old an answer without its nonce may be.
 */
const AGE_LIMITS: AgeLimits = { withoutEnd: DAY_MS, atMost: 10 * DAY_MS };
const AGE_LIMITS_OF_AUTHORITIES: AgeLimits = { withoutEnd: DAY_MS, atMost: 366 * DAY_MS };

/** Names of the issuer in an answer may be made by any of these: they are looked up, nothing rests on them. */
const CERT_ID_HASHES: Readonly<Record<string, string>> = {
  "1.3.14.3.2.26": "SHA-1",
  "2.16.840.1.101.3.4.2.1": "SHA-256",
  "2.16.840.1.101.3.4.2.2": "SHA-384",
  "2.16.840.1.101.3.4.2.3": "SHA-512",
};

export interface ExpectedOcspAnswer {
  certificate: pkijs.Certificate;
  issuer: pkijs.Certificate;
  /** The nonce that was sent: an answer with another is refused; null where none was, as for an embedded answer. */
  nonce: Uint8Array | null;
  /** The moment for which the answer has to be a present one; null for whichever moment it was made at. */
  at: Date | null;
}

/**
 * Checks an OCSPResponse (RFC 6960, clauses 3.2 and 4.2): that it is about this certificate, signed by its issuer or by
 * a responder that the issuer has delegated to, of the right time, and with the nonce that was sent, if it has one:
 * many authorities prepare their answers and cannot know it (RFC 5019, clause 4; RFC 9654, clause 2.1), and then the
 * times alone decide.
 *
 * @throws Refused with the first thing that does not hold; also for a certificate that the responder does not know
 */
export async function checkOcspResponse(
  der: Uint8Array<ArrayBuffer>,
  expected: ExpectedOcspAnswer,
): Promise<RevocationAnswer> {
  const basic = readBasicResponse(der);
  const { tbsResponseData: data } = basic;
  if (data.responseExtensions?.some(({ critical, extnID }) => critical && extnID !== REVOCATION.nonce)) {
    throw new Refused("it has a critical extension that is not known");
  }
  const single = await findSingleResponse(data.responses, expected);
  const times = { thisUpdate: single.thisUpdate, nextUpdate: single.nextUpdate ?? null };
  checkTimes(
    times,
    expected.at ?? data.producedAt,
    isAuthority(expected.certificate) ? AGE_LIMITS_OF_AUTHORITIES : AGE_LIMITS,
  );
  if (data.producedAt < single.thisUpdate) throw new Refused("it was made before what it says was known");
  checkNonce(data, expected.nonce);
  const signer = await findSigner(basic, expected.issuer);
  return {
    kind: "ocsp",
    der,
    revoked: readStatus(single.certStatus),
    ...times,
    delegate: signer === expected.issuer ? null : signer,
  };
}

function isAuthority(certificate: pkijs.Certificate): boolean {
  const constraints: unknown = findExtension(certificate, "2.5.29.19")?.parsedValue;
  return constraints instanceof pkijs.BasicConstraints && constraints.cA;
}

function readBasicResponse(der: Uint8Array<ArrayBuffer>): pkijs.BasicOCSPResponse {
  const response = parse(der, (schema) => new pkijs.OCSPResponse({ schema }));
  const status = response.responseStatus.valueBlock.valueDec;
  if (status !== 0) throw new Refused(`the responder gives no answer but the status ${status}`);
  if (response.responseBytes?.responseType !== REVOCATION.basicOcspResponse) {
    throw new Refused("its type is not the basic one");
  }
  const bytes = new Uint8Array(response.responseBytes.response.getValue());
  return parse(bytes, (schema) => new pkijs.BasicOCSPResponse({ schema }));
}

function parse<T>(der: Uint8Array<ArrayBuffer>, read: (schema: asn1js.AsnType) => T): T {
  try {
    const { result, offset } = asn1js.fromBER(der);
    if (offset !== der.length) throw new Error("bytes before or after it");
    return read(result);
  } catch (cause) {
    // Whatever the ASN.1 reader says of bytes that are no such answer: an error page, half an answer.
    throw new Refused("it is not an OCSP response", { cause });
  }
}

async function findSingleResponse(
  responses: readonly pkijs.SingleResponse[],
  { certificate, issuer }: ExpectedOcspAnswer,
): Promise<pkijs.SingleResponse> {
  for (const response of responses) {
    const { certID, singleExtensions } = response;
    if (!sameBytes(certID.serialNumber.valueBlock.valueHexView, certificate.serialNumber.valueBlock.valueHexView)) {
      continue;
    }
    if (!(await isIdOf(certID, issuer))) continue;
    if (singleExtensions?.some(({ critical }) => critical)) {
      throw new Refused("it has a critical extension that is not known");
    }
    return response;
  }
  throw new Refused(`it is not about the certificate of ${distinguishedName(certificate.subject)}`);
}

async function isIdOf(certId: pkijs.CertID, issuer: pkijs.Certificate): Promise<boolean> {
  const hash = CERT_ID_HASHES[certId.hashAlgorithm.algorithmId];
  if (!hash) return false;
  const expected = await pkijs.CertID.create(issuer, { hashAlgorithm: hash, issuerCertificate: issuer });
  return (
    sameBytes(new Uint8Array(expected.issuerNameHash.getValue()), new Uint8Array(certId.issuerNameHash.getValue())) &&
    sameBytes(new Uint8Array(expected.issuerKeyHash.getValue()), new Uint8Array(certId.issuerKeyHash.getValue()))
  );
}

function checkNonce({ responseExtensions }: pkijs.ResponseData, nonce: Uint8Array | null): void {
  if (nonce === null) return;
  const extension = responseExtensions?.find(({ extnID }) => extnID === REVOCATION.nonce);
  if (!extension) return;
  const value: unknown = asn1js.fromBER(extension.extnValue.valueBlock.valueHexView).result;
  if (value instanceof asn1js.OctetString && sameBytes(new Uint8Array(value.getValue()), nonce)) return;
  throw new Refused("its nonce is not the one that was sent");
}

/** The certificate whose key signed it: the issuer's, or one that the issuer gave its responder for just that. */
async function findSigner(
  { certs = [], tbsResponseData, signature, signatureAlgorithm }: pkijs.BasicOCSPResponse,
  issuer: pkijs.Certificate,
): Promise<pkijs.Certificate> {
  const signed = { data: tbsResponseData.tbsView, signature, algorithm: signatureAlgorithm };
  for (const candidate of [issuer, ...certs.slice(0, 10)]) {
    if (!(await isResponder(tbsResponseData.responderID, candidate)) || !(await isSignedWith(signed, candidate))) {
      continue;
    }
    if (candidate === issuer || candidate.serialNumber.isEqual(issuer.serialNumber)) return issuer;
    await checkDelegate(candidate, issuer, tbsResponseData.producedAt);
    return candidate;
  }
  throw new Refused("its signature is not by the responder that it names");
}

async function isResponder(responderId: unknown, candidate: pkijs.Certificate): Promise<boolean> {
  if (responderId instanceof pkijs.RelativeDistinguishedNames) return candidate.subject.isEqual(responderId);
  if (!(responderId instanceof asn1js.OctetString)) return false;
  return sameBytes(new Uint8Array(responderId.getValue()), new Uint8Array(await candidate.getKeyHash()));
}

/** RFC 6960, clause 4.2.2.2: issued by the very authority in question, for signing such answers. */
async function checkDelegate(delegate: pkijs.Certificate, issuer: pkijs.Certificate, at: Date): Promise<void> {
  const signed = { data: delegate.tbsView, signature: delegate.signatureValue, algorithm: delegate.signatureAlgorithm };
  if (!delegate.issuer.isEqual(issuer.subject) || !(await isSignedWith(signed, issuer))) {
    throw new Refused("its responder was not delegated to by the certificate's issuer");
  }
  const purposes: unknown = findExtension(delegate, "2.5.29.37")?.parsedValue;
  if (!(purposes instanceof pkijs.ExtKeyUsage) || !purposes.keyPurposes.includes(REVOCATION.ocspSigning)) {
    throw new Refused("its responder's certificate is not for signing OCSP answers");
  }
  const usage: unknown = findExtension(delegate, "2.5.29.15")?.parsedValue;
  if (usage instanceof asn1js.BitString) {
    const [bits = 0] = usage.valueBlock.valueHexView;
    if ((bits & KEY_USAGE.digitalSignature) === 0) throw new Refused("its responder's certificate is not for signing");
  }
  if (at < delegate.notBefore.value || at > delegate.notAfter.value) {
    throw new Refused("its responder's certificate was not valid when it was made");
  }
}

/** CertStatus: good [0], revoked [1], unknown [2]. */
function readStatus(status: unknown): RevocationAnswer["revoked"] {
  if (!(status instanceof asn1js.BaseBlock) || status.idBlock.tagClass !== 3) throw new Refused("it has no status");
  if (status.idBlock.tagNumber === 0) return null;
  if (status.idBlock.tagNumber !== 1) throw new Refused("the responder does not know the certificate");
  const [time, reason] = status instanceof asn1js.Constructed ? status.valueBlock.value : [];
  if (!(time instanceof asn1js.GeneralizedTime)) throw new Refused("it does not say when the certificate was revoked");
  const [code] = reason instanceof asn1js.Constructed ? reason.valueBlock.value : [];
  return { at: time.toDate(), reason: code instanceof asn1js.Enumerated ? code.valueBlock.valueDec : null };
}
