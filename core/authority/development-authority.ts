import { KeyObject, randomBytes } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type * as pkijs from "pkijs";
import { certificateDer, certificatesPem } from "./certificate.ts";
import { DEVELOPMENT_PATHS } from "./development-paths.ts";
import { sameBytes } from "./hash-algorithm.ts";
import { issueCertificate, KEY_USAGE, TIME_STAMPING } from "./issue-certificate.ts";
import { type KeyStore, makePkcs12, readPkcs12 } from "./pkcs12.ts";
import { REVOCATION, type RevocationAddresses, readRevocationAddresses } from "./revocation-extensions.ts";
import { makeSigningKey, type SigningKey } from "./signing-key.ts";

/** The organization in the subject of every certificate made here: nobody shall take one for a real one. */
const ORGANIZATION = "NexBasira development";

/** Whether a certificate is of a development authority, this one or any other. */
export function isDevelopmentCertificate({ subject }: pkijs.Certificate): boolean {
  return subject.typesAndValues.some(
    ({ type, value }) => type === "2.5.4.10" && String(value.valueBlock.value) === ORGANIZATION,
  );
}

const YEAR_MS = 365 * 24 * 3600 * 1000;

/** A certificate with less than this part of its validity left is replaced by a new one. */
const REMAKE_BELOW = 0.25;

/** Certificates count from a little before they are made, because clocks differ. */
const BACKDATE_MS = 3600 * 1000;

interface Role {
  /** Its folders are called `<name>-1`, `<name>-2`, …: a new number each time the certificate is replaced. */
  name: "authority" | "signing" | "signers" | "time-stamp" | "ocsp";
  commonName: string;
  years: number;
  keyUsage: number;
  extendedKeyUsage: string[];
  isAuthority: boolean;
  /** Object identifiers of extensions that say something by being there. */
  statements: string[];
}

const AUTHORITY: Role = {
  name: "authority",
  commonName: "NexBasira development root",
  years: 10,
  keyUsage: KEY_USAGE.keyCertSign | KEY_USAGE.cRLSign,
  extendedKeyUsage: [],
  isAuthority: true,
  statements: [],
};
const SIGNING: Role = {
  name: "signing",
  commonName: "NexBasira development evidence signing",
  years: 2,
  keyUsage: KEY_USAGE.digitalSignature | KEY_USAGE.nonRepudiation,
  extendedKeyUsage: [],
  isAuthority: false,
  statements: [],
};
const SIGNERS: Role = {
  name: "signers",
  commonName: "NexBasira development signers' authority",
  years: 5,
  keyUsage: KEY_USAGE.keyCertSign | KEY_USAGE.cRLSign,
  extendedKeyUsage: [],
  isAuthority: true,
  statements: [],
};
const TIME_STAMP: Role = {
  name: "time-stamp",
  commonName: "NexBasira development time-stamp authority",
  years: 5,
  keyUsage: KEY_USAGE.digitalSignature | KEY_USAGE.nonRepudiation,
  extendedKeyUsage: [TIME_STAMPING],
  isAuthority: false,
  statements: [],
};

const OCSP: Role = {
  name: "ocsp",
  commonName: "NexBasira development OCSP responder",
  years: 5,
  keyUsage: KEY_USAGE.digitalSignature,
  extendedKeyUsage: [REVOCATION.ocspSigning],
  isAuthority: false,
  // Nobody shall have to ask the responder about itself.
  statements: [REVOCATION.noCheck],
};

export interface DevelopmentAuthority {
  /** The roots, the present one first: what to trust of everything that was ever signed here. */
  roots: pkijs.Certificate[];
  /** The evidence-signing key as the default key provider takes it: an encrypted PKCS#12 file and its passphrase. */
  signing: { path: string; passphrase: string };
  /** The authority of signers' short-lived certificates, in the same form. */
  signers: { path: string; passphrase: string };
  /** The key of the time-stamp authority. */
  timeStampAuthority: SigningKey;
  /** The key of the OCSP responder, delegated by the present root. */
  ocspResponder: SigningKey;
  /** The present root's own key, which signs the revocation list. */
  authority: SigningKey;
}

interface Credential extends KeyStore {
  path: string;
  passphrase: string;
}

/**
 * Loads the development authority of a folder, and makes what is missing or near its end: a root (10 years), a
 * certificate for signing evidence (2 years), one for time stamping, one for issuing signers' certificates and one for
 * an OCSP responder (5 years each). All but the responder's name the addresses to ask about them: those that name
 * another address are replaced. Any number of processes may call it at once with the same address and get the same one.
 * Each certificate has a folder with `key.p12`, its `passphrase` and `certificate.pem` (with its chain); `roots.pem`
 * beside them is for other programs. Throws where a folder there cannot be read.
 *
 * All keys are ECDSA on P-256: made in a millisecond, so that a first start does not wait on RSA primes, with
 * signatures of 70 bytes, and known to every PAdES validator.
 */
export async function loadDevelopmentAuthority(
  directory: string,
  { address }: { address: string },
): Promise<DevelopmentAuthority> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const revocation = {
    ocspUrl: `${address}${DEVELOPMENT_PATHS.ocsp}`,
    crlUrl: `${address}${DEVELOPMENT_PATHS.crl}`,
    issuerUrl: `${address}${DEVELOPMENT_PATHS.issuer}`,
  };
  const authority = await loadCredential(directory, AUTHORITY, null);
  const signing = await loadCredential(directory, SIGNING, { authority, revocation });
  const signers = await loadCredential(directory, SIGNERS, { authority, revocation });
  const timeStamp = await loadCredential(directory, TIME_STAMP, { authority, revocation });
  const ocsp = await loadCredential(directory, OCSP, { authority, revocation: null });
  const roots = await loadRoots(directory);
  await writeRoots(directory, roots);
  return {
    roots,
    signing: { path: signing.path, passphrase: signing.passphrase },
    signers: { path: signers.path, passphrase: signers.passphrase },
    timeStampAuthority: makeSigningKey(timeStamp.privateKey, timeStamp.certificate, timeStamp.chain),
    ocspResponder: makeSigningKey(ocsp.privateKey, ocsp.certificate, ocsp.chain),
    authority: makeSigningKey(authority.privateKey, authority.certificate, []),
  };
}

interface IssuedBy {
  authority: Credential;
  /** What the certificate says of where to ask about it. */
  revocation: RevocationAddresses | null;
}

/** The newest credential of a role, made if there is none that can be used any longer. */
async function loadCredential(directory: string, role: Role, issuer: IssuedBy | null): Promise<Credential> {
  for (;;) {
    const [newest = 0] = await listGenerations(directory, role);
    if (newest > 0) {
      const credential = await readCredential(join(directory, `${role.name}-${newest}`));
      if (isUsable(credential, issuer)) return credential;
    }
    await makeCredential(directory, role, newest + 1, issuer);
  }
}

/** The numbers of a role's folders, the newest first. */
async function listGenerations(directory: string, role: Role): Promise<number[]> {
  const pattern = new RegExp(`^${role.name}-([1-9][0-9]*)$`);
  const names = await readdir(directory);
  return names
    .flatMap((name) => pattern.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => b - a);
}

async function readCredential(folder: string): Promise<Credential> {
  const path = join(folder, "key.p12");
  try {
    const passphrase = (await readFile(join(folder, "passphrase"), "utf8")).trim();
    return { path, passphrase, ...(await readPkcs12(new Uint8Array(await readFile(path)), passphrase)) };
  } catch (cause) {
    throw new Error(`The development key in ${folder} cannot be read; remove that folder to have a new one made`, {
      cause,
    });
  }
}

function isUsable({ certificate, chain }: Credential, issuer: IssuedBy | null): boolean {
  const notBefore = certificate.notBefore.value.getTime();
  const notAfter = certificate.notAfter.value.getTime();
  const now = Date.now();
  if (now < notBefore || notAfter - now < (notAfter - notBefore) * REMAKE_BELOW) return false;
  if (!issuer) return true;
  const [direct] = chain;
  if (!direct || !sameBytes(certificateDer(direct), certificateDer(issuer.authority.certificate))) return false;
  const { ocsp, crl } = readRevocationAddresses(certificate);
  return ocsp[0] === issuer.revocation?.ocspUrl && crl[0] === issuer.revocation?.crlUrl;
}

/** Makes a credential's folder in one step, by renaming a finished one; does nothing where another process was first. */
async function makeCredential(directory: string, role: Role, generation: number, issuer: IssuedBy | null) {
  const credential = await issueCredential(role, issuer);
  const passphrase = randomBytes(32).toString("base64url");
  const folder = await mkdtemp(join(directory, ".making-"));
  try {
    await writeFile(join(folder, "key.p12"), await makePkcs12(credential, passphrase), { mode: 0o600 });
    await writeFile(join(folder, "passphrase"), `${passphrase}\n`, { mode: 0o600 });
    await writeFile(join(folder, "certificate.pem"), certificatesPem([credential.certificate, ...credential.chain]));
    await rename(folder, join(directory, `${role.name}-${generation}`));
  } catch (error) {
    // rename(2) over a folder that is not empty: another process made the same generation in the meantime.
    if (!hasCode(error, "ENOTEMPTY", "EEXIST")) throw error;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function issueCredential(role: Role, issuer: IssuedBy | null): Promise<KeyStore> {
  const algorithm = { name: "ECDSA", namedCurve: "P-256" };
  const { privateKey, publicKey } = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const notBefore = new Date(Date.now() - BACKDATE_MS);
  const wanted = notBefore.getTime() + role.years * YEAR_MS;
  // A certificate that outlives its issuer's cannot be verified to its end.
  const notAfter = new Date(Math.min(wanted, issuer?.authority.certificate.notAfter.value.getTime() ?? wanted));
  const certificate = await issueCertificate(
    {
      organization: ORGANIZATION,
      commonName: role.commonName,
      notBefore,
      notAfter,
      publicKey,
      keyUsage: role.keyUsage,
      extendedKeyUsage: role.extendedKeyUsage,
      isAuthority: role.isAuthority,
      statements: role.statements,
      ...(issuer?.revocation && { revocation: issuer.revocation }),
    },
    issuer
      ? {
          certificate: issuer.authority.certificate,
          privateKey: await importSigningKey(issuer.authority.privateKey, algorithm),
        }
      : { certificate: "self", privateKey },
  );
  return { privateKey: KeyObject.from(privateKey), certificate, chain: issuer ? [issuer.authority.certificate] : [] };
}

function importSigningKey(key: KeyObject, algorithm: EcKeyImportParams): Promise<CryptoKey> {
  const pkcs8 = new Uint8Array(key.export({ format: "der", type: "pkcs8" }));
  return crypto.subtle.importKey("pkcs8", pkcs8, algorithm, false, ["sign"]);
}

async function loadRoots(directory: string): Promise<pkijs.Certificate[]> {
  const generations = await listGenerations(directory, AUTHORITY);
  const credentials = generations.map((generation) =>
    readCredential(join(directory, `${AUTHORITY.name}-${generation}`)),
  );
  return (await Promise.all(credentials)).map(({ certificate }) => certificate);
}

/** Written aside and renamed, so that a reader never sees half of it. */
async function writeRoots(directory: string, roots: readonly pkijs.Certificate[]): Promise<void> {
  const pem = certificatesPem(roots);
  const path = join(directory, "roots.pem");
  const present = await readFile(path, "utf8").catch((error: unknown) => {
    if (hasCode(error, "ENOENT")) return null;
    throw error;
  });
  if (present === pem) return;
  const aside = join(directory, `.roots-${randomBytes(8).toString("hex")}`);
  await writeFile(aside, pem);
  await rename(aside, path);
}

function hasCode(error: unknown, ...codes: string[]): boolean {
  return error instanceof Error && "code" in error && codes.some((code) => code === error.code);
}
