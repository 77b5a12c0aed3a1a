import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { certificatesPem } from "@nexbasira/core/authority/certificate.ts";
import {
  type DevelopmentAuthority,
  loadDevelopmentAuthority,
} from "@nexbasira/core/authority/development-authority.ts";
import {
  issueSignerKey,
  loadSignerAuthority,
  SIGNER_CERTIFICATE_MS,
} from "@nexbasira/core/authority/issue-signer-key.ts";
import type { SigningKey } from "@nexbasira/core/authority/signing-key.ts";
import { listCredentials } from "@nexbasira/core/csc/csc-credentials.ts";
import { beginOAuth, exchangeCode, requestApplicationToken } from "@nexbasira/core/csc/csc-oauth.ts";
import { authorizeSignature, sendCode, signByService } from "@nexbasira/core/csc/csc-signatures.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { completeSignature } from "../../workers/signing/complete-signature.ts";
import { loadCscKey } from "../../workers/signing/keys/csc-key.ts";
import { loadPkcs11Key, type Pkcs11Key } from "../../workers/signing/keys/pkcs11-key.ts";
import { pdfInMemory, readPdf } from "../../workers/signing/pdf-source.ts";
import { PreparedSignature, prepareSignature } from "../../workers/signing/prepare-signature.ts";
import { signPdf } from "../../workers/signing/sign-pdf.ts";
import { CSC_CLIENT, CSC_PASSWORD, CSC_PIN, CscServer } from "../helpers/csc-server.ts";
import { issueFor } from "../helpers/issue-for.ts";
import { makePdf } from "../helpers/make-pdf.ts";
import { SoftHsm } from "../helpers/soft-hsm.ts";
import { takeSignatureApart } from "../helpers/take-signature-apart.ts";
import { makeTestAuthority, type TestAuthority } from "../helpers/test-authority.ts";
import { honest, startTimeStampServer, type TimeStampServer } from "../helpers/time-stamp-server.ts";

const run = promisify(execFile);
const REDIRECT = "https://inspect.example.org/signing/return";
const field = { name: "Jana Nováková", reason: "Evidence", location: null, contactInfo: null };

let directory: string;
let development: DevelopmentAuthority;
let root: TestAuthority;
let tsa: TimeStampServer;
let hsm: SoftHsm;
let service: CscServer;
const opened: Pkcs11Key[] = [];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "keys-"));
  development = await loadDevelopmentAuthority(join(directory, "authority"), { address: "http://127.0.0.1:1" });
  root = await makeTestAuthority("Root");
  tsa = await startTimeStampServer(honest(development.timeStampAuthority));
  hsm = await SoftHsm.make();
  await hsm.makeToken("evidence");
  const person = { userId: "jana", commonName: "Jana Nováková" };
  service = await CscServer.start({
    authority: root,
    redirectUris: [REDIRECT],
    credentials: [
      { id: "seal", userId: "organization", commonName: "Seal", authorization: "pin", key: "RSA" },
      { ...person, id: "by-code", authorization: "pin+otp", key: "P-384", form: "plain" },
      { ...person, id: "by-login", authorization: "oauth2code", key: "P-256", qualified: true },
    ],
  });
  await writeFile(join(directory, "roots.pem"), certificatesPem([root.certificate, ...development.roots]));
});
afterAll(async () => {
  for (const key of opened) key.close();
  await Promise.all([service.close(), tsa.close(), hsm.close()]);
  await rm(directory, { recursive: true });
});

const timeStamps = () => [{ url: tsa.url, roots: development.roots, policy: null, name: "test", qualified: false }];
const cscService = () => ({ url: service.url, ...CSC_CLIENT });

async function fromToken(type: 2048 | "P-256" | "P-384" | "P-521", id: string): Promise<SigningKey> {
  const label = `key ${id}`;
  const publicKey = await hsm.makeKey("evidence", type, { id, label });
  await hsm.putCertificate("evidence", await issueFor(root, publicKey, { commonName: label }), id);
  const certificates = join(directory, `${id}.pem`);
  await writeFile(
    certificates,
    certificatesPem([await issueFor(root, publicKey, { commonName: label }), root.certificate]),
  );
  const source = hsm.source("evidence", label, { certificates });
  const key = await loadPkcs11Key({ source, refusedPins: { folder: directory, secret: "secret" } });
  opened.push(key);
  return key;
}

/** By openssl: the signature over the bytes of the PDF, and the path of its certificate to the roots. */
async function verifiedBy(pdf: Uint8Array): Promise<string> {
  const parts = takeSignatureApart(Buffer.from(pdf));
  await writeFile(join(directory, "cms"), parts.cms);
  await writeFile(join(directory, "content"), parts.content);
  const files = ["-in", "cms", "-content", "content", "-out", "verified", "-CAfile", "roots.pem"];
  const { stderr } = await run("openssl", ["cms", "-verify", "-cades", "-binary", "-inform", "DER", ...files], {
    cwd: directory,
  });
  return stderr;
}

describe("a PDF signed at once is verified by openssl, with a key", () => {
  test.each<[string, () => Promise<SigningKey>]>([
    ["of a token, RSA with 2048 bits", () => fromToken(2048, "01")],
    ["of a token, on P-256", () => fromToken("P-256", "02")],
    ["of a token, on P-384", () => fromToken("P-384", "03")],
    ["of a token, on P-521", () => fromToken("P-521", "04")],
    [
      "of the organization's credential at a signing service",
      () => loadCscKey({ service: cscService(), credential: "seal", pin: CSC_PIN }),
    ],
    [
      "made for this one signature, with a short-lived certificate",
      async () =>
        issueSignerKey(await loadSignerAuthority(development.signers), {
          name: "Jana Nováková",
          given: { session: "ses_1", participant: "ptc_1" },
          validFor: SIGNER_CERTIFICATE_MS,
        }),
    ],
  ])("%s", async (_name, load) => {
    const key = await load();
    const signed = await signPdf({
      pdf: pdfInMemory(await makePdf()),
      key,
      timeStamps: timeStamps(),
      field,
      signedAt: new Date(),
    });
    expect(signed.baseline).toBe("B-T");
    expect(await verifiedBy(readPdf(signed.pdf))).toContain("CAdES Verification successful");
  });
});

describe("a PDF that waits for its signer is verified by openssl once they signed", () => {
  /** As it is kept over a restart. */
  async function prepare(pdf: Uint8Array, key: Pick<SigningKey, "certificate" | "chain" | "algorithm">) {
    const prepared = await prepareSignature({ pdf: pdfInMemory(pdf), ...key, field, signedAt: new Date() });
    const kept = PreparedSignature.parse(JSON.parse(JSON.stringify(prepared)));
    return { kept, data: new Uint8Array(Buffer.from(kept.signedAttributes, "base64")) };
  }

  async function complete(pdf: Uint8Array, kept: PreparedSignature, value: Uint8Array<ArrayBuffer>): Promise<string> {
    const signed = await completeSignature(pdfInMemory(pdf), kept, value, { timeStamps: timeStamps() });
    return verifiedBy(readPdf(signed.pdf));
  }

  test("by a PIN and a one-time code", async () => {
    const token = await requestApplicationToken(cscService());
    const { usable: credentials } = await listCredentials(cscService(), token, { userId: "jana" });
    const credential = credentials.find(({ id }) => id === "by-code") ?? expect.fail();
    const pdf = await makePdf();
    const { kept, data } = await prepare(pdf, credential);
    await sendCode(cscService(), token, credential);
    const answers = { PIN: CSC_PIN, OTP: service.sentCode ?? "" };
    const authorization = await authorizeSignature(cscService(), token, { credential, data, answers });
    if (!("sad" in authorization)) return expect.fail("It is not allowed");
    const value = await signByService(cscService(), token, { credential, data, authorization });
    expect(await complete(pdf, kept, value)).toContain("CAdES Verification successful");
  });

  test("on the service's own page, which sends them back with a code", async () => {
    const login = async (scope: Parameters<typeof beginOAuth>[1]["scope"]) => {
      const begun = await beginOAuth(cscService(), { redirectUri: REDIRECT, language: "cs", scope });
      const body = new URLSearchParams({ user: "jana", password: CSC_PASSWORD });
      const answer = await fetch(begun.url, { method: "POST", body, redirect: "manual" });
      const code = new URL(answer.headers.get("location") ?? "").searchParams.get("code") ?? "";
      return exchangeCode(cscService(), { code, redirectUri: REDIRECT, codeVerifier: begun.codeVerifier });
    };
    const { usable: credentials } = await listCredentials(cscService(), await login("service"), { userId: null });
    const credential = credentials.find(({ qualified }) => qualified) ?? expect.fail();
    const pdf = await makePdf();
    const { kept, data } = await prepare(pdf, credential);
    const token = await login({ credential, data, description: "Inspection" });
    const value = await signByService(cscService(), token, { credential, data, authorization: null });
    expect(await complete(pdf, kept, value)).toContain("CAdES Verification successful");
  });
});

test("openssl reads a signer's short-lived certificate as it is meant, its name in any script", async () => {
  const authority = await loadSignerAuthority(development.signers);
  const { certificate } = await issueSignerKey(authority, {
    name: "Жанна Новакова",
    given: { session: "ses_1", participant: "ptc_1" },
    validFor: SIGNER_CERTIFICATE_MS,
  });
  const path = join(directory, "signer.pem");
  await writeFile(path, certificatesPem([certificate]));
  const name = ["-nameopt", "utf8,sep_comma_plus", "-subject"];
  const { stdout } = await run("openssl", ["x509", "-in", path, "-noout", "-text", ...name]);
  expect(stdout).toMatch(/subject=O=NexBasira development,CN=Жанна Новакова,serialNumber=[0-9a-f]{32}/);
  expect(stdout).toMatch(/Key Usage: critical\s+Non Repudiation\s/);
  expect(stdout).toContain("0.4.0.194121.2.1");
  expect(stdout).toMatch(/2\.5\.29\.56|No Revocation Available/);
  expect(stdout).toMatch(/Basic Constraints: critical\s+CA:FALSE/);
});
