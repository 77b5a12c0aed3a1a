import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import type * as pkijs from "pkijs";
import { Retryable } from "../contract/errors.ts";
import { distinguishedName } from "./certificate.ts";
import { encodeEcdsaSignature } from "./external-signature.ts";
import { issueCertificate, KEY_USAGE } from "./issue-certificate.ts";
import { readPkcs12 } from "./pkcs12.ts";
import { REVOCATION } from "./revocation-extensions.ts";
import { algorithmOf, type SigningKey } from "./signing-key.ts";

/**
 * How long a signer's certificate is valid for, from its issuing on, in ms: long enough for the signature and its time
 * stamp, with the clocks of others off by minutes and an authority that is tried again; far shorter than any revocation
 * takes to be published, so that nobody misses one.
 */
export const SIGNER_CERTIFICATE_MS = 3600 * 1000;

/** It counts from a little before it is issued, because the clocks of time-stamp authorities and verifiers differ. */
const BACKDATE_MS = 10 * 60 * 1000;

/** Longer than that is not short-term: revocation has to be dealt with in 24 hours (ETSI EN 319 411-1, clause 6.2.4). */
const LONGEST_MS = 24 * 3600 * 1000 - BACKDATE_MS;

/** What a certificate says that is never revoked, because it ends before that would help anybody. */
export const NO_REVOCATION = {
  validityAssured: REVOCATION.validityAssuredShortTerm,
  noRevAvail: REVOCATION.noRevocationAvailable,
} as const;

/** X.520, upper bound of a common name. */
const LONGEST_NAME = 64;

/** The authority that issues certificates to signers. */
export interface SignerAuthority {
  certificate: pkijs.Certificate;
  /** The certificates above it, issuer first. */
  chain: readonly pkijs.Certificate[];
  privateKey: CryptoKey;
}

/** A signer's own key, for one signature. */
export interface SignerKey extends SigningKey {
  /**
   * Ends the key: it signs no more, and nothing here leads to it. It was never written, sent or exportable. OpenSSL
   * overwrites it when the garbage collector frees it, which Node cannot be told to do at once; until then, and in a
   * core dump or in swapped memory, it may still be found by whoever reads this process's memory.
   */
  destroy(): void;
}

/**
 * The authority of signers' certificates, from an encrypted PKCS#12 file. Throws, with the file's name, where it cannot
 * be read, or where its certificate is no authority's.
 */
export async function loadSignerAuthority(file: { path: string; passphrase: string }): Promise<SignerAuthority> {
  try {
    const { privateKey, certificate, chain } = await readPkcs12(
      new Uint8Array(await readFile(file.path)),
      file.passphrase,
    );
    if (!mayIssue(certificate)) throw new Error("its certificate is not one of an authority that issues certificates");
    const { scheme } = algorithmOf(privateKey);
    const namedCurve = CURVES[privateKey.asymmetricKeyDetails?.namedCurve ?? ""] ?? "";
    const algorithm = scheme === "ECDSA" ? { name: scheme, namedCurve } : { name: scheme, hash: "SHA-256" };
    const pkcs8 = new Uint8Array(privateKey.export({ format: "der", type: "pkcs8" }));
    return {
      certificate,
      chain,
      privateKey: await crypto.subtle.importKey("pkcs8", pkcs8, algorithm, false, ["sign"]),
    };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`The authority of signers' certificates ${file.path} cannot be used: ${reason}`, { cause });
  }
}

const CURVES: Readonly<Record<string, string>> = { prime256v1: "P-256", secp384r1: "P-384", secp521r1: "P-521" };

export interface SignerRequest {
  /** As the identity was confirmed; any script. The certificate holds its first 64 characters. */
  name: string;
  /** Whose signature it is: only a digest of both goes into the certificate. */
  given: { session: string; participant: string };
  /** From now on, in ms; {@link SIGNER_CERTIFICATE_MS}, and less than a day. */
  validFor: number;
}

/**
 * Makes a key in memory and has it certified in the signer's own name: for one signature, after which `destroy()` ends
 * it. The certificate is for signatures alone (nonRepudiation; ETSI EN 319 412-2, clause 4.3.2, type A). It says that
 * its validity is assured and that there is no revocation to ask for, so nothing has to be fetched for it, then or
 * later. As nobody knows which part of a name is the surname, it has the name as a whole, where EN 319 412-2, clause
 * 4.2.4, asks for the parts; the country is the authority's, if it has one.
 *
 * @throws Retryable while the authority's own certificate does not cover that time
 */
export async function issueSignerKey(authority: SignerAuthority, request: SignerRequest): Promise<SignerKey> {
  if (!(request.validFor > 0 && request.validFor <= LONGEST_MS)) {
    throw new RangeError(`A signer's certificate cannot be valid for ${request.validFor} ms`);
  }
  const notBefore = new Date(Date.now() - BACKDATE_MS);
  const notAfter = new Date(Date.now() + request.validFor);
  checkCovers(authority.certificate, notAfter);
  const keys = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign", "verify"]);
  const certificate = await issueCertificate(
    {
      organization: attributeOf(authority.certificate, "2.5.4.10") ?? distinguishedName(authority.certificate.subject),
      commonName: shorten(request.name),
      moreOfName: {
        country: attributeOf(authority.certificate, "2.5.4.6"),
        serialNumber: pseudonymOf(request.given),
      },
      notBefore,
      notAfter,
      publicKey: keys.publicKey,
      keyUsage: KEY_USAGE.nonRepudiation,
      extendedKeyUsage: [],
      isAuthority: false,
      statements: Object.values(NO_REVOCATION),
    },
    authority,
  );
  let privateKey: CryptoKey | null = keys.privateKey;
  return {
    certificate,
    chain: [authority.certificate, ...authority.chain],
    algorithm: { scheme: "ECDSA", hash: "SHA-256" },
    sign: async (data) => {
      if (!privateKey) throw new Error("The signer's key has been destroyed");
      const value = await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, privateKey, new Uint8Array(data));
      return encodeEcdsaSignature(new Uint8Array(value));
    },
    destroy: () => {
      privateKey = null;
    },
  };
}

/** The same for the same participant of the same session, and for nobody else: 128 bits of a digest. */
function pseudonymOf({ session, participant }: SignerRequest["given"]): string {
  return createHash("sha256").update(`${session}/${participant}`).digest("hex").slice(0, 32);
}

/** Whether a certificate's extensions let it issue certificates (RFC 5280, clauses 4.2.1.3 and 4.2.1.9). */
function mayIssue({ extensions = [] }: pkijs.Certificate): boolean {
  const constraints = extensions.find(({ extnID }) => extnID === "2.5.29.19")?.parsedValue;
  const usage = extensions.find(({ extnID }) => extnID === "2.5.29.15")?.parsedValue;
  const bits: number = usage ? (new Uint8Array(usage.valueBlock.valueHexView)[0] ?? 0) : KEY_USAGE.keyCertSign;
  return constraints?.cA === true && (bits & KEY_USAGE.keyCertSign) !== 0;
}

function checkCovers(certificate: pkijs.Certificate, until: Date): void {
  const { notBefore, notAfter } = certificate;
  if (notBefore.value <= new Date() && until <= notAfter.value) return;
  throw new Retryable(
    `The certificate of ${distinguishedName(certificate.subject)} is valid until ${notAfter.value.toISOString()}: ` +
      "it cannot issue one to a signer any more",
  );
}

function attributeOf(certificate: pkijs.Certificate, oid: string): string | undefined {
  const value: unknown = certificate.subject.typesAndValues.find(({ type }) => type === oid)?.value.valueBlock.value;
  return typeof value === "string" ? value : undefined;
}

/** By characters, not by halves of them, and without what cannot be seen. */
function shorten(name: string): string {
  const characters = [...name.replace(/\p{Cc}/gu, " ").trim()];
  return characters.length <= LONGEST_NAME ? characters.join("") : `${characters.slice(0, LONGEST_NAME - 1).join("")}…`;
}
