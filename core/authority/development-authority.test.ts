import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { certificateDer, distinguishedName, readCertificatesPem } from "./certificate.ts";
import { loadDevelopmentAuthority } from "./development-authority.ts";
import { readPkcs12 } from "./pkcs12.ts";
import { readRevocationAddresses } from "./revocation-extensions.ts";

const YEAR_MS = 365 * 24 * 3600 * 1000;
const run = promisify(execFile);

const address = "http://127.0.0.1:1";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "authority-"));
});
afterEach(async () => {
  vi.useRealTimers();
  await rm(directory, { recursive: true });
});

function load(at = address) {
  return loadDevelopmentAuthority(directory, { address: at });
}

async function loadSigningCertificate(authority: { signing: { path: string; passphrase: string } }) {
  const { path, passphrase } = authority.signing;
  return readPkcs12(new Uint8Array(await readFile(path)), passphrase);
}

describe("the development authority", () => {
  test("says in every subject that it is for development", async () => {
    const authority = await load();
    const signing = await loadSigningCertificate(authority);
    const certificates = [...authority.roots, authority.timeStampAuthority.certificate, signing.certificate];
    expect(certificates.map(({ subject }) => distinguishedName(subject))).toEqual([
      "CN=NexBasira development root, O=NexBasira development",
      "CN=NexBasira development time-stamp authority, O=NexBasira development",
      "CN=NexBasira development evidence signing, O=NexBasira development",
    ]);
  });

  test("is the same at the second start", async () => {
    const first = await load();
    const files = await readdir(directory, { recursive: true });
    const second = await load();
    expect(second.signing).toEqual(first.signing);
    expect(certificateDer(second.timeStampAuthority.certificate)).toEqual(
      certificateDer(first.timeStampAuthority.certificate),
    );
    expect(await readdir(directory, { recursive: true })).toEqual(files);
  });

  test("is one authority when several processes start at once", async () => {
    const module = new URL("./development-authority.ts", import.meta.url).href;
    const script = `
      const { loadDevelopmentAuthority } = await import(${JSON.stringify(module)});
      const { roots, signing, timeStampAuthority } = await loadDevelopmentAuthority(process.argv[1], { address: "http://127.0.0.1:1" });
      const numbers = [...roots, timeStampAuthority.certificate].map((each) => String(each.serialNumber.toBigInt()));
      console.log(JSON.stringify([numbers, signing]));`;
    const starts = Array.from({ length: 4 }, () =>
      run(process.execPath, ["--input-type=module", "--eval", script, directory]),
    );
    const answers = new Set((await Promise.all(starts)).map(({ stdout }) => stdout));
    expect(answers.size).toBe(1);
    expect((await readdir(directory)).sort()).toEqual([
      "authority-1",
      "ocsp-1",
      "roots.pem",
      "signers-1",
      "signing-1",
      "time-stamp-1",
    ]);
  });

  test("keeps keys and passphrases from other users", async () => {
    const { signing } = await load();
    for (const file of [signing.path, join(directory, "authority-1", "passphrase")]) {
      expect((await stat(file)).mode & 0o077).toBe(0);
    }
    expect((await stat(join(directory, "time-stamp-1"))).mode & 0o077).toBe(0);
  });

  test("replaces the signing certificate when a quarter of its two years is left, and nothing else", async () => {
    const first = await load();
    vi.setSystemTime(Date.now() + 1.4 * YEAR_MS);
    expect((await load()).signing).toEqual(first.signing);
    vi.setSystemTime(Date.now() + 0.2 * YEAR_MS);
    const later = await load();
    expect(later.signing.path).toBe(join(directory, "signing-2", "key.p12"));
    const { certificate, chain } = await loadSigningCertificate(later);
    expect(await certificate.verify(chain[0])).toBe(true);
    expect(chain.map(certificateDer)).toEqual(first.roots.map(certificateDer));
    expect((await readdir(directory)).sort()).toEqual([
      "authority-1",
      "ocsp-1",
      "roots.pem",
      "signers-1",
      "signing-1",
      "signing-2",
      "time-stamp-1",
    ]);
  });

  test("says in its certificates where to ask about them, and replaces those that name another place", async () => {
    const first = await load();
    const { certificate } = await loadSigningCertificate(first);
    expect(readRevocationAddresses(certificate)).toEqual({
      ocsp: [`${address}/development-authority/ocsp`],
      crl: [`${address}/development-authority/revoked.crl`],
      issuers: [`${address}/development-authority/issuer.cer`],
    });
    const moved = await load("http://127.0.0.1:2");
    expect(moved.roots.map(certificateDer)).toEqual(first.roots.map(certificateDer));
    expect(moved.signing.path).toBe(join(directory, "signing-2", "key.p12"));
    expect(readRevocationAddresses(moved.timeStampAuthority.certificate).ocsp).toEqual([
      "http://127.0.0.1:2/development-authority/ocsp",
    ]);
    expect(certificateDer(moved.ocspResponder.certificate)).toEqual(certificateDer(first.ocspResponder.certificate));
  });

  test("gets a new root in time, has everything issued by it, and goes on trusting the old one", async () => {
    const first = await load();
    vi.setSystemTime(Date.now() + 8 * YEAR_MS);
    const later = await load();
    expect(later.roots).toHaveLength(2);
    expect(later.roots.map(certificateDer)).toContainEqual(certificateDer(first.roots[0] ?? expect.fail()));
    expect(later.timeStampAuthority.chain.map(certificateDer)).toEqual([
      certificateDer(later.roots[0] ?? expect.fail()),
    ]);
    expect(readCertificatesPem(await readFile(join(directory, "roots.pem"), "utf8"))).toHaveLength(2);
  });

  test("issues no certificate that outlives the root", async () => {
    await load();
    vi.setSystemTime(Date.now() + 7 * YEAR_MS);
    const { roots, timeStampAuthority } = await load();
    expect(roots).toHaveLength(1);
    expect(timeStampAuthority.certificate.notAfter.value).toEqual(roots[0]?.notAfter.value);
  });

  test("names the folder whose key is damaged instead of making another", async () => {
    const { signing } = await load();
    await writeFile(signing.path, "nothing");
    await expect(load()).rejects.toThrow(join(directory, "signing-1"));
  });
});
