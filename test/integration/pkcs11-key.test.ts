import { createHash, generateKeyPairSync, verify } from "node:crypto";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { certificatesPem, distinguishedName } from "@nexbasira/core/authority/certificate.ts";
import { publicKeyOf } from "@nexbasira/core/authority/signing-key.ts";
import type { Pkcs11Source } from "@nexbasira/core/configuration/signing-configuration.ts";
import { Permanent, Retryable } from "@nexbasira/core/contract/errors.ts";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { PKCS11_BINDING } from "../../tools/setup/paths.mjs";
import { loadPkcs11Key, type Pkcs11Key } from "../../workers/signing/keys/pkcs11-key.ts";
import { CKM, Pkcs11Token } from "../../workers/signing/keys/pkcs11-token.ts";
import { refusedPins } from "../../workers/signing/keys/refused-pins.ts";
import { issueFor } from "../helpers/issue-for.ts";
import { makeStickyModule, SoftHsm, TOKEN_PIN, type TokenKeyType } from "../helpers/soft-hsm.ts";
import { makeTestAuthority, type TestAuthority } from "../helpers/test-authority.ts";
import { waitFor } from "../helpers/wait-for.ts";

const KEYS: [type: TokenKeyType, id: string, label: string][] = [
  [2048, "01", "seal-rsa"],
  ["P-256", "02", "seal-256"],
  ["P-384", "03", "seal-384"],
  ["P-521", "04", "seal-521"],
  [1024, "05", "too-short"],
];
const data = Buffer.from("the DER of some signed attributes");

let hsm: SoftHsm;
let authority: TestAuthority;
let root: TestAuthority;
let folder: string;
let opened: Pkcs11Key[] = [];

beforeAll(async () => {
  hsm = await SoftHsm.make();
  root = await makeTestAuthority("Root");
  authority = await root.issueAuthority("Middle");
  await hsm.makeToken("evidence");
  for (const [type, id, commonName] of KEYS) {
    const publicKey = await hsm.makeKey("evidence", type, { id, label: commonName });
    await hsm.putCertificate("evidence", await issueFor(authority, publicKey, { commonName }), id);
  }
  const careful = await hsm.makeCarefulKey("evidence", { id: "06", label: "careful" });
  await hsm.putCertificate("evidence", await issueFor(authority, careful, { commonName: "careful" }), "06");
  await hsm.putCertificate("evidence", root.certificate, "a1");
  await hsm.putCertificate("evidence", authority.certificate, "a2");
  await hsm.makeKey("evidence", "P-256", { id: "0b", label: "bare" });
  await hsm.makeKey("evidence", "P-256", { id: "0c", label: "twin" });
  await hsm.makeKey("evidence", "P-256", { id: "0d", label: "twin" });
  await hsm.makeToken("wrong-pin");
  await hsm.makeKey("wrong-pin", "P-256", { id: "01", label: "seal" });
});
afterAll(() => hsm.close());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "refused-"));
});
afterEach(async () => {
  for (const key of opened) key.close();
  opened = [];
  await rm(folder, { recursive: true });
});

async function open(source: Pkcs11Source, options: { timeLimitMs?: number } = {}): Promise<Pkcs11Key> {
  const key = await loadPkcs11Key({ source, refusedPins: { folder, secret: "secret" }, ...options });
  opened.push(key);
  return key;
}

describe("a key in a token", () => {
  test.each([
    ["seal-rsa", { scheme: "RSASSA-PKCS1-v1_5", hash: "SHA-256" }],
    ["seal-256", { scheme: "ECDSA", hash: "SHA-256" }],
    ["seal-384", { scheme: "ECDSA", hash: "SHA-384" }],
    ["seal-521", { scheme: "ECDSA", hash: "SHA-512" }],
  ] as const)("%s signs as CMS has it, with its certificate and the chain above", async (label, algorithm) => {
    const key = await open(hsm.source("evidence", label));
    expect(key.algorithm).toEqual(algorithm);
    const names = [key.certificate, ...key.chain].map(({ subject }) => distinguishedName(subject));
    expect(names).toEqual([`CN=${label}, O=Test`, "CN=Middle, O=Test", "CN=Root, O=Test"]);
    const signature = await key.sign(data);
    expect(verify(algorithm.hash, data, publicKeyOf(key.certificate), signature)).toBe(true);
  });

  test("is found by its id as well, however that is written", async () => {
    for (const id of ["02", "0x02"]) {
      const { certificate } = await open(hsm.source("evidence", id));
      expect(distinguishedName(certificate.subject)).toBe("CN=seal-256, O=Test");
    }
  });

  test("signs one after the other what it is asked for at once", async () => {
    const key = await open(hsm.source("evidence", "seal-256"));
    const texts = Array.from({ length: 20 }, (_, index) => Buffer.from(`document ${index}`));
    const signatures = await Promise.all(texts.map((each) => key.sign(each)));
    for (const [index, text] of texts.entries()) {
      expect(verify("SHA-256", text, publicKeyOf(key.certificate), signatures[index] ?? Buffer.alloc(0))).toBe(true);
    }
  });

  test("that asks for the PIN before every signature gets it", async () => {
    const key = await open(hsm.source("evidence", "careful"));
    for (const text of [data, Buffer.from("another document")]) {
      expect(verify("SHA-256", text, publicKeyOf(key.certificate), await key.sign(text))).toBe(true);
    }
  });

  test("takes its certificates from a file where the token has none", async () => {
    const source = hsm.source("evidence", "bare");
    await expect(open(source)).rejects.toThrow("SIGNING_PKCS11_CERTIFICATES");
    const stranger = await authority.issueKey("Stranger");
    const path = join(folder, "certificates.pem");
    await writeFile(path, certificatesPem([stranger.certificate, authority.certificate]));
    await expect(open({ ...source, certificates: path })).rejects.toThrow(
      "no certificate at hand is the one of the key",
    );
    const publicKey = await hsm.makeKey("evidence", "P-256", { id: "0e", label: "bare-2" });
    const own = await issueFor(authority, publicKey, { commonName: "From a file" });
    await writeFile(path, certificatesPem([own, root.certificate, authority.certificate]));
    const key = await open(hsm.source("evidence", "bare-2", { certificates: path }));
    expect(key.chain.map(({ subject }) => distinguishedName(subject))).toEqual([
      "CN=Middle, O=Test",
      "CN=Root, O=Test",
    ]);
  });

  test("signs again after the token has dropped its sessions", async () => {
    const certificate = (await open(hsm.source("evidence", "seal-256"))).certificate;
    // In this process, where its sessions can be taken from it.
    const token = await Pkcs11Token.open(hsm.source("evidence", "seal-256"), refusedPins({ folder, secret: "secret" }));
    const digest = createHash("sha256").update(data).digest();
    const holds = async () => {
      const signature = await token.sign(CKM.ecdsa, digest);
      return verify("SHA-256", data, { key: publicKeyOf(certificate), dsaEncoding: "ieee-p1363" }, signature);
    };
    // What a restart of the token does: this process is not logged in any more, and knows no session.
    const { PKCS11 } = createRequire(import.meta.url)(PKCS11_BINDING);
    const other = new PKCS11();
    other.load(hsm.module);
    for (const slot of other.C_GetSlotList(true)) other.C_CloseAllSessions(slot);
    expect(await holds()).toBe(true);
    other.C_Finalize();
    expect(await holds()).toBe(true);
    token.close();
  });

  test("signs no more once it is closed", async () => {
    const key = await open(hsm.source("evidence", "seal-256"));
    key.close();
    key.close();
    await expect(key.sign(data)).rejects.toThrow("closed");
  });
});

describe("a module that never answers", () => {
  test("holds up nothing else, is ended in time, and signs again once it answers", async () => {
    const sticky = await makeStickyModule(hsm);
    const source = hsm.source("evidence", "seal-256", { module: sticky.module });
    const key = await open(source);
    await sticky.stick();
    let turns = 0;
    const turning = setInterval(() => turns++, 20);
    const impatient = open(source, { timeLimitMs: 1_000 });
    await expect(impatient).rejects.toBeInstanceOf(Retryable);
    await expect(impatient).rejects.toThrow("The token evidence has not answered within 1000 ms");
    clearInterval(turning);
    expect(turns).toBeGreaterThan(5);
    const asked = key.sign(data);
    await sticky.stuck();
    await sticky.release();
    expect(verify("SHA-256", data, publicKeyOf(key.certificate), await asked)).toBe(true);
  });

  test("is ended, and another process signs, as after a crash", async () => {
    const sticky = await makeStickyModule(hsm);
    const source = hsm.source("evidence", "seal-256", { module: sticky.module });
    // As the queue does: on a slow machine the module that works may seem to hang at first.
    const untilIt = <T>(what: string, works: () => Promise<T>) => waitFor(what, works, 60_000);
    const key = await untilIt("opens", () => open(source, { timeLimitMs: 3_000 }));
    for (const fault of ["stick", "crash"] as const) {
      await sticky[fault]();
      await expect(key.sign(data)).rejects.toBeInstanceOf(Retryable);
      await sticky.release();
      const signature = await untilIt("signs", () => key.sign(data));
      expect(verify("SHA-256", data, publicKeyOf(key.certificate), signature)).toBe(true);
    }
  });
});

describe("a wrong PIN", () => {
  test("is given once, also over restarts, until another is configured", async () => {
    const source = hsm.source("wrong-pin", "seal", { pin: "0000-wrong" });
    const first = open(source);
    await expect(first).rejects.toBeInstanceOf(Permanent);
    await expect(first).rejects.toThrow("SIGNING_PKCS11_PIN: the token wrong-pin refuses it (CKR_PIN_INCORRECT)");
    // A restart is a new reader of the same folder.
    const later = refusedPins({ folder, secret: "secret" });
    await expect(open(source)).rejects.toThrow("has refused this PIN before");
    const mark = await readFile(later.path, "utf8");
    expect(mark).toMatch(/^[0-9a-f]{64}$/);
    expect((await stat(later.path)).mode & 0o077).toBe(0);
    // The right one gets as far as the certificate that this token has not.
    await expect(open({ ...source, pin: TOKEN_PIN })).rejects.toThrow("has no certificate of the key");
    await expect(stat(later.path)).rejects.toThrow("ENOENT");
  });
});

describe("no key comes from", () => {
  test("a token that is not there, and the others are named", async () => {
    const opening = open(hsm.source("evidenz", "seal-256"));
    await expect(opening).rejects.toBeInstanceOf(Retryable);
    await expect(opening).rejects.toThrow(/^SIGNING_PKCS11_TOKEN: there is no token "evidenz", only .*"evidence"/);
  });

  test.each([
    ["a label that no key has", "seal", /SIGNING_PKCS11_KEY: .* no private key "seal", only .*"seal-rsa" \(id 01\)/],
    ["a label that two keys have", "twin", /several private keys "twin"; give the id of one: 0[cd], 0[cd]/],
    ["an RSA key that is too short", "too-short", /1024 bits is too short/],
  ])("%s", async (_name, label, message) => {
    await expect(open(hsm.source("evidence", label))).rejects.toThrow(message);
  });

  test("a file that is no module", async () => {
    const { privateKey } = generateKeyPairSync("ed25519");
    const module = join(folder, "module.so");
    await writeFile(module, privateKey.export({ format: "pem", type: "pkcs8" }));
    await expect(open(hsm.source("evidence", "seal-256", { module }))).rejects.toThrow("is not a PKCS#11 module");
  });

  test("a machine without the binding, which says how to install it", async () => {
    const opening = open(hsm.source("evidence", "seal-256", { binding: join(folder, "nothing") }));
    await expect(opening).rejects.toThrow(/npm install --no-save pkcs11js@2/);
  });
});
