import { certificateDer, distinguishedName } from "@nexbasira/core/authority/certificate.ts";
import { digest, findHashAlgorithm, type HashAlgorithm, sameBytes } from "@nexbasira/core/authority/hash-algorithm.ts";
import { CMS } from "@nexbasira/core/authority/signed-data.ts";
import * as asn1js from "asn1js";
import * as pkijs from "pkijs";
import { Refused } from "./refused.ts";

const RSA_ENCRYPTION = "1.2.840.113549.1.1.1";

/** Reads a ContentInfo that holds SignedData. @throws Refused for anything else */
export function readSignedData(der: Uint8Array<ArrayBuffer>): pkijs.SignedData {
  try {
    const { result, offset } = asn1js.fromBER(der);
    if (offset !== der.length) throw new Error("bytes before or after it");
    const contentInfo = new pkijs.ContentInfo({ schema: result });
    if (contentInfo.contentType !== CMS.signedData) throw new Error(`content type ${contentInfo.contentType}`);
    return new pkijs.SignedData({ schema: contentInfo.content });
  } catch (cause) {
    // Whatever the ASN.1 reader says of bytes that are not such a structure.
    throw new Refused("it is not CMS signed data", { cause });
  }
}

export interface ExpectedContent {
  contentType: string;
  /** Digest of the content that is to be signed, by the algorithm that the signer names. */
  digestContent(hash: HashAlgorithm): Uint8Array | Promise<Uint8Array>;
}

export interface CheckedSigner {
  info: pkijs.SignerInfo;
  certificate: pkijs.Certificate;
  /** All the certificates that came with the signature, the signer's among them. */
  certificates: pkijs.Certificate[];
}

/**
 * Checks the one signature of a SignedData (RFC 5652, clause 5.6) with the signed attributes that CAdES and RFC 5816
 * ask for: content-type, message-digest and signing-certificate-v2, each there once and true, and the signature over
 * them. Says nothing of whether the signer is to be trusted.
 *
 * @throws Refused with the first thing that does not hold
 */
export async function checkSignedData(signedData: pkijs.SignedData, expected: ExpectedContent): Promise<CheckedSigner> {
  const [info, ...others] = signedData.signerInfos;
  if (!info || others.length > 0) throw new Refused("it does not have exactly one signer");
  const hash = findHashAlgorithm(info.digestAlgorithm.algorithmId);
  if (!hash) throw new Refused(`the digest algorithm ${info.digestAlgorithm.algorithmId} is not accepted`);
  const certificates = (signedData.certificates ?? []).filter((each) => each instanceof pkijs.Certificate);
  const certificate = findSigner(info, certificates);

  const { eContentType } = signedData.encapContentInfo;
  const contentType = readAttribute(info, CMS.contentType, "content-type");
  const isExpectedType = contentType instanceof asn1js.ObjectIdentifier && contentType.getValue() === eContentType;
  if (!isExpectedType || eContentType !== expected.contentType) throw new Refused("its content type is another");
  const messageDigest = readAttribute(info, CMS.messageDigest, "message-digest");
  const contentDigest = await expected.digestContent(hash);
  if (!(messageDigest instanceof asn1js.OctetString) || !sameBytes(bytesOf(messageDigest), contentDigest)) {
    throw new Refused("its message digest is not the digest of the content");
  }
  const signingCertificate = readAttribute(info, CMS.signingCertificateV2, "signing-certificate-v2");
  await checkSigningCertificate(signingCertificate, certificate);
  if (!(await isSignatureTrue(info, certificate, hash))) {
    throw new Refused(`its signature was not made by the key of ${distinguishedName(certificate.subject)}`);
  }
  return { info, certificate, certificates };
}

/** The value of an attribute that has to be there once with one value. */
function readAttribute({ signedAttrs }: pkijs.SignerInfo, type: string, name: string): unknown {
  const found = signedAttrs?.attributes.filter((attribute) => attribute.type === type) ?? [];
  const [attribute, ...others] = found;
  if (!attribute) throw new Refused(`it has no signed attribute ${name}`);
  const values = valuesOf(attribute);
  if (others.length > 0 || values.length !== 1) throw new Refused(`its ${name} is not there just once`);
  return values[0];
}

/** An attribute's values; pkijs leaves out the list of one that has none. */
export function valuesOf(attribute: pkijs.Attribute): unknown[] {
  const values: unknown[] | undefined = attribute.values;
  return values ?? [];
}

function findSigner({ sid }: pkijs.SignerInfo, certificates: readonly pkijs.Certificate[]): pkijs.Certificate {
  if (!(sid instanceof pkijs.IssuerAndSerialNumber)) throw new Refused("its signer is not named by issuer and number");
  const signer = certificates.find(
    ({ issuer, serialNumber }) =>
      issuer.isEqual(sid.issuer) && sameBytes(bytesOf(serialNumber), bytesOf(sid.serialNumber)),
  );
  if (!signer) throw new Refused("the certificate of its signer did not come with it");
  return signer;
}

/** SigningCertificateV2 (RFC 5035, clause 3): the first ESSCertIDv2 has to name the signer's certificate. */
async function checkSigningCertificate(value: unknown, certificate: pkijs.Certificate): Promise<void> {
  const [essCertIdV2] = elementsOf(elementsOf(value)[0]);
  const elements = elementsOf(essCertIdV2);
  const algorithm = elements[0] instanceof asn1js.Sequence ? elements.shift() : undefined;
  const [certHash, issuerSerial] = elements;
  if (!(certHash instanceof asn1js.OctetString)) throw new Refused("its signing-certificate-v2 cannot be read");
  const hash = algorithm ? readHashAlgorithm(algorithm) : "SHA-256";
  const matches =
    hash !== null &&
    sameBytes(bytesOf(certHash), await digest(hash, certificateDer(certificate))) &&
    (issuerSerial === undefined || isIssuerSerialOf(issuerSerial, certificate));
  if (!matches) throw new Refused("its signing-certificate-v2 names another certificate than its signer's");
}

function readHashAlgorithm(algorithm: asn1js.AsnType): HashAlgorithm | null {
  const [oid] = elementsOf(algorithm);
  return oid instanceof asn1js.ObjectIdentifier ? findHashAlgorithm(oid.getValue()) : null;
}

function isIssuerSerialOf(issuerSerial: asn1js.AsnType, { issuer, serialNumber }: pkijs.Certificate): boolean {
  const [names, number] = elementsOf(issuerSerial);
  const [name] = elementsOf(names); // GeneralName, directoryName [4] EXPLICIT Name
  const [directoryName] = elementsOf(name);
  if (!(directoryName instanceof asn1js.Sequence) || !(number instanceof asn1js.Integer)) return false;
  const isSameName = sameBytes(new Uint8Array(directoryName.toBER()), new Uint8Array(issuer.toSchema().toBER()));
  return isSameName && sameBytes(bytesOf(number), bytesOf(serialNumber));
}

async function isSignatureTrue(info: pkijs.SignerInfo, certificate: pkijs.Certificate, hash: HashAlgorithm) {
  const { signatureAlgorithm, signature, signedAttrs } = info;
  // "rsaEncryption" does not name a hash: it is the digest's (RFC 5754, clause 3.2). All others do.
  const isPlainRsa = signatureAlgorithm.algorithmId === RSA_ENCRYPTION;
  const engine = pkijs.getCrypto(true);
  const signatureHash = isPlainRsa ? hash : engine.getHashAlgorithm(signatureAlgorithm);
  if (!signedAttrs || !["SHA-256", "SHA-384", "SHA-512"].includes(signatureHash)) return false;
  try {
    return await engine.verifyWithPublicKey(
      signedAttrs.encodedValue, // with the tag of SET OF (RFC 5652, clause 5.4)
      signature,
      certificate.subjectPublicKeyInfo,
      signatureAlgorithm,
      isPlainRsa ? hash : undefined,
    );
  } catch {
    // A value that is not a signature of this kind, or a key of another kind.
    return false;
  }
}

function elementsOf(block: unknown): asn1js.AsnType[] {
  return block instanceof asn1js.Constructed ? [...block.valueBlock.value] : [];
}

/** The content octets of an OCTET STRING or an INTEGER. */
function bytesOf(block: asn1js.OctetString | asn1js.Integer): Uint8Array {
  return block instanceof asn1js.OctetString ? new Uint8Array(block.getValue()) : block.valueBlock.valueHexView;
}
