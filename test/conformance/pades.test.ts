import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import {
  type DevelopmentAuthority,
  loadDevelopmentAuthority,
} from "@nexbasira/core/authority/development-authority.ts";
import type { SigningKey } from "@nexbasira/core/authority/signing-key.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { checkSignature } from "../../workers/signing/check-signature.ts";
import { loadPkcs12Key } from "../../workers/signing/keys/pkcs12-key.ts";
import { pdfInMemory, readPdf } from "../../workers/signing/pdf-source.ts";
import { signPdf } from "../../workers/signing/sign-pdf.ts";
import { makePdf } from "../helpers/make-pdf.ts";
import { takeSignatureApart } from "../helpers/take-signature-apart.ts";
import { honest, startTimeStampServer, type TimeStampServer } from "../helpers/time-stamp-server.ts";

const run = promisify(execFile);

let directory: string;
let authority: DevelopmentAuthority;
let server: TimeStampServer;
let key: SigningKey;
let signed: Buffer;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "pades-"));
  authority = await loadDevelopmentAuthority(join(directory, "authority"), { address: "http://127.0.0.1:1" });
  server = await startTimeStampServer(honest(authority.timeStampAuthority));
  key = await loadPkcs12Key(authority.signing);
  signed = await sign(await makePdf(), key);
});
afterAll(async () => {
  await server.close();
  await rm(directory, { recursive: true });
});

async function sign(pdf: Uint8Array, withKey: SigningKey): Promise<Buffer> {
  const result = await signPdf({
    pdf: pdfInMemory(pdf),
    key: withKey,
    timeStamps: [{ url: server.url, roots: authority.roots, policy: null, name: "test", qualified: false }],
    field: { name: "Řehoř (odhady) s. r. o.", reason: "Evidence", location: null, contactInfo: null },
    signedAt: new Date(),
  });
  expect(result.baseline).toBe("B-T");
  return Buffer.from(readPdf(result.pdf));
}

/** Runs a program in the test's folder and answers what it printed. Rejects where its exit status is not 0. */
async function runHere(program: string, ...options: string[]): Promise<string> {
  const { stdout, stderr } = await run(program, options, { cwd: directory });
  return stdout + stderr;
}

/** Writes what a signed PDF consists of into the test's folder, for others' programs. */
async function takeApart(pdf: Buffer): Promise<void> {
  for (const [name, bytes] of Object.entries(takeSignatureApart(pdf))) await writeFile(join(directory, name), bytes);
}

function verifyCms(roots: string): Promise<string> {
  const files = ["-in", "cms", "-content", "content", "-out", "verified"];
  return runHere("openssl", "cms", "-verify", "-cades", "-binary", "-inform", "DER", ...files, "-CAfile", roots);
}

function verifyToken(data: string): Promise<string> {
  const files = ["-in", "token", "-data", data, "-CAfile", "authority/roots.pem"];
  return runHere("openssl", "ts", "-verify", "-token_in", ...files);
}

async function pdfsig(pdf: Uint8Array): Promise<string> {
  await writeFile(join(directory, "signed.pdf"), pdf);
  // Its exit status says nothing of a digest that does not match: only what it prints counts.
  return runHere("pdfsig", "signed.pdf");
}

function flip(pdf: Buffer, position: number): Buffer {
  const altered = Buffer.from(pdf);
  altered[position] = (altered[position] ?? 0) ^ 1;
  return altered;
}

describe("a PDF signed with the development authority", () => {
  test("is verified as CAdES by openssl, over the bytes of its ByteRange", async () => {
    await takeApart(signed);
    expect(await verifyCms("authority/roots.pem")).toContain("CAdES Verification successful");
    expect(await readFile(join(directory, "verified"))).toEqual(await readFile(join(directory, "content")));
  });

  test("has a time stamp that openssl verifies against the signature value, and against nothing else", async () => {
    await takeApart(signed);
    expect(await verifyToken("value")).toContain("Verification: OK");
    await expect(verifyToken("content")).rejects.toThrow("message imprint mismatch");
  });

  test("has the attributes of PAdES and no signing time, as openssl reads them", async () => {
    await takeApart(signed);
    const text = await runHere("openssl", "cms", "-cmsout", "-print", "-inform", "DER", "-in", "cms");
    const outer = text.slice(0, text.indexOf("unsignedAttrs"));
    const signedAttributes = outer.slice(outer.indexOf("signedAttrs"));
    const names = [...signedAttributes.matchAll(/object: (\S+)/g)].map(([, name]) => name);
    expect(names.sort()).toEqual(["contentType", "id-smime-aa-signingCertificateV2", "messageDigest"]);
    expect(text).toContain("id-smime-aa-timeStampToken");
    expect(text).not.toContain("signingTime");
  });

  test("has a signature and a time stamp in DER: openssl encodes what it read to the same bytes", async () => {
    await takeApart(signed);
    for (const file of ["cms", "token"]) {
      await runHere("openssl", "cms", "-cmsout", "-inform", "DER", "-in", file, "-outform", "DER", "-out", "again");
      expect(await readFile(join(directory, "again"))).toEqual(await readFile(join(directory, file)));
      expect(await runHere("openssl", "asn1parse", "-inform", "DER", "-in", file)).not.toMatch(
        /cons: OCTET STRING|inf /,
      );
    }
  });

  test("is valid as a whole, and ETSI.CAdES.detached, by what pdfsig prints", async () => {
    const text = await pdfsig(signed);
    expect(text).toContain("Signature Type: ETSI.CAdES.detached");
    expect(text).toContain("Signature is Valid");
    expect(text).toContain("Total document signed");
    expect(text).toContain("Signer Certificate Common Name: NexBasira development evidence signing");
  });

  test("is a sound PDF to qpdf, and its page is drawn as before by pdftoppm", async () => {
    await writeFile(join(directory, "unsigned.pdf"), await makePdf());
    await writeFile(join(directory, "signed.pdf"), signed);
    expect(await runHere("qpdf", "--check", "signed.pdf")).toContain("No syntax or stream encoding errors found");
    for (const name of ["unsigned", "signed"])
      await runHere("pdftoppm", "-r", "50", "-f", "1", "-l", "1", `${name}.pdf`, name);
    const [before, after] = await Promise.all(
      ["unsigned-1.ppm", "signed-1.ppm"].map((name) => readFile(join(directory, name))),
    );
    expect(after).toEqual(before);
  });

  test("is not accepted from a root that is not trusted", async () => {
    await takeApart(signed);
    const other = await loadDevelopmentAuthority(join(directory, "other"), { address: "http://127.0.0.1:1" });
    expect(other.roots).toHaveLength(1);
    await expect(verifyCms("other/roots.pem")).rejects.toThrow(
      /unable to get (local )?issuer certificate|self-signed/i,
    );
  });
});

test("a byte flipped anywhere in the signed part is found by us, by openssl and by pdfsig", async () => {
  const text = signed.toString("latin1");
  for (const [part, offset] of [
    ["/MediaBox", 15],
    ["stream\n", 12],
    ["/Reason", 12],
    ["/Prev", 6],
  ] as const) {
    const altered = flip(signed, text.lastIndexOf(part) + offset);
    await expect(checkSignature(pdfInMemory(altered), { timeStampRoots: authority.roots }), part).rejects.toThrow();
    await takeApart(altered);
    await expect(verifyCms("authority/roots.pem"), part).rejects.toThrow("verify_content:verification failure");
    expect(await pdfsig(altered), part).not.toContain("Signature is Valid");
  }
});

test("a PDF that is signed twice has two signatures that hold, the second over all of it", async () => {
  const text = await pdfsig(await sign(signed, key));
  expect(text.match(/Signature is Valid/g)).toHaveLength(2);
  expect(text.match(/Total document signed/g)).toHaveLength(1);
  expect(text).toContain("Signature Field Name: Signature2");
});

describe("a key in a PKCS#12 file made by openssl", () => {
  test.each([
    ["RSA, 3072 bits", ["-newkey", "rsa:3072"]],
    ["ECDSA, P-384", ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-384"]],
  ])("signs so that openssl and pdfsig verify it: %s", async (_name, newKey) => {
    const other = await sign(await makePdf(), await loadPkcs12Key(await exportKey(newKey, [])));
    await takeApart(other);
    expect(await verifyCms("certificate.pem")).toContain("CAdES Verification successful");
    expect(await verifyToken("value")).toContain("Verification: OK");
    expect(await pdfsig(other)).toContain("Signature is Valid");
  });

  test("is refused where its encryption is of an old kind, with a hint at what to do", async () => {
    const old = ["-keypbe", "PBE-SHA1-3DES", "-certpbe", "PBE-SHA1-3DES", "-macalg", "SHA1"];
    const store = await exportKey(["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"], old);
    await expect(loadPkcs12Key(store)).rejects.toThrow("of an old kind (RC2 or 3DES)");
  });

  async function exportKey(newKey: string[], options: string[]): Promise<{ path: string; passphrase: string }> {
    const usage = ["-addext", "keyUsage=critical,digitalSignature,nonRepudiation"];
    const subject = ["-subj", "/O=Test/CN=Signer", "-days", "30"];
    const files = ["-keyout", "key.pem", "-out", "certificate.pem"];
    await runHere("openssl", "req", "-x509", ...newKey, "-noenc", ...subject, ...usage, ...files);
    const input = ["-inkey", "key.pem", "-in", "certificate.pem", "-passout", "pass:secret"];
    await runHere("openssl", "pkcs12", "-export", ...input, ...options, "-out", "key.p12");
    return { path: join(directory, "key.p12"), passphrase: "secret" };
  }
});

test("openssl opens the PKCS#12 file of the development signing key", async () => {
  const file = ["-in", authority.signing.path, "-passin", `pass:${authority.signing.passphrase}`];
  const text = await runHere("openssl", "pkcs12", ...file, "-info", "-nokeys");
  expect(text).toContain("MAC: sha256");
  expect(text).toContain("Shrouded Keybag: PBES2, PBKDF2, AES-256-CBC");
  expect(text).toContain("CN = NexBasira development evidence signing");
});
