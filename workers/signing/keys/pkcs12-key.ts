import { readFile } from "node:fs/promises";
import { readPkcs12 } from "@nexbasira/core/authority/pkcs12.ts";
import { makeSigningKey, type SigningKey } from "@nexbasira/core/authority/signing-key.ts";

/**
 * The default key provider: the key, its certificate and its chain from an encrypted PKCS#12 file.
 * Throws, with the file's name, where it cannot be read or opened or holds no key that can sign.
 */
export async function loadPkcs12Key({ path, passphrase }: { path: string; passphrase: string }): Promise<SigningKey> {
  try {
    const { privateKey, certificate, chain } = await readPkcs12(new Uint8Array(await readFile(path)), passphrase);
    return makeSigningKey(privateKey, certificate, chain);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`The signing key ${path} cannot be used: ${reason}`, { cause });
  }
}
