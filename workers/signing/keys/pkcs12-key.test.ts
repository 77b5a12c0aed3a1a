import { generateKeyPairSync, type KeyObject, randomUUID, verify } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { certificateDer, distinguishedName } from "@nexbasira/core/authority/certificate.ts";
import { issueCertificate, KEY_USAGE } from "@nexbasira/core/authority/issue-certificate.ts";
import { makePkcs12 } from "@nexbasira/core/authority/pkcs12.ts";
import * as pkijs from "pkijs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeTestAuthority } from "../../../test/helpers/test-authority.ts";
import { loadPkcs12Key } from "./pkcs12-key.ts";

const passphrase = "žluťoučký kůň";
let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "pkcs12-"));
});
afterAll(() => rm(directory, { recursive: true }));

type KeyPair = { publicKey: KeyObject; privateKey: KeyObject };

async function selfSign({ publicKey, privateKey }: KeyPair, algorithm: EcKeyImportParams | RsaHashedImportParams) {
  const spki = new Uint8Array(publicKey.export({ format: "der", type: "spki" }));
  const pkcs8 = new Uint8Array(privateKey.export({ format: "der", type: "pkcs8" }));
  return issueCertificate(
    {
      organization: "Test",
      commonName: "Signer",
      notBefore: new Date(),
      notAfter: new Date(Date.now() + 60_000),
      publicKey: await crypto.subtle.importKey("spki", spki, algorithm, true, ["verify"]),
      keyUsage: KEY_USAGE.digitalSignature,
      extendedKeyUsage: [],
      isAuthority: false,
    },
    { certificate: "self", privateKey: await crypto.subtle.importKey("pkcs8", pkcs8, algorithm, false, ["sign"]) },
  );
}

async function writeStore(privateKey: KeyObject, certificate: pkijs.Certificate, chain: pkijs.Certificate[] = []) {
  return writeBytes(await makePkcs12({ privateKey, certificate, chain }, passphrase));
}

describe("a key from a PKCS#12 file", () => {
  test.each([
    ["P-256", "SHA-256"],
    ["P-384", "SHA-384"],
    ["P-521", "SHA-512"],
  ] as const)("on %s signs with %s, in DER", async (namedCurve, hash) => {
    const pair = generateKeyPairSync("ec", { namedCurve });
    const certificate = await selfSign(pair, { name: "ECDSA", namedCurve });
    const key = await loadPkcs12Key({ path: await writeStore(pair.privateKey, certificate), passphrase });
    expect(key.algorithm).toEqual({ scheme: "ECDSA", hash });
    const signature = await key.sign(Buffer.from("evidence"));
    expect(verify(hash, Buffer.from("evidence"), pair.publicKey, signature)).toBe(true);
  });

  test("of 3072 RSA bits signs with SHA-256", async () => {
    const pair = generateKeyPairSync("rsa", { modulusLength: 3072 });
    const certificate = await selfSign(pair, { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" });
    const key = await loadPkcs12Key({ path: await writeStore(pair.privateKey, certificate), passphrase });
    expect(key.algorithm).toEqual({ scheme: "RSASSA-PKCS1-v1_5", hash: "SHA-256" });
    const signature = await key.sign(Buffer.from("evidence"));
    expect(verify("SHA-256", Buffer.from("evidence"), pair.publicKey, signature)).toBe(true);
  });

  test("comes with its chain in order, whatever the order and the strangers in the file", async () => {
    const root = await makeTestAuthority("Root");
    const middle = await root.issueAuthority("Middle");
    const stranger = await makeTestAuthority("Stranger");
    const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const { certificate } = await middle.issueKey("Leaf");
    const leaf = await middle.reissue(certificate, (copy) => {
      copy.subjectPublicKeyInfo = pkijs.PublicKeyInfo.fromBER(publicKey.export({ format: "der", type: "spki" }));
    });
    const path = await writeStore(privateKey, leaf, [root.certificate, stranger.certificate, middle.certificate]);
    const key = await loadPkcs12Key({ path, passphrase });
    expect(key.chain.map(({ subject }) => distinguishedName(subject))).toEqual([
      "CN=Middle, O=Test",
      "CN=Root, O=Test",
    ]);
    expect(certificateDer(key.chain[1] ?? expect.fail())).toEqual(certificateDer(root.certificate));
  });
});

describe("no key comes from", () => {
  test.each([
    ["a file that is not there", async () => join(directory, "none.p12"), /ENOENT/],
    [
      "a file that is no PKCS#12",
      () => writeBytes(Buffer.from("nothing")),
      /passphrase is wrong, or the file is damaged/,
    ],
    ["a damaged file", damage, /passphrase is wrong, or the file is damaged/],
  ])("%s", async (_name, make, message) => {
    const path = await make();
    await expect(loadPkcs12Key({ path, passphrase })).rejects.toThrow(message);
    await expect(loadPkcs12Key({ path, passphrase })).rejects.toThrow(path);
  });

  test("a file with another passphrase", async () => {
    const pair = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const path = await writeStore(pair.privateKey, await selfSign(pair, { name: "ECDSA", namedCurve: "P-256" }));
    await expect(loadPkcs12Key({ path, passphrase: "guess" })).rejects.toThrow("the passphrase is wrong");
  });

  test("a file without the certificate of its key", async () => {
    const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const path = await writeStore(privateKey, (await makeTestAuthority("Root")).certificate);
    await expect(loadPkcs12Key({ path, passphrase })).rejects.toThrow("no certificate for its private key");
  });

  test("a file with an RSA key that is too short", async () => {
    const pair = generateKeyPairSync("rsa", { modulusLength: 1024 });
    const path = await writeStore(
      pair.privateKey,
      await selfSign(pair, { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" }),
    );
    await expect(loadPkcs12Key({ path, passphrase })).rejects.toThrow("1024 bits is too short");
  });
});

async function writeBytes(bytes: Uint8Array): Promise<string> {
  const path = join(directory, `${randomUUID()}.p12`);
  await writeFile(path, bytes);
  return path;
}

async function damage(): Promise<string> {
  const pair = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const certificate = await selfSign(pair, { name: "ECDSA", namedCurve: "P-256" });
  const file = await makePkcs12({ privateKey: pair.privateKey, certificate, chain: [] }, passphrase);
  file[200] = (file[200] ?? 0) ^ 1;
  return writeBytes(file);
}
