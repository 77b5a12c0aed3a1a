import { certificateDer } from "@nexbasira/core/authority/certificate.ts";
import { findHashAlgorithm, type HashAlgorithm, sameBytes } from "@nexbasira/core/authority/hash-algorithm.ts";
import * as asn1js from "asn1js";
import * as pkijs from "pkijs";
import { HASHES } from "../digest-ranges.ts";
import { bytesOf, CmsError, derOf, elementsOf, guarded, readDer } from "./der.ts";

const OID = {
  signedData: "1.2.840.113549.1.7.2",
  contentType: "1.2.840.113549.1.9.3",
  messageDigest: "1.2.840.113549.1.9.4",
  signingCertificate: "1.2.840.113549.1.9.16.2.12",
  signingCertificateV2: "1.2.840.113549.1.9.16.2.47",
  timeStampToken: "1.2.840.113549.1.9.16.2.14",
  rsaEncryption: "1.2.840.113549.1.1.1",
};
const MAX_CERTIFICATES = 64;

/** A CMS signature with one signer, taken apart; nothing in it is checked yet. */
export interface SignedMessage {
  info: pkijs.SignerInfo;
  contentType: string;
  /** What is signed, where it came along. */
  content: Uint8Array<ArrayBuffer>;
  /** The signer's certificate, which came along. */
  certificate: pkijs.Certificate;
  certificates: pkijs.Certificate[];
  /** By which the content is digested. */
  hash: HashAlgorithm;
}

/** @throws CmsError where it is not one CMS structure with one signer */
export function readSignedMessage(der: Uint8Array, padded = false): Promise<SignedMessage> {
  return guarded("cms_unreadable", () => {
    const wrapper = new pkijs.ContentInfo({ schema: readDer(der, padded) });
    if (wrapper.contentType !== OID.signedData) throw new CmsError("not_signed_data");
    const signed = new pkijs.SignedData({ schema: wrapper.content });
    const [info, ...others] = signed.signerInfos;
    if (!info || others.length > 0) throw new CmsError("signers_not_one");
    const hash = findHashAlgorithm(info.digestAlgorithm.algorithmId);
    if (!hash) throw new CmsError("digest_algorithm", { algorithm: info.digestAlgorithm.algorithmId });
    const certificates = (signed.certificates ?? []).filter((each) => each instanceof pkijs.Certificate);
    if (certificates.length > MAX_CERTIFICATES) throw new CmsError("too_many_certificates");
    const { eContentType, eContent } = signed.encapContentInfo;
    const content = eContent instanceof asn1js.OctetString ? new Uint8Array(eContent.getValue()) : new Uint8Array();
    return {
      info,
      contentType: eContentType,
      content,
      certificate: findSigner(info, certificates),
      certificates,
      hash,
    };
  });
}

/**
 * Checks the attributes that CAdES and RFC 5816 ask for and the signature over them (ETSI EN 319 122-1, clause 5).
 *
 * @param digest of the content, by the message's own algorithm
 * @throws CmsError with the first thing that does not hold
 */
export function checkSignedMessage(
  message: SignedMessage,
  expected: { contentType: string; digest: Uint8Array; oldCertificateId?: boolean },
): Promise<void> {
  return guarded("cms_unreadable", async () => {
    const { info, certificate } = message;
    const contentType = attribute(info, OID.contentType, "content-type");
    const named = contentType instanceof asn1js.ObjectIdentifier ? contentType.getValue() : "";
    if (named !== message.contentType || named !== expected.contentType) throw new CmsError("content_type");
    const digest = attribute(info, OID.messageDigest, "message-digest");
    if (!(digest instanceof asn1js.OctetString) || !sameBytes(bytesOf(digest), expected.digest)) {
      throw new CmsError("digest_mismatch");
    }
    checkSigningCertificate(info, certificate, expected.oldCertificateId ?? false);
    if (!(await isSignatureTrue(message))) throw new CmsError("signature_value");
  });
}

/** The time-stamp tokens over the signature value. @throws CmsError */
export function timeStampTokens({ info }: SignedMessage): Promise<Uint8Array<ArrayBuffer>[]> {
  return guarded("cms_unreadable", () => {
    const found = info.unsignedAttrs?.attributes.filter(({ type }) => type === OID.timeStampToken) ?? [];
    return found.flatMap(valuesOf).map((value) => {
      if (!(value instanceof asn1js.BaseBlock)) throw new CmsError("stamp_unreadable");
      return derOf(value);
    });
  });
}

export function signatureValue({ info }: SignedMessage): Uint8Array<ArrayBuffer> {
  return new Uint8Array(info.signature.getValue());
}

function valuesOf(found: pkijs.Attribute): unknown[] {
  // The library leaves out the list of an attribute that has none.
  const values: unknown[] | undefined = found.values;
  return values ?? [];
}

function attribute({ signedAttrs }: pkijs.SignerInfo, type: string, name: string): unknown {
  const [found, ...others] = (signedAttrs?.attributes ?? []).filter((each) => each.type === type);
  const values = found ? valuesOf(found) : [];
  if (values.length !== 1 || others.length > 0) throw new CmsError("attribute_not_once", { attribute: name });
  return values[0];
}

function findSigner({ sid }: pkijs.SignerInfo, certificates: readonly pkijs.Certificate[]): pkijs.Certificate {
  if (!(sid instanceof pkijs.IssuerAndSerialNumber)) throw new CmsError("signer_not_named");
  const signer = certificates.find(
    ({ issuer, serialNumber }) =>
      issuer.isEqual(sid.issuer) && sameBytes(bytesOf(serialNumber), bytesOf(sid.serialNumber)),
  );
  if (!signer) throw new CmsError("signer_certificate_missing");
  return signer;
}

/** RFC 5035, clauses 3 and 5: the first id has to be that of the signer's certificate. */
function checkSigningCertificate(info: pkijs.SignerInfo, certificate: pkijs.Certificate, oldIsEnough: boolean): void {
  const types = (info.signedAttrs?.attributes ?? []).map(({ type }) => type);
  if (oldIsEnough && !types.includes(OID.signingCertificateV2) && types.includes(OID.signingCertificate)) {
    // By SHA-1, which a time-stamp authority may still use here (RFC 3161, clause 2.4.2): issuer and number say the same.
    return;
  }
  const value = attribute(info, OID.signingCertificateV2, "signing-certificate-v2");
  const parts = elementsOf(elementsOf(elementsOf(value)[0])[0]);
  const algorithm = parts[0] instanceof asn1js.Sequence ? elementsOf(parts.shift())[0] : undefined;
  const hash = algorithm instanceof asn1js.ObjectIdentifier ? findHashAlgorithm(algorithm.getValue()) : "SHA-256";
  const [id] = parts;
  const matches =
    hash && id instanceof asn1js.OctetString && sameBytes(bytesOf(id), HASHES[hash](certificateDer(certificate)));
  if (!matches) throw new CmsError("signing_certificate");
}

async function isSignatureTrue({ info, certificate, hash }: SignedMessage): Promise<boolean> {
  const { signatureAlgorithm, signature, signedAttrs } = info;
  // "rsaEncryption" does not name a hash: it is the digest's (RFC 5754, clause 3.2). All others do.
  const isPlainRsa = signatureAlgorithm.algorithmId === OID.rsaEncryption;
  const engine = pkijs.getCrypto(true);
  const signatureHash = isPlainRsa ? hash : engine.getHashAlgorithm(signatureAlgorithm);
  if (!signedAttrs || !["SHA-256", "SHA-384", "SHA-512"].includes(signatureHash)) return false;
  const key = certificate.subjectPublicKeyInfo;
  // With the tag of SET OF (RFC 5652, clause 5.4).
  const data = signedAttrs.encodedValue;
  return engine.verifyWithPublicKey(data, signature, key, signatureAlgorithm, isPlainRsa ? hash : undefined);
}
