import * as asn1js from "asn1js";
import * as pkijs from "pkijs";
import { certificateDer } from "./certificate.ts";
import { digest, HASH_ALGORITHMS } from "./hash-algorithm.ts";
import { type SigningKey, signatureAlgorithmIdentifier } from "./signing-key.ts";

/** Object identifiers of CMS (RFC 5652), ESS (RFC 5035) and time stamping (RFC 3161). */
export const CMS = {
  data: "1.2.840.113549.1.7.1",
  signedData: "1.2.840.113549.1.7.2",
  tstInfo: "1.2.840.113549.1.9.16.1.4",
  contentType: "1.2.840.113549.1.9.3",
  messageDigest: "1.2.840.113549.1.9.4",
  signingCertificateV2: "1.2.840.113549.1.9.16.2.47",
  timeStampToken: "1.2.840.113549.1.9.16.2.14",
} as const;

/**
 * The signed attributes content-type, message-digest and signing-certificate-v2, and no other, in the order that DER
 * gives a SET OF (X.690, clause 11.6). signing-time is left out on purpose: PAdES has the claimed time in the signature
 * dictionary (ETSI EN 319 142-1, clause 6.3), a time-stamp token has it in its content.
 *
 * @param contentDigest digest of the content by the key's hash algorithm
 */
export async function makeSignedAttributes(
  contentType: string,
  contentDigest: Uint8Array<ArrayBuffer>,
  key: Pick<SigningKey, "certificate" | "algorithm">,
): Promise<pkijs.Attribute[]> {
  const attributes = [
    attribute(CMS.contentType, new asn1js.ObjectIdentifier({ value: contentType })),
    attribute(CMS.messageDigest, new asn1js.OctetString({ valueHex: contentDigest })),
    attribute(CMS.signingCertificateV2, await signingCertificateV2(key)),
  ];
  return sortedByEncoding(attributes, (each) => new Uint8Array(each.toSchema().toBER()));
}

/** What a signature is made over: the DER of the signed attributes with the tag of SET OF (RFC 5652, clause 5.4). */
export function encodeSignedAttributes(attributes: readonly pkijs.Attribute[]): Uint8Array<ArrayBuffer> {
  return new Uint8Array(new asn1js.Set({ value: attributes.map((each) => each.toSchema()) }).toBER());
}

/** The attributes of {@link encodeSignedAttributes}. Throws where the bytes are no such encoding. */
export function readSignedAttributes(der: Uint8Array<ArrayBuffer>): pkijs.Attribute[] {
  const { result } = asn1js.fromBER(der);
  if (!(result instanceof asn1js.Set)) throw new Error("these are not signed attributes");
  return result.valueBlock.value.map((schema) => new pkijs.Attribute({ schema }));
}

export interface SignedDataParts {
  contentType: string;
  /** The content itself, or null for a detached signature. */
  content: Uint8Array<ArrayBuffer> | null;
  /** Who signed; its private half is not used here. */
  key: Pick<SigningKey, "certificate" | "algorithm">;
  certificates: readonly pkijs.Certificate[];
  signedAttributes: readonly pkijs.Attribute[];
  signature: Uint8Array<ArrayBuffer>;
  unsignedAttributes: readonly pkijs.Attribute[];
}

/** Puts the parts of a signature together: the DER of a ContentInfo holding SignedData with one signer (RFC 5652). */
export function assembleSignedData(parts: SignedDataParts): Uint8Array<ArrayBuffer> {
  const { certificate, algorithm } = parts.key;
  // RFC 5754, clause 2: the parameters of a SHA-2 identifier are left out.
  const digestAlgorithm = new pkijs.AlgorithmIdentifier({ algorithmId: HASH_ALGORITHMS[algorithm.hash].oid });
  const signerInfo = new pkijs.SignerInfo({
    version: 1,
    sid: new pkijs.IssuerAndSerialNumber({ issuer: certificate.issuer, serialNumber: certificate.serialNumber }),
    digestAlgorithm,
    signedAttrs: new pkijs.SignedAndUnsignedAttributes({ type: 0, attributes: [...parts.signedAttributes] }),
    signatureAlgorithm: signatureAlgorithmIdentifier(algorithm),
    signature: new asn1js.OctetString({ valueHex: parts.signature }),
  });
  if (parts.unsignedAttributes.length > 0) {
    signerInfo.unsignedAttrs = new pkijs.SignedAndUnsignedAttributes({
      type: 1,
      attributes: [...parts.unsignedAttributes],
    });
  }
  const encapContentInfo = new pkijs.EncapsulatedContentInfo({ eContentType: parts.contentType });
  // Set afterwards: its constructor would turn it into a constructed OCTET STRING, which DER does not have.
  if (parts.content) encapContentInfo.eContent = new asn1js.OctetString({ valueHex: parts.content });
  const signedData = new pkijs.SignedData({
    digestAlgorithms: [digestAlgorithm],
    encapContentInfo,
    signerInfos: [signerInfo],
  });
  if (parts.certificates.length > 0) signedData.certificates = sortedByEncoding(parts.certificates, certificateDer);
  const contentInfo = new pkijs.ContentInfo({ contentType: CMS.signedData, content: signedData.toSchema(true) });
  return new Uint8Array(contentInfo.toSchema().toBER());
}

/** The unsigned attribute signature-time-stamp (ETSI EN 319 122-1, clause 5.3) holding a token's DER. */
export function signatureTimeStampAttribute(token: Uint8Array<ArrayBuffer>): pkijs.Attribute {
  return attribute(CMS.timeStampToken, asn1js.fromBER(token).result);
}

function attribute(type: string, value: asn1js.AsnType): pkijs.Attribute {
  return new pkijs.Attribute({ type, values: [value] });
}

/** SigningCertificateV2 with one ESSCertIDv2 (RFC 5035, clause 3): the hash, the issuer and the number of the signer. */
async function signingCertificateV2({
  certificate,
  algorithm,
}: Pick<SigningKey, "certificate" | "algorithm">): Promise<asn1js.Sequence> {
  const hash = await digest(algorithm.hash, certificateDer(certificate));
  const essCertIdV2: asn1js.AsnType[] = [
    new asn1js.OctetString({ valueHex: hash }),
    new asn1js.Sequence({
      value: [
        new pkijs.GeneralNames({ names: [new pkijs.GeneralName({ type: 4, value: certificate.issuer })] }).toSchema(),
        certificate.serialNumber,
      ],
    }),
  ];
  // DEFAULT sha-256: DER leaves a default value out.
  if (algorithm.hash !== "SHA-256") {
    essCertIdV2.unshift(new pkijs.AlgorithmIdentifier({ algorithmId: HASH_ALGORITHMS[algorithm.hash].oid }).toSchema());
  }
  return new asn1js.Sequence({
    value: [new asn1js.Sequence({ value: [new asn1js.Sequence({ value: essCertIdV2 })] })],
  });
}

function sortedByEncoding<T>(elements: readonly T[], encode: (element: T) => Uint8Array): T[] {
  return elements
    .map((element) => ({ element, encoding: encode(element) }))
    .sort((a, b) => Buffer.compare(a.encoding, b.encoding))
    .map(({ element }) => element);
}
