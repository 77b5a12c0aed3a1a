import { createPrivateKey, type KeyObject } from "node:crypto";
import * as asn1js from "asn1js";
import * as pkijs from "pkijs";
import { isKeyOf, orderChain } from "./signing-key.ts";

export interface KeyStore {
  privateKey: KeyObject;
  certificate: pkijs.Certificate;
  /** The certificates above it that the file holds, issuer first. */
  chain: pkijs.Certificate[];
}

const BAG = {
  shroudedKey: "1.2.840.113549.1.12.10.1.2",
  certificate: "1.2.840.113549.1.12.10.1.3",
} as const;
const X509_CERTIFICATE = "1.2.840.113549.1.9.22.1";
const LOCAL_KEY_ID = "1.2.840.113549.1.9.21";

/** The passphrases made here have 256 random bits, so the count only has to satisfy other programs. */
const ITERATIONS = 10_000;

/**
 * Writes a PKCS#12 file (RFC 7292): key and certificates each encrypted by PBES2 with AES-256 in CBC mode, the whole
 * under an HMAC with SHA-256; what OpenSSL 3 writes by default too.
 */
export async function makePkcs12(store: KeyStore, passphrase: string): Promise<Uint8Array<ArrayBuffer>> {
  const password = new TextEncoder().encode(passphrase).buffer;
  const encryption = {
    password,
    // The initialisation vector is there for the type alone: pkijs draws one itself.
    contentEncryptionAlgorithm: { name: "AES-CBC", length: 256, iv: new Uint8Array(16) },
    hmacHashAlgorithm: "SHA-256",
    iterationCount: ITERATIONS,
  };
  const localKeyId = new pkijs.Attribute({
    type: LOCAL_KEY_ID,
    values: [new asn1js.OctetString({ valueHex: Uint8Array.of(1).buffer })],
  });
  const keyBag = pkijs.PKCS8ShroudedKeyBag.fromBER(
    new Uint8Array(store.privateKey.export({ format: "der", type: "pkcs8", cipher: "aes-256-cbc", passphrase })),
  );
  const authenticatedSafe = new pkijs.AuthenticatedSafe({
    parsedValue: {
      safeContents: [
        {
          privacyMode: 0,
          value: new pkijs.SafeContents({
            safeBags: [new pkijs.SafeBag({ bagId: BAG.shroudedKey, bagValue: keyBag, bagAttributes: [localKeyId] })],
          }),
        },
        {
          privacyMode: 1,
          value: new pkijs.SafeContents({
            safeBags: [store.certificate, ...store.chain].map(
              (certificate, index) =>
                new pkijs.SafeBag({
                  bagId: BAG.certificate,
                  bagValue: new pkijs.CertBag({ parsedValue: certificate }),
                  ...(index === 0 && { bagAttributes: [localKeyId] }),
                }),
            ),
          }),
        },
      ],
    },
  });
  await authenticatedSafe.makeInternalValues({ safeContents: [{}, encryption] });
  const pfx = new pkijs.PFX({ parsedValue: { integrityMode: 0, authenticatedSafe } });
  await pfx.makeInternalValues({
    password,
    iterations: ITERATIONS,
    pbkdf2HashAlgorithm: { name: "SHA-256" },
    hmacHashAlgorithm: "SHA-256",
  });
  return new Uint8Array(pfx.toSchema().toBER());
}

/**
 * Reads an encrypted PKCS#12 file: its one private key, that key's certificate, and what stands above it.
 * Throws, with a message for the operator, where the passphrase is wrong, the file is damaged or encrypted by RC2 or
 * 3DES, or the key or its certificate is missing.
 */
export async function readPkcs12(file: Uint8Array<ArrayBuffer>, passphrase: string): Promise<KeyStore> {
  const bags = await openBags(file, new TextEncoder().encode(passphrase).buffer);
  const keys = bags.flatMap((bag) => readPrivateKey(bag, passphrase));
  const certificates = bags.flatMap(readCertificate);
  const [privateKey, ...moreKeys] = keys;
  if (!privateKey) throw new Error("The PKCS#12 file holds no private key");
  if (moreKeys.length > 0) throw new Error("The PKCS#12 file holds more than one private key");
  const certificate = certificates.find((each) => isKeyOf(privateKey, each));
  if (!certificate) throw new Error("The PKCS#12 file holds no certificate for its private key");
  return { privateKey, certificate, chain: orderChain(certificate, certificates) };
}

async function openBags(file: Uint8Array<ArrayBuffer>, password: ArrayBuffer): Promise<pkijs.SafeBag[]> {
  try {
    const pfx = pkijs.PFX.fromBER(file);
    await pfx.parseInternalValues({ password });
    const safe = pfx.parsedValue?.authenticatedSafe;
    if (!safe) throw new Error("No authenticated safe");
    await safe.parseInternalValues({ safeContents: safe.safeContents.map(() => ({ password })) });
    const contents: { value: pkijs.SafeContents }[] = safe.parsedValue.safeContents;
    return contents.flatMap(({ value }) => value.safeBags);
  } catch (cause) {
    // Whatever the reader says of a file it cannot open; the two causes that an operator meets are told apart.
    const isOldEncryption = cause instanceof Error && cause.message.includes("contentEncryptionAlgorithm");
    const reason = isOldEncryption
      ? "its encryption is of an old kind (RC2 or 3DES); write it again with `openssl pkcs12 -export`"
      : "the passphrase is wrong, or the file is damaged or not a PKCS#12 file";
    throw new Error(`The PKCS#12 file cannot be opened: ${reason}`, { cause });
  }
}

function readPrivateKey({ bagValue }: pkijs.SafeBag, passphrase: string): KeyObject[] {
  const isKey = bagValue instanceof pkijs.PKCS8ShroudedKeyBag || bagValue instanceof pkijs.PrivateKeyInfo;
  if (!isKey) return [];
  return [
    createPrivateKey({ key: Buffer.from(bagValue.toSchema().toBER()), format: "der", type: "pkcs8", passphrase }),
  ];
}

function readCertificate({ bagValue }: pkijs.SafeBag): pkijs.Certificate[] {
  if (!(bagValue instanceof pkijs.CertBag) || bagValue.certId !== X509_CERTIFICATE) return [];
  const certificate: unknown = bagValue.parsedValue;
  return certificate instanceof pkijs.Certificate ? [certificate] : [];
}
