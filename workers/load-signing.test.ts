import { KeyObject } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { certificatesPem, distinguishedName } from "@nexbasira/core/authority/certificate.ts";
import {
  type DevelopmentAuthority,
  loadDevelopmentAuthority,
} from "@nexbasira/core/authority/development-authority.ts";
import { issueCertificate, KEY_USAGE } from "@nexbasira/core/authority/issue-certificate.ts";
import { makePkcs12 } from "@nexbasira/core/authority/pkcs12.ts";
import { readConfiguration } from "@nexbasira/core/configuration/configuration.ts";
import { newFernetKey } from "@nexbasira/core/secrets/fernet.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadSigning } from "./load-signing.ts";

const PASSPHRASE = "passphrase-of-the-test";

let folder: string;
let development: DevelopmentAuthority;
/** What an operator has bought. */
let own: { p12: string; ca: string; roots: string };
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "signing-"));
  development = await loadDevelopmentAuthority(join(folder, "elsewhere"), { address: "http://127.0.0.1:1" });
  own = await makeOwnKeys();
});
afterAll(() => rm(folder, { recursive: true }));

async function makeOwnKeys(): Promise<typeof own> {
  const issue = async (commonName: string, isAuthority: boolean) => {
    const keys = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign", "verify"]);
    const certificate = await issueCertificate(
      {
        organization: "Acme",
        commonName,
        notBefore: new Date(),
        notAfter: new Date(Date.now() + 86_400_000),
        publicKey: keys.publicKey,
        keyUsage: isAuthority ? KEY_USAGE.keyCertSign : KEY_USAGE.digitalSignature,
        extendedKeyUsage: [],
        isAuthority,
      },
      { certificate: "self", privateKey: keys.privateKey },
    );
    const path = join(folder, `${commonName}.p12`);
    const store = { privateKey: KeyObject.from(keys.privateKey), certificate, chain: [] };
    await writeFile(path, await makePkcs12(store, PASSPHRASE));
    return { path, certificate };
  };
  const seal = await issue("seal", false);
  const ca = await issue("ca", true);
  const roots = join(folder, "roots.pem");
  await writeFile(roots, certificatesPem([ca.certificate]));
  return { p12: seal.path, ca: ca.path, roots };
}

function load(variables: Record<string, string>) {
  return loadSigning(
    readConfiguration({
      PUBLIC_URL: "https://inspect.example.org",
      DATA_DIR: folder,
      CERTS_DIR: folder,
      DATABASE_URL: "postgres://user:password@host/database",
      MASTER_KEYS: newFernetKey(),
      AUTH_SECRET: "x".repeat(32),
      ...variables,
    }),
  );
}

const ofOwnKey = () => ({ SIGNING_P12: own.p12, SIGNING_P12_PASSPHRASE: PASSPHRASE });
const ofOwnTsa = () => ({ TSA_URLS: "tsa=https://tsa.example.com/", TSA_ROOTS: own.roots });
const developmentKey = () => ({
  SIGNING_P12: development.signing.path,
  SIGNING_P12_PASSPHRASE: development.signing.passphrase,
});
const developmentTsa = () => ({ ...ofOwnTsa(), TSA_ROOTS: join(folder, "elsewhere", "roots.pem") });
const developmentSigners = () => ({
  AES_CA_P12: development.signers.path,
  AES_CA_P12_PASSPHRASE: development.signers.passphrase,
});

describe("production", () => {
  test("signs with the operator's keys, and says nothing of development", async () => {
    const ca = { AES_CA_P12: own.ca, AES_CA_P12_PASSPHRASE: PASSPHRASE };
    const signing = await load({ ...ofOwnKey(), ...ofOwnTsa(), ...ca });
    expect(distinguishedName(signing.key.certificate.subject)).toBe("CN=seal, O=Acme");
    expect(distinguishedName(signing.signerAuthority?.certificate.subject ?? expect.fail())).toBe("CN=ca, O=Acme");
    expect(signing.development).toBe(false);
  });

  test("issues no certificates to signers without an authority for them", async () => {
    expect((await load({ ...ofOwnKey(), ...ofOwnTsa() })).signerAuthority).toBeNull();
  });

  test("does not start without a key and a time-stamp authority", async () => {
    const incomplete: Record<string, string>[] = [{}, ofOwnKey(), ofOwnTsa(), { ALLOW_DEVELOPMENT_KEYS: "yes" }];
    for (const given of incomplete) {
      await expect(load(given)).rejects.toThrow("are required in production");
    }
  });

  test.each([
    ["the key", "SIGNING_P12", () => ({ ...developmentKey(), ...ofOwnTsa() })],
    ["the time-stamp authority", "TSA_ROOTS", () => ({ ...ofOwnKey(), ...developmentTsa() })],
    ["the signers' authority", "AES_CA_P12", () => ({ ...ofOwnKey(), ...ofOwnTsa(), ...developmentSigners() })],
  ])("does not start where %s is a development authority's, unless it is told to", async (_name, variable, given) => {
    await expect(load(given())).rejects.toThrow(`${variable}: holds a certificate of the development authority`);
    expect((await load({ ...given(), ALLOW_DEVELOPMENT_KEYS: "yes" })).development).toBe(true);
  });
});

describe("development", () => {
  test("signs with its own authority what nothing else is configured for, and says so", async () => {
    const signing = await load({ NEXBASIRA_MODE: "development" });
    expect(distinguishedName(signing.key.certificate.subject)).toContain("O=NexBasira development");
    expect(signing.timeStamps.map(({ name }) => name)).toEqual(["development"]);
    expect(signing.signerAuthority).not.toBeNull();
    expect(signing.development).toBe(true);
  });

  test("signs with the operator's key where there is one, stamped by its own authority", async () => {
    const signing = await load({ NEXBASIRA_MODE: "development", ...ofOwnKey() });
    expect(distinguishedName(signing.key.certificate.subject)).toBe("CN=seal, O=Acme");
    expect(signing.timeStamps.map(({ name }) => name)).toEqual(["development"]);
    expect(signing.development).toBe(true);
  });
});
