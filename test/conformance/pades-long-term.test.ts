import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { issueSignerKey, loadSignerAuthority } from "@nexbasira/core/authority/issue-signer-key.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { verify } from "../../sdk/verify/src/index.ts";
import { augmentPdf } from "../../workers/signing/augment-pdf.ts";
import { loadPkcs12Key } from "../../workers/signing/keys/pkcs12-key.ts";
import { pdfInMemory, readPdf } from "../../workers/signing/pdf-source.ts";
import { readSecurityStore } from "../../workers/signing/security-store.ts";
import { signPdf } from "../../workers/signing/sign-pdf.ts";
import { type DevelopmentServer, startDevelopmentServer } from "../helpers/development-server.ts";
import { makePdf } from "../helpers/make-pdf.ts";
import { localWay } from "../helpers/revocation-server.ts";
import { takeDocumentTimeStampApart, takeSignatureApart } from "../helpers/take-signature-apart.ts";
import { hasJava, validateAllWithDss, validateAllWithPyHanko } from "./others-verdicts.ts";

const run = promisify(execFile);

let directory: string;
let server: DevelopmentServer;
/** The same document with its signature alone, at B-LTA, and with its document time stamp renewed. */
let levels: { signed: Buffer; longTerm: Buffer; renewed: Buffer };
/** One that was signed while there was no time-stamp authority, and brought to B-LTA later. */
let stampedLater: Buffer;
/** One that a participant has signed by a short-lived certificate, and the organization sealed, at B-LTA. */
let twoSigners: Buffer;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "pades-lt-"));
  server = await startDevelopmentServer(join(directory, "authority"));
  const { authority, timeStamp } = server;
  const timeStamps = [timeStamp];
  const key = await loadPkcs12Key(authority.signing);
  const field = { name: "Řehoř (odhady) s. r. o.", reason: "Evidence", location: null, contactInfo: null };
  const signed = await signPdf({
    pdf: pdfInMemory(await makePdf()),
    key,
    timeStamps,
    field,
    signedAt: new Date(),
  });
  const bare = await signPdf({ pdf: pdfInMemory(await makePdf()), key, timeStamps: [], field, signedAt: new Date() });
  stampedLater = Buffer.from(readPdf((await augmentPdf(bare.pdf, { timeStamps, certificateWay: localWay })).pdf));
  const longTerm = await augmentPdf(signed.pdf, { timeStamps, certificateWay: localWay });
  const renewed = await augmentPdf(longTerm.pdf, { timeStamps, certificateWay: localWay });
  const bytes = (each: typeof signed | typeof longTerm) => Buffer.from(readPdf(each.pdf));
  levels = { signed: bytes(signed), longTerm: bytes(longTerm), renewed: bytes(renewed) };
  const signer = await issueSignerKey(await loadSignerAuthority(authority.signers), {
    name: "Marie Lefèvre",
    given: { session: "session", participant: "participant" },
    validFor: 3600_000,
  });
  const input = { timeStamps, field, signedAt: new Date() };
  const bySigner = await signPdf({ ...input, pdf: pdfInMemory(await makePdf()), key: signer });
  const sealed = await signPdf({ ...input, pdf: bySigner.pdf, key });
  twoSigners = bytes(await augmentPdf(sealed.pdf, { timeStamps, certificateWay: localWay }));
  const parts = { ...takeSignatureApart(levels.longTerm), ...takeDocumentTimeStampApart(levels.longTerm) };
  for (const [name, content] of Object.entries({ ...parts, "longTerm.pdf": levels.longTerm })) {
    await writeFile(join(directory, name), content);
  }
});
afterAll(async () => {
  await server?.close();
  await rm(directory, { recursive: true });
});

/** Runs a program in the test's folder and answers what it printed. Rejects where its exit status is not 0. */
async function runHere(program: string, ...options: string[]): Promise<string> {
  const { stdout, stderr } = await run(program, options, { cwd: directory });
  return stdout + stderr;
}

const roots = "authority/roots.pem";

describe("a PDF at B-LTA", () => {
  test("still has a signature and a signature time stamp that openssl verifies", async () => {
    const files = ["-in", "cms", "-content", "content", "-out", "verified", "-CAfile", roots];
    const cms = await runHere("openssl", "cms", "-verify", "-cades", "-binary", "-inform", "DER", ...files);
    expect(cms).toContain("CAdES Verification successful");
    const token = ["-in", "token", "-data", "value", "-CAfile", roots];
    expect(await runHere("openssl", "ts", "-verify", "-token_in", ...token)).toContain("Verification: OK");
  });

  test("has a document time stamp that openssl verifies over all the rest of the file, and over nothing else", async () => {
    const verify = (data: string) =>
      runHere("openssl", "ts", "-verify", "-token_in", "-in", "stamp", "-data", data, "-CAfile", roots);
    expect(await verify("stamped")).toContain("Verification: OK");
    await expect(verify("content")).rejects.toThrow("message imprint mismatch");
    const { stamped } = takeDocumentTimeStampApart(levels.longTerm);
    expect(stamped.includes("/DSS")).toBe(true);
  });

  test("holds OCSP answers that openssl verifies, for its signer and its time-stamp authority", async () => {
    const { ocsps } = readSecurityStore(pdfInMemory(levels.longTerm));
    expect(ocsps).toHaveLength(2);
    const good: string[] = [];
    for (const [index, ocsp] of ocsps.entries()) {
      await writeFile(join(directory, `${index}.ocsp`), ocsp);
      for (const role of ["signing", "time-stamp"]) {
        const certificate = `authority/${role}-1/certificate.pem`;
        const asked = ["-issuer", roots, "-cert", certificate, "-CAfile", roots, "-no_nonce"];
        // Fails for the certificate that the answer is not about.
        const text = await runHere("openssl", "ocsp", "-respin", `${index}.ocsp`, ...asked).catch(() => "");
        if (text.includes(`${certificate}: good`)) expect(text).toContain("Response verify OK");
        if (text.includes(`${certificate}: good`)) good.push(role);
      }
    }
    expect(good.toSorted()).toEqual(["signing", "time-stamp"]);
  });

  test("is a sound PDF to qpdf, with a signature that pdfsig finds valid", async () => {
    expect(await runHere("qpdf", "--check", "longTerm.pdf")).toContain("No syntax or stream encoding errors found");
    // Its exit status says nothing of a digest that does not match, and it knows no document time stamps.
    const text = await runHere("pdfsig", "longTerm.pdf");
    expect(text.match(/Signature is Valid/g)).toHaveLength(1);
    expect(text.match(/Total document signed/g)).toHaveLength(1);
  });

  test("begins with the bytes of each level before it", () => {
    const { signed, longTerm, renewed } = levels;
    expect(longTerm.subarray(0, signed.length).equals(signed)).toBe(true);
    expect(renewed.subarray(0, longTerm.length).equals(longTerm)).toBe(true);
  });
});

test("the development authority's revocation list and certificate are what openssl says they are", async () => {
  const { origin } = new URL(server.timeStamp.url);
  for (const [name, path] of [
    ["crl", "revoked.crl"],
    ["issuer", "issuer.cer"],
  ] as const) {
    const answer = await fetch(`${origin}/development-authority/${path}`);
    await writeFile(join(directory, name), Buffer.from(await answer.arrayBuffer()));
  }
  expect(await runHere("openssl", "crl", "-inform", "DER", "-in", "crl", "-CAfile", roots, "-noout")).toContain(
    "verify OK",
  );
  await runHere("openssl", "crl", "-inform", "DER", "-in", "crl", "-out", "crl.pem");
  const checked = ["-crl_check", "-CAfile", roots, "-CRLfile", "crl.pem", "authority/signing-1/certificate.pem"];
  expect(await runHere("openssl", "verify", ...checked)).toContain("OK");
  await runHere("openssl", "x509", "-inform", "DER", "-in", "issuer", "-out", "issuer.pem");
  expect(await readFile(join(directory, "issuer.pem"), "utf8")).toBe(await readFile(join(directory, roots), "utf8"));
});

test("the development responder answers openssl's own request", async () => {
  const url = `${new URL(server.timeStamp.url).origin}/development-authority/ocsp`;
  for (const hash of ["-sha1", "-sha256"]) {
    const asked = [hash, "-issuer", roots, "-cert", "authority/signing-1/certificate.pem", "-CAfile", roots];
    const text = await runHere("openssl", "ocsp", "-url", url, ...asked);
    expect(text).toContain("Response verify OK");
    expect(text).toContain("certificate.pem: good");
    expect(text).not.toContain("no nonce in response");
  }
});

test("pyHanko validates it, by the long-term algorithm too, and sees only what a signature needs added", async () => {
  const trusted = await readFile(join(directory, roots), "utf8");
  const pdfs = [levels.longTerm, levels.renewed, stampedLater];
  const reports = await validateAllWithPyHanko(pdfs, { trusted });
  for (const report of reports) {
    expect(report).toMatchObject({ error: null, signatures: [{ bottomLine: true, changes: "LTA_UPDATES" }] });
    expect(report?.timestamps.every(({ bottomLine }) => bottomLine)).toBe(true);
  }
  expect(reports.map(({ timestamps }) => timestamps.length)).toEqual([1, 2, 2]);
  // Its long-term algorithm takes no signature that has no time stamp of its own, though one of the document follows it.
  expect(reports.map(({ signatures }) => signatures[0]?.longTerm)).toEqual([
    "AdESPassed.OK",
    "AdESPassed.OK",
    "AdESIndeterminate.SIG_CONSTRAINTS_FAILURE",
  ]);
});

test("our verifier finds B-LTA as well where the time stamp came later than the signature", async () => {
  const trusted = await readFile(join(directory, roots), "utf8");
  const report = await verify(new Uint8Array(stampedLater), { roots: [trusted] });
  expect(report).toMatchObject({ baseline: "B-LTA" });
});

describe.skipIf(!hasJava)("EU DSS (needs Java)", () => {
  test("finds PAdES-BASELINE-T, then PAdES-BASELINE-LTA, all passed with the development root as anchor", async () => {
    const trusted = await readFile(join(directory, roots), "utf8");
    const pdfs = [levels.signed, levels.longTerm, levels.renewed, stampedLater];
    const reports = await validateAllWithDss(pdfs, { trusted });
    expect(reports.map(({ signatures }) => signatures.map(({ format }) => format))).toEqual([
      ["PAdES-BASELINE-T"],
      ["PAdES-BASELINE-LTA"],
      ["PAdES-BASELINE-LTA"],
      ["PAdES-BASELINE-LTA"],
    ]);
    for (const { error, signatures } of reports.slice(1)) {
      expect(error).toBeNull();
      expect(signatures).toMatchObject([{ indication: "TOTAL_PASSED", errors: [] }]);
      expect(signatures[0]?.timestamps.every(({ indication }) => indication === "PASSED")).toBe(true);
    }
  });

  test("finds PAdES-BASELINE-LTA for a participant's short-lived certificate and for the seal over it", async () => {
    const trusted = await readFile(join(directory, roots), "utf8");
    const [report] = await validateAllWithDss([twoSigners], { trusted });
    expect(report?.signatures).toMatchObject([
      { format: "PAdES-BASELINE-LTA", indication: "TOTAL_PASSED" },
      { format: "PAdES-BASELINE-LTA", indication: "TOTAL_PASSED" },
    ]);
    const later = await validateAllWithDss([twoSigners], { trusted, time: new Date(Date.now() + 30 * 24 * 3600_000) });
    expect(later[0]?.signatures.map(({ indication }) => indication)).toEqual(["TOTAL_PASSED", "TOTAL_PASSED"]);
  });

  test("finds it still passed when the certificates of the signature have long ended", async () => {
    const trusted = await readFile(join(directory, roots), "utf8");
    const time = new Date(Date.now() + 4 * 365 * 24 * 3600_000);
    const [report] = await validateAllWithDss([levels.longTerm], { trusted, time });
    expect(report?.signatures).toMatchObject([{ format: "PAdES-BASELINE-LTA", indication: "TOTAL_PASSED" }]);
  });
});
