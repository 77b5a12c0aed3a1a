import * as asn1js from "asn1js";
import * as pkijs from "pkijs";
import { certificateDer } from "./certificate.ts";
import { REVOCATION } from "./revocation-extensions.ts";
import { type SigningKey, signatureAlgorithmIdentifier } from "./signing-key.ts";

/** How long an answer holds: as long as a client without a nonce may go on using it. */
const VALIDITY_MS = 3600_000;
const MAX_REQUESTS = 20;

/** RFC 6960, clause 4.2.1. */
const RESPONSE_STATUS = { successful: 0, malformedRequest: 1 } as const;

export type RevocationStatus = "good" | "unknown" | { revokedAt: Date };

export interface OcspAuthority {
  /** The responder's key, its certificate delegated by the issuer; the first of its chain is the issuer. */
  responder: SigningKey;
  /** What is known of the issuer's certificate with this serial number. */
  statusOf(serialNumber: bigint): RevocationStatus;
}

/**
 * Answers an OCSPRequest as an issuer's delegated responder does (RFC 6960): signed by a key of its own, with the nonce
 * that was sent. Never throws because of the request.
 *
 * @param requestDer the body of a POST with the media type application/ocsp-request
 * @returns the DER of an OCSPResponse, to be sent as application/ocsp-response
 */
export async function answerOcspRequest(
  authority: OcspAuthority,
  requestDer: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  const request = parseRequest(requestDer);
  const asked = request?.tbsRequest.requestList ?? [];
  if (!request || asked.length === 0 || asked.length > MAX_REQUESTS)
    return encode(RESPONSE_STATUS.malformedRequest, null);
  const { responder } = authority;
  const [issuer] = responder.chain;
  if (!issuer) throw new Error("The responder's issuer is not known");
  const now = new Date(Math.floor(Date.now() / 1000) * 1000);
  const responses = await Promise.all(
    asked.map(async ({ reqCert }) => {
      const status = (await isAbout(reqCert, issuer)) ? authority.statusOf(reqCert.serialNumber.toBigInt()) : "unknown";
      return new pkijs.SingleResponse({
        certID: reqCert,
        certStatus: encodeStatus(status),
        thisUpdate: now,
        nextUpdate: new Date(now.getTime() + VALIDITY_MS),
      });
    }),
  );
  const nonce = request.tbsRequest.requestExtensions?.find(({ extnID }) => extnID === REVOCATION.nonce);
  const data = new pkijs.ResponseData({
    responderID: responder.certificate.subject,
    producedAt: now,
    responses,
    ...(nonce && { responseExtensions: [nonce] }),
  });
  return encode(RESPONSE_STATUS.successful, await signResponse(data, responder));
}

async function signResponse(data: pkijs.ResponseData, { certificate, algorithm, sign }: SigningKey) {
  const tbs = new Uint8Array(data.toSchema(true).toBER());
  const basic = new asn1js.Sequence({
    value: [
      asn1js.fromBER(tbs).result,
      signatureAlgorithmIdentifier(algorithm).toSchema(),
      new asn1js.BitString({ valueHex: await sign(tbs) }),
      new asn1js.Constructed({
        idBlock: { tagClass: 3, tagNumber: 0 },
        value: [new asn1js.Sequence({ value: [asn1js.fromBER(certificateDer(certificate)).result] })],
      }),
    ],
  });
  return new Uint8Array(basic.toBER());
}

function parseRequest(der: Uint8Array<ArrayBuffer>): pkijs.OCSPRequest | null {
  try {
    const { result, offset } = asn1js.fromBER(der);
    return offset === der.length ? new pkijs.OCSPRequest({ schema: result }) : null;
  } catch {
    // Whatever the ASN.1 reader says of bytes that are no request.
    return null;
  }
}

/** Whether the one who is asked about has this issuer, by the hash function that the client chose. */
async function isAbout(certId: pkijs.CertID, issuer: pkijs.Certificate): Promise<boolean> {
  const hash = CERT_ID_HASHES[certId.hashAlgorithm.algorithmId];
  if (!hash) return false;
  const [name, key] = await Promise.all([
    crypto.subtle.digest(hash, issuer.subject.toSchema().toBER()),
    crypto.subtle.digest(hash, issuer.subjectPublicKeyInfo.subjectPublicKey.valueBlock.valueHexView.slice()),
  ]);
  return (
    Buffer.from(name).equals(Buffer.from(certId.issuerNameHash.getValue())) &&
    Buffer.from(key).equals(Buffer.from(certId.issuerKeyHash.getValue()))
  );
}

/** Hash functions by which a request may name the issuer: it is a name to be looked up, so SHA-1 does no harm. */
const CERT_ID_HASHES: Readonly<Record<string, string>> = {
  "1.3.14.3.2.26": "SHA-1",
  "2.16.840.1.101.3.4.2.1": "SHA-256",
};

function encodeStatus(status: RevocationStatus): asn1js.AsnType {
  if (status === "good") return new asn1js.Primitive({ idBlock: { tagClass: 3, tagNumber: 0 } });
  if (status === "unknown") return new asn1js.Primitive({ idBlock: { tagClass: 3, tagNumber: 2 } });
  return new asn1js.Constructed({
    idBlock: { tagClass: 3, tagNumber: 1 },
    value: [new asn1js.GeneralizedTime({ valueDate: status.revokedAt })],
  });
}

function encode(status: number, basic: Uint8Array<ArrayBuffer> | null): Uint8Array<ArrayBuffer> {
  const value: asn1js.AsnType[] = [new asn1js.Enumerated({ value: status })];
  if (basic) {
    const bytes = new asn1js.Sequence({
      value: [
        new asn1js.ObjectIdentifier({ value: REVOCATION.basicOcspResponse }),
        new asn1js.OctetString({ valueHex: basic }),
      ],
    });
    value.push(new asn1js.Constructed({ idBlock: { tagClass: 3, tagNumber: 0 }, value: [bytes] }));
  }
  return new Uint8Array(new asn1js.Sequence({ value }).toBER());
}
