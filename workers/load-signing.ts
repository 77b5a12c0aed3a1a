import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { readCertificatesPem } from "@nexbasira/core/authority/certificate.ts";
import {
  type DevelopmentAuthority,
  isDevelopmentCertificate,
  loadDevelopmentAuthority,
} from "@nexbasira/core/authority/development-authority.ts";
import { DEVELOPMENT_PATHS, developmentAddress } from "@nexbasira/core/authority/development-paths.ts";
import { loadSignerAuthority, type SignerAuthority } from "@nexbasira/core/authority/issue-signer-key.ts";
import type { SigningKey } from "@nexbasira/core/authority/signing-key.ts";
import type { Configuration } from "@nexbasira/core/configuration/configuration.ts";
import type { SigningSource } from "@nexbasira/core/configuration/signing-configuration.ts";
import type * as pkijs from "pkijs";
import { loadCscKey } from "./signing/keys/csc-key.ts";
import { loadPkcs11Key } from "./signing/keys/pkcs11-key.ts";
import { loadPkcs12Key } from "./signing/keys/pkcs12-key.ts";
import type { TimeStampSource, TimeStampSources } from "./signing/time-stamp-client.ts";

export interface Signing {
  /** The organization's key, which signs the evidence. */
  key: SigningKey;
  timeStamps: TimeStampSources;
  /** Issues the short-lived certificates of advanced signatures; null where there is none. */
  signerAuthority: SignerAuthority | null;
  /** Whether any of it is a development authority's: what is signed proves nothing then, and says so. */
  development: boolean;
  /** Ends what the key has open. */
  close: () => void;
}

/**
 * What evidence is signed and stamped with: as configured, and in development mode the development authority's for what
 * is not. Throws, with the variable's name, where production lacks a key or an authority, or was given a development
 * authority's without ALLOW_DEVELOPMENT_KEYS: evidence that only looks signed is worse than none.
 */
export async function loadSigning(configuration: Configuration): Promise<Signing> {
  const { signing, timeStamps: wanted, aesAuthority, development, certsDir, port } = configuration;
  if (!development && !(signing && wanted.authorities.length > 0)) {
    throw new Error(
      "SIGNING_P12, SIGNING_PKCS11_MODULE or SIGNING_CSC_URL, and TSA_URLS: are required in production; " +
        "the development authority proves nothing",
    );
  }
  const authority = development
    ? await loadDevelopmentAuthority(join(certsDir, "authority"), { address: developmentAddress(port) })
    : null;
  const { key, close } = await loadKey(configuration, signing ?? developmentSource(authority));
  const timeStamps = await loadTimeStamps(configuration, authority);
  const signersFile = aesAuthority ?? authority?.signers;
  const signerAuthority = signersFile ? await loadSignerAuthority(signersFile) : null;
  const used = {
    [nameOf(signing)]: [key.certificate, ...key.chain],
    TSA_ROOTS: timeStamps.flatMap(({ roots }) => roots),
    AES_CA_P12: signerAuthority ? [signerAuthority.certificate, ...signerAuthority.chain] : [],
  };
  return { key, timeStamps, signerAuthority, development: isForDevelopment(configuration, used), close };
}

function developmentSource(authority: DevelopmentAuthority | null): SigningSource {
  if (!authority) throw new Error("SIGNING_P12: is required in production");
  return { provider: "pkcs12", ...authority.signing };
}

async function loadKey(
  { dataDir, authSecret }: Configuration,
  source: SigningSource,
): Promise<Pick<Signing, "key" | "close">> {
  if (source.provider === "pkcs11") {
    const key = await loadPkcs11Key({ source, refusedPins: { folder: dataDir, secret: authSecret } });
    return { key, close: key.close };
  }
  const key = await (source.provider === "csc" ? loadCscKey(source) : loadPkcs12Key(source));
  return { key, close: () => {} };
}

async function loadTimeStamps(
  { timeStamps, port }: Configuration,
  authority: DevelopmentAuthority | null,
): Promise<TimeStampSources> {
  const [first, ...others] = timeStamps.authorities;
  if (first) {
    if (!timeStamps.roots) throw new Error("TSA_ROOTS: is required with TSA_URLS: a PEM file of the roots to trust");
    const roots = readCertificatesPem(await readFile(timeStamps.roots, "utf8"));
    const toSource = (source: typeof first): TimeStampSource => ({ ...source, roots, policy: null });
    return [toSource(first), ...others.map(toSource)];
  }
  if (!authority) throw new Error("TSA_URLS: is required in production");
  const url = `${developmentAddress(port)}${DEVELOPMENT_PATHS.tsa}`;
  return [{ name: "development", qualified: false, url, roots: authority.roots, policy: null }];
}

/** @param used the certificates that are used, by the variable that names them */
function isForDevelopment(
  { development, allowDevelopmentKeys }: Configuration,
  used: Record<string, readonly pkijs.Certificate[]>,
): boolean {
  const found = Object.entries(used).find(([, certificates]) => certificates.some(isDevelopmentCertificate));
  if (!found) return false;
  if (development || allowDevelopmentKeys) return true;
  throw new Error(
    `${found[0]}: holds a certificate of the development authority, which proves nothing; ` +
      "set ALLOW_DEVELOPMENT_KEYS=yes to sign with it all the same, marked as development",
  );
}

function nameOf(source: SigningSource | null): string {
  if (source?.provider === "pkcs11") return "SIGNING_PKCS11_KEY";
  return source?.provider === "csc" ? "SIGNING_CSC_CREDENTIAL" : "SIGNING_P12";
}
