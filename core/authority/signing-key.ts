import { createPublicKey, type KeyObject, sign } from "node:crypto";
import * as asn1js from "asn1js";
import * as pkijs from "pkijs";
import type { HashAlgorithm } from "./hash-algorithm.ts";

/** How a key signs: the scheme, and the hash that goes with it for both the content and the signature. */
export interface SignatureAlgorithm {
  scheme: "ECDSA" | "RSASSA-PKCS1-v1_5";
  hash: HashAlgorithm;
}

/**
 * A key that signs, wherever it lives: a file, a hardware module, a signing service.
 * Everything that signs asks for this alone.
 */
export interface SigningKey {
  certificate: pkijs.Certificate;
  /** The certificates above it, issuer first, as far as they are known. */
  chain: readonly pkijs.Certificate[];
  algorithm: SignatureAlgorithm;
  /**
   * Signs the bytes themselves (the provider hashes them with `algorithm.hash`). Answers the signature value as CMS
   * carries it: for ECDSA the DER of `ECDSA-Sig-Value` (RFC 5753, clause 2.1.1), for RSA the plain octets.
   */
  sign(data: Uint8Array): Promise<Uint8Array<ArrayBuffer>>;
}

/** A signing key held in this process. Throws where key and certificate do not belong together or cannot be used. */
export function makeSigningKey(
  privateKey: KeyObject,
  certificate: pkijs.Certificate,
  chain: readonly pkijs.Certificate[],
): SigningKey {
  if (!isKeyOf(privateKey, certificate)) throw new Error("The private key does not belong to the certificate");
  const algorithm = algorithmOf(privateKey);
  return {
    certificate,
    chain,
    algorithm,
    sign: (data) =>
      new Promise((resolve, reject) => {
        sign(algorithm.hash, data, privateKey, (error, signature) => {
          if (error) reject(error);
          else resolve(new Uint8Array(signature));
        });
      }),
  };
}

/** Whether the certificate certifies this key. */
export function isKeyOf(privateKey: KeyObject, certificate: pkijs.Certificate): boolean {
  const ofKey = createPublicKey(privateKey).export({ format: "der", type: "spki" });
  return ofKey.equals(publicKeyOf(certificate).export({ format: "der", type: "spki" }));
}

/** The public key that a certificate certifies. */
export function publicKeyOf(certificate: pkijs.Certificate): KeyObject {
  const key = Buffer.from(certificate.subjectPublicKeyInfo.toSchema().toBER());
  return createPublicKey({ key, format: "der", type: "spki" });
}

const ECDSA_HASHES: Readonly<Record<string, HashAlgorithm>> = {
  prime256v1: "SHA-256",
  secp384r1: "SHA-384",
  secp521r1: "SHA-512",
};

/** How a key signs, by either half of it. Throws where it is of no kind that signs here, or too short. */
export function algorithmOf(key: KeyObject): SignatureAlgorithm {
  const { namedCurve, modulusLength } = key.asymmetricKeyDetails ?? {};
  if (key.asymmetricKeyType === "ec") {
    const hash = ECDSA_HASHES[namedCurve ?? ""];
    if (hash) return { scheme: "ECDSA", hash };
    throw new Error(`Signing keys on the curve ${namedCurve} are not supported; use P-256, P-384 or P-521`);
  }
  if (key.asymmetricKeyType === "rsa") {
    if ((modulusLength ?? 0) >= 2048) return { scheme: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };
    throw new Error(`An RSA signing key of ${modulusLength} bits is too short; use 3072`);
  }
  throw new Error(`Signing keys of type ${key.asymmetricKeyType} are not supported; use RSA or ECDSA`);
}

/** The object identifiers of signatures (RFC 5754, clause 3; RFC 5758, clause 3.2). */
export const SIGNATURE_OIDS: Readonly<Record<SignatureAlgorithm["scheme"], Readonly<Record<HashAlgorithm, string>>>> = {
  ECDSA: { "SHA-256": "1.2.840.10045.4.3.2", "SHA-384": "1.2.840.10045.4.3.3", "SHA-512": "1.2.840.10045.4.3.4" },
  "RSASSA-PKCS1-v1_5": {
    "SHA-256": "1.2.840.113549.1.1.11",
    "SHA-384": "1.2.840.113549.1.1.12",
    "SHA-512": "1.2.840.113549.1.1.13",
  },
};

/** The AlgorithmIdentifier of a signature: parameters NULL for RSA (RFC 5754, 3.2), absent for ECDSA (3.3). */
export function signatureAlgorithmIdentifier({ scheme, hash }: SignatureAlgorithm): pkijs.AlgorithmIdentifier {
  const algorithmId = SIGNATURE_OIDS[scheme][hash];
  if (scheme === "ECDSA") return new pkijs.AlgorithmIdentifier({ algorithmId });
  return new pkijs.AlgorithmIdentifier({ algorithmId, algorithmParams: new asn1js.Null() });
}

/** Orders what stands above a certificate: its issuer, that one's issuer, and so on, as far as it is there. */
export function orderChain(certificate: pkijs.Certificate, others: readonly pkijs.Certificate[]): pkijs.Certificate[] {
  const chain: pkijs.Certificate[] = [];
  let last = certificate;
  while (!last.issuer.isEqual(last.subject)) {
    const issuer = others.find((other) => other.subject.isEqual(last.issuer) && !chain.includes(other));
    if (!issuer) break;
    chain.push(issuer);
    last = issuer;
  }
  return chain;
}
