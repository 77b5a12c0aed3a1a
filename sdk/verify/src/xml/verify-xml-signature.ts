import { certificateDer } from "@nexbasira/core/authority/certificate.ts";
import { type HashAlgorithm, sameBytes } from "@nexbasira/core/authority/hash-algorithm.ts";
import type { XmlElement } from "@rgrove/parse-xml";
import * as asn1js from "asn1js";
import * as pkijs from "pkijs";
import { readDer } from "../cms/der.ts";
import { HASHES } from "../digest-ranges.ts";
import { ReasonError } from "../reasons.ts";
import { canonicalize } from "./canonicalize.ts";
import { bytesIn, child, childAt, children } from "./elements.ts";

const EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#";
const ENVELOPED = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";
const SIGNED_PROPERTIES = "http://uri.etsi.org/01903#SignedProperties";
const MORE = "http://www.w3.org/2001/04/xmldsig-more#";

const DIGESTS: Readonly<Record<string, HashAlgorithm>> = {
  "http://www.w3.org/2001/04/xmlenc#sha256": "SHA-256",
  [`${MORE}sha384`]: "SHA-384",
  "http://www.w3.org/2001/04/xmlenc#sha512": "SHA-512",
};

type Scheme = { name: "RSASSA-PKCS1-v1_5" | "RSA-PSS" | "ECDSA"; hash: HashAlgorithm };
const SIGNATURES: Readonly<Record<string, Scheme>> = Object.fromEntries(
  (["256", "384", "512"] as const).flatMap((size): [string, Scheme][] => [
    [`${MORE}rsa-sha${size}`, { name: "RSASSA-PKCS1-v1_5", hash: `SHA-${size}` }],
    [`${MORE}ecdsa-sha${size}`, { name: "ECDSA", hash: `SHA-${size}` }],
    [`http://www.w3.org/2007/05/xmldsig-more#sha${size}-rsa-MGF1`, { name: "RSA-PSS", hash: `SHA-${size}` }],
  ]),
);

/** Why an XML signature does not hold. */
export class XmlSignatureError extends ReasonError {}

/**
 * Verifies the enveloped XAdES signature of a whole document in the one form that trusted lists have (ETSI TS 119 612,
 * clause 5.7.1): one reference to the document without the signature, one to the signed properties, both by exclusive
 * canonicalization and nothing else, with SHA-256 or better. Any other form is refused, so that nothing that is read
 * lies outside of what is signed. Whether its signer may sign is the caller's to judge.
 *
 * @returns the signer's certificate, as the signature brings it
 * @throws XmlSignatureError with the first thing that does not hold
 */
export async function verifyXmlSignature(root: XmlElement): Promise<pkijs.Certificate> {
  const [signature, ...others] = children(root, "Signature");
  if (!signature) throw new XmlSignatureError("list_not_signed");
  const info = child(signature, "SignedInfo");
  const properties = childAt(signature, "Object", "QualifyingProperties", "SignedProperties");
  if (others.length > 0 || !info || !properties) throw new XmlSignatureError("list_form");
  if (algorithmOf(info, "CanonicalizationMethod") !== EXCLUSIVE) throw new XmlSignatureError("list_form");
  checkReferences(info, { root, signature, properties });
  const certificate = readCertificate(signature);
  checkSigningCertificate(properties, certificate);
  await checkValue(info, bytesIn(child(signature, "SignatureValue")), certificate);
  return certificate;
}

/** Just two: to the document, and to the properties of this very signature. */
function checkReferences(
  info: XmlElement,
  { root, signature, properties }: Record<"root" | "signature" | "properties", XmlElement>,
): void {
  const references = children(info, "Reference");
  const ofProperties = references.find(({ attributes }) => attributes.Type === SIGNED_PROPERTIES);
  const ofDocument = references.find((each) => each !== ofProperties);
  if (references.length !== 2 || !ofProperties || !ofDocument) throw new XmlSignatureError("list_form");
  const [uri, rootId] = [ofDocument.attributes.URI, root.attributes.Id ?? root.attributes.ID];
  // Both sides come from the signed text itself, and nothing is looked up by an id: an id may be there twice.
  const isWhole = uri === "" || (rootId !== undefined && uri === `#${rootId}`);
  const propertiesId = properties.attributes.Id;
  const areProperties = propertiesId !== undefined && ofProperties.attributes.URI === `#${propertiesId}`;
  if (!isWhole || !areProperties) throw new XmlSignatureError("list_form");
  checkDigest(ofDocument, [ENVELOPED, EXCLUSIVE], () => canonicalize(root, signature));
  checkDigest(ofProperties, [EXCLUSIVE], () => canonicalize(properties));
}

function checkDigest(reference: XmlElement, transforms: readonly string[], text: () => string): void {
  const listed = children(child(reference, "Transforms"), "Transform");
  const isPlain = listed.every((each) => each.children.every(({ type }) => type === "text"));
  const names = listed.map(({ attributes }) => attributes.Algorithm);
  if (!isPlain || names.join(" ") !== transforms.join(" ")) throw new XmlSignatureError("list_form");
  const hash = hashOf(reference);
  const digest = bytesIn(child(reference, "DigestValue"));
  if (!digest || !sameBytes(HASHES[hash](new TextEncoder().encode(text())), digest))
    throw new XmlSignatureError("list_digest");
}

function readCertificate(signature: XmlElement): pkijs.Certificate {
  const der = bytesIn(childAt(signature, "KeyInfo", "X509Data", "X509Certificate"));
  try {
    if (der) return new pkijs.Certificate({ schema: readDer(der) });
  } catch {
    // It is no certificate, as if there were none.
  }
  throw new XmlSignatureError("list_form");
}

/** ETSI EN 319 132-1, clause 5.2.2: the signer's certificate is signed, too. */
function checkSigningCertificate(properties: XmlElement, certificate: pkijs.Certificate): void {
  const signed = child(properties, "SignedSignatureProperties");
  const named = child(signed, "SigningCertificateV2") ?? child(signed, "SigningCertificate");
  const digest = childAt(named, "Cert", "CertDigest");
  const value = bytesIn(child(digest, "DigestValue"));
  if (!digest || !value) throw new XmlSignatureError("list_form");
  if (!sameBytes(HASHES[hashOf(digest)](certificateDer(certificate)), value))
    throw new XmlSignatureError("list_signing_certificate");
}

async function checkValue(
  info: XmlElement,
  value: Uint8Array<ArrayBuffer> | null,
  certificate: pkijs.Certificate,
): Promise<void> {
  const algorithm = algorithmOf(info, "SignatureMethod");
  const scheme = SIGNATURES[algorithm];
  if (!scheme) throw new XmlSignatureError("list_algorithm", { algorithm });
  if (!value || !(await isSignedBy(new TextEncoder().encode(canonicalize(info)), value, { scheme, certificate })))
    throw new XmlSignatureError("list_signature");
}

const HASH_BYTES: Readonly<Record<HashAlgorithm, number>> = { "SHA-256": 32, "SHA-384": 48, "SHA-512": 64 };
const CURVES: Readonly<Record<string, string>> = {
  "1.2.840.10045.3.1.7": "P-256",
  "1.3.132.0.34": "P-384",
  "1.3.132.0.35": "P-521",
};

async function isSignedBy(
  data: Uint8Array<ArrayBuffer>,
  value: Uint8Array<ArrayBuffer>,
  { scheme: { name, hash }, certificate }: { scheme: Scheme; certificate: pkijs.Certificate },
): Promise<boolean> {
  const info = certificate.subjectPublicKeyInfo;
  const curve: unknown = info.algorithm.algorithmParams;
  const namedCurve = CURVES[curve instanceof asn1js.ObjectIdentifier ? curve.getValue() : ""] ?? "";
  const algorithm = name === "ECDSA" ? { name, namedCurve } : { name, hash };
  try {
    const key = await crypto.subtle.importKey("spki", info.toSchema().toBER(), algorithm, false, ["verify"]);
    // An ECDSA value is r and s side by side (RFC 6931, clause 2.3.6), as this interface has it.
    return await crypto.subtle.verify({ name, hash, saltLength: HASH_BYTES[hash] }, key, value, data);
  } catch {
    // A key of another kind than the signature says, or on another curve.
    return false;
  }
}

function hashOf(element: XmlElement): HashAlgorithm {
  const algorithm = algorithmOf(element, "DigestMethod");
  const hash = DIGESTS[algorithm];
  if (!hash) throw new XmlSignatureError("list_algorithm", { algorithm });
  return hash;
}

function algorithmOf(element: XmlElement, name: string): string {
  return child(element, name)?.attributes.Algorithm ?? "";
}
