import type * as asn1js from "asn1js";
import * as pkijs from "pkijs";

/** Whether a structure's signature is by a certificate's key, with one of the hash functions that are accepted here. */
export async function isSignedWith(
  signed: { data: Uint8Array; signature: asn1js.BitString; algorithm: pkijs.AlgorithmIdentifier },
  { subjectPublicKeyInfo }: pkijs.Certificate,
): Promise<boolean> {
  const engine = pkijs.getCrypto(true);
  try {
    if (!["SHA-256", "SHA-384", "SHA-512"].includes(engine.getHashAlgorithm(signed.algorithm))) return false;
    const data = new Uint8Array(signed.data).buffer;
    return await engine.verifyWithPublicKey(data, signed.signature, subjectPublicKeyInfo, signed.algorithm);
  } catch {
    // An algorithm that is not known, a value that is no signature of this kind, or a key of another kind.
    return false;
  }
}
