import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { readCertificatesPem } from "@nexbasira/core/authority/certificate.ts";
import { toCmsSignature } from "@nexbasira/core/authority/external-signature.ts";
import { algorithmOf, orderChain, publicKeyOf, type SigningKey } from "@nexbasira/core/authority/signing-key.ts";
import type { Pkcs11Source } from "@nexbasira/core/configuration/signing-configuration.ts";
import { Permanent } from "@nexbasira/core/contract/errors.ts";
import * as pkijs from "pkijs";
import { Pkcs11Process, type Pkcs11ProcessOptions } from "./pkcs11-process.ts";
import { CKM } from "./pkcs11-token.ts";

/** Signed once at the start, to know that the key works and which certificate is its own; no document looks like it. */
const CHECK = new TextEncoder().encode("NexBasira checks that this key signs, and nothing else.");

export interface Pkcs11Key extends SigningKey {
  /** Ends the process with the token. */
  close(): void;
}

/**
 * The key of a hardware security module, or of anything else that speaks PKCS#11: RSA from 2048 bits, or ECDSA on P-256,
 * P-384 or P-521. Its certificate is the token's with the key's id (or that of the PEM file, where one is given), and the
 * chain is made of the others there. That they belong together is checked by a signature.
 *
 * @throws Permanent with the variable's name where the PIN is refused, or key or certificate are not there or not usable
 * @throws Retryable where the token is not there, or does not answer in time
 * @throws Error where the binding is not installed
 */
export async function loadPkcs11Key(options: Pkcs11ProcessOptions): Promise<Pkcs11Key> {
  const { source } = options;
  const token = await Pkcs11Process.open(options);
  try {
    const { candidates, others } = await readCertificates(source, token);
    for (const certificate of candidates) {
      const { key, isOwn } = makeKey(token, certificate, orderChain(certificate, others));
      if (await isOwn()) return key;
    }
    throw new Permanent(
      candidates.length === 0
        ? `SIGNING_PKCS11_KEY: the token ${source.token} has no certificate of the key ${source.key}; put it there, ` +
            "with the key's id, or into a PEM file that SIGNING_PKCS11_CERTIFICATES names"
        : `SIGNING_PKCS11_KEY: no certificate at hand is the one of the key ${source.key}`,
    );
  } catch (error) {
    token.close();
    throw error;
  }
}

/** Those that may be the key's, and all. */
async function readCertificates(source: Pkcs11Source, token: Pkcs11Process) {
  const held = await token.readCertificates();
  const read = held.map(({ der, ofKey }) => ({ certificate: pkijs.Certificate.fromBER(der), ofKey }));
  const ofToken = read.map(({ certificate }) => certificate);
  if (source.certificates === null) {
    return { candidates: read.filter(({ ofKey }) => ofKey).map(({ certificate }) => certificate), others: ofToken };
  }
  const ofFile = readCertificatesPem(await readFile(source.certificates, "utf8"));
  // Its first, as in any such file; the others follow in any order.
  return { candidates: ofFile.slice(0, 1), others: [...ofFile, ...ofToken] };
}

function makeKey(token: Pkcs11Process, certificate: pkijs.Certificate, chain: readonly pkijs.Certificate[]) {
  const algorithm = algorithmOf(publicKeyOf(certificate));
  const [mechanism, prepare] =
    algorithm.scheme === "ECDSA"
      ? [CKM.ecdsa, (data: Uint8Array) => createHash(algorithm.hash).update(data).digest()]
      : [CKM.sha256RsaPkcs, (data: Uint8Array) => data];
  /** Null where the certificate is another key's. */
  const sign = async (data: Uint8Array) =>
    toCmsSignature({ certificate, algorithm }, data, await token.sign(mechanism, prepare(data)));
  const key: Pkcs11Key = {
    certificate,
    chain,
    algorithm,
    sign: async (data) => {
      const signature = await sign(data);
      if (!signature) throw new Permanent("The token's signature is not one by the key of its certificate");
      return signature;
    },
    close: () => token.close(),
  };
  return { key, isOwn: async () => (await sign(CHECK)) !== null };
}
