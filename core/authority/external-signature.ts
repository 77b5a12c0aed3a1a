import { verify } from "node:crypto";
import * as asn1js from "asn1js";
import type * as pkijs from "pkijs";
import { publicKeyOf, type SignatureAlgorithm } from "./signing-key.ts";

/**
 * A signature value that came from outside of this process (a token, a signing service), as CMS carries it: for ECDSA
 * as DER, where it came as `r || s` (PKCS#11, clause 6.3.1; many services). Null where it is not this certificate's
 * signature of the data: nothing that a module or a service answers is used unchecked.
 */
export function toCmsSignature(
  { certificate, algorithm }: { certificate: pkijs.Certificate; algorithm: SignatureAlgorithm },
  data: Uint8Array,
  value: Uint8Array,
): Uint8Array<ArrayBuffer> | null {
  const key = publicKeyOf(certificate);
  if (algorithm.scheme !== "ECDSA") return verify(algorithm.hash, data, key, value) ? new Uint8Array(value) : null;
  if (verify(algorithm.hash, data, { key, dsaEncoding: "der" }, value)) return new Uint8Array(value);
  if (verify(algorithm.hash, data, { key, dsaEncoding: "ieee-p1363" }, value)) return encodeEcdsaSignature(value);
  return null;
}

/** `r || s`, each of half the length, as the DER of `ECDSA-Sig-Value` (RFC 3279, clause 2.2.3). */
export function encodeEcdsaSignature(value: Uint8Array): Uint8Array<ArrayBuffer> {
  const half = value.length / 2;
  const integers = [value.subarray(0, half), value.subarray(half)].map((bytes) =>
    asn1js.Integer.fromBigInt(BigInt(`0x${Buffer.from(bytes).toString("hex")}`)),
  );
  return new Uint8Array(new asn1js.Sequence({ value: integers }).toBER());
}
