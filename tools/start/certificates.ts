import "reflect-metadata";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { isIP } from "node:net";
import { join } from "node:path";
import * as x509 from "@peculiar/x509";
import { waitForLock } from "../setup/lock.mjs";

const DAY = 24 * 3600 * 1000;

/** iOS refuses server certificates that are valid for longer than 825 days, browsers' own policy is 398. */
const CERTIFICATE_DAYS = 397;
const AUTHORITY_DAYS = 3650;

/** A certificate is made anew when it has fewer days left than this. */
const RENEW_DAYS = 30;

const KEY = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };

export interface TlsFiles {
  /** PEM: the server's certificate, then its authority's. */
  certificate: string;
  key: string;
}

interface Authority {
  certificate: x509.X509Certificate;
  key: CryptoKey;
}

/**
 * The development TLS certificate in `folder`, for localhost and the given addresses, by a local authority of its own
 * (`local-authority/certificate.pem`, which a phone may be told to trust). Kept, and made anew when an address came to
 * be, or it ends soon.
 */
export async function developmentCertificate(folder: string, addresses: string[], now = new Date()): Promise<TlsFiles> {
  const files: TlsFiles = { certificate: join(folder, "tls-cert.pem"), key: join(folder, "tls-key.pem") };
  await mkdir(join(folder, "local-authority"), { recursive: true });
  // Several instances of one clone share the folder.
  const lock = await waitForLock(join(folder, "lock"), () => undefined);
  try {
    const authority = await keptAuthority(join(folder, "local-authority"), now);
    const names = ["localhost", "127.0.0.1", "::1", ...addresses];
    const found = await readCertificate(files.certificate);
    if (found !== undefined && (await serves(found, authority, names, now))) return files;
    const { certificate, key } = await issue(authority, names, now);
    await keep(files.key, await privateKeyPem(key), 0o600);
    await keep(files.certificate, `${certificate.toString("pem")}\n${authority.certificate.toString("pem")}\n`, 0o644);
    return files;
  } finally {
    lock.release();
  }
}

async function serves(found: x509.X509Certificate, authority: Authority, names: string[], now: Date): Promise<boolean> {
  if (found.notAfter.getTime() < now.getTime() + RENEW_DAYS * DAY) return false;
  if (!(await found.verify({ publicKey: authority.certificate, signatureOnly: true }))) return false;
  const alternatives = found.getExtension(x509.SubjectAlternativeNameExtension)?.names.items ?? [];
  return names.every((name) => alternatives.some(({ value }) => value === name));
}

async function keptAuthority(folder: string, now: Date): Promise<Authority> {
  const certificateFile = join(folder, "certificate.pem");
  const keyFile = join(folder, "key.pem");
  const found = await readCertificate(certificateFile);
  if (found !== undefined && found.notAfter.getTime() > now.getTime() + CERTIFICATE_DAYS * DAY) {
    const pkcs8 = x509.PemConverter.decodeFirst(await readFile(keyFile, "utf8"));
    return { certificate: found, key: await crypto.subtle.importKey("pkcs8", pkcs8, KEY, true, ["sign"]) };
  }
  const keys = await crypto.subtle.generateKey(KEY, true, ["sign", "verify"]);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: "CN=NexBasira development authority (this machine only)",
    keys,
    notBefore: now,
    notAfter: new Date(now.getTime() + AUTHORITY_DAYS * DAY),
    signingAlgorithm: KEY,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey, false),
    ],
  });
  await keep(keyFile, await privateKeyPem(keys.privateKey), 0o600);
  await keep(certificateFile, `${certificate.toString("pem")}\n`, 0o644);
  return { certificate, key: keys.privateKey };
}

async function issue(authority: Authority, names: string[], now: Date): Promise<Authority> {
  const keys = await crypto.subtle.generateKey(KEY, true, ["sign", "verify"]);
  const certificate = await x509.X509CertificateGenerator.create({
    subject: "CN=localhost",
    issuer: authority.certificate.subjectName,
    publicKey: keys.publicKey,
    signingKey: authority.key,
    // A phone's clock may be behind.
    notBefore: new Date(now.getTime() - DAY),
    notAfter: new Date(now.getTime() + CERTIFICATE_DAYS * DAY),
    signingAlgorithm: KEY,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(
        names.map((value) => ({ type: isIP(value) === 0 ? ("dns" as const) : ("ip" as const), value })),
      ),
      await x509.AuthorityKeyIdentifierExtension.create(authority.certificate, false),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey, false),
    ],
  });
  return { certificate, key: keys.privateKey };
}

async function readCertificate(file: string): Promise<x509.X509Certificate | undefined> {
  try {
    return new x509.X509Certificate(await readFile(file, "utf8"));
  } catch {
    // Not there, or not a certificate: it is made anew.
    return undefined;
  }
}

async function privateKeyPem(key: CryptoKey): Promise<string> {
  return `${x509.PemConverter.encode(await crypto.subtle.exportKey("pkcs8", key), "PRIVATE KEY")}\n`;
}

/** Written beside and renamed: a server that starts meanwhile never reads half a file. */
async function keep(file: string, content: string, mode: number): Promise<void> {
  await writeFile(`${file}.new`, content, { mode });
  await rename(`${file}.new`, file);
}
