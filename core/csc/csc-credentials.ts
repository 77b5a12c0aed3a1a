import { X509Certificate } from "node:crypto";
import * as pkijs from "pkijs";
import { certificateDer } from "../authority/certificate.ts";
import type { HashAlgorithm } from "../authority/hash-algorithm.ts";
import { isQualifiedCertificate } from "../authority/qualified-certificate.ts";
import { algorithmOf, publicKeyOf, SIGNATURE_OIDS, type SignatureAlgorithm } from "../authority/signing-key.ts";
import type { CscClient } from "../configuration/signing-configuration.ts";
import { Permanent } from "../contract/errors.ts";
import { CredentialInfo, CredentialList } from "./csc-messages.ts";
import type { CscToken } from "./csc-oauth.ts";
import { askService, CscRefusal } from "./csc-service.ts";

/** One thing that a person gives before a credential signs. */
interface CscFactor {
  id: string;
  /** `code`: asked for by `sendCode`. `elsewhere`: in the service's own app, while the authorization is waited for. */
  kind: "password" | "code" | "elsewhere";
  /** In the service's words. */
  label: string | null;
  /** Whether it is of digits alone. */
  numeric: boolean;
  /** Whether its code comes by `credentials/getChallenge` instead of `credentials/sendOTP`. */
  byChallenge: boolean;
}

/** A signer's key and certificate at a signing service, ready to be used. */
export interface CscCredential {
  id: string;
  certificate: pkijs.Certificate;
  /** Issuer first; each was checked to have issued the one before. */
  chain: readonly pkijs.Certificate[];
  algorithm: SignatureAlgorithm;
  /** Object identifier by which the service is asked to sign. */
  signAlgo: string;
  /** `oauth2code`: on the service's own page. `explicit`: by the factors, of which there may be none. */
  mode: "explicit" | "oauth2code";
  factors: readonly CscFactor[];
  /** Whether its certificate says of itself that it is qualified, with its key in a qualified device. */
  qualified: boolean;
}

/** A credential that cannot sign now, as far as it can be read. */
export interface UnusableCredential {
  id: string;
  certificate: pkijs.Certificate | null;
  /** `unsupported`: of a kind that signs no PDF, or not what it says of itself. */
  why: "disabled" | "expired" | "revoked" | "suspended" | "unsupported";
}

/** Of one person; nobody chooses among more. */
const MAX_CREDENTIALS = 20;

/**
 * The person's credentials, with a token of theirs (or of the application, and their id at the service): those that can
 * sign now, and those that cannot, so that whoever misses one learns why.
 *
 * @throws Retryable @throws CscRefusal
 */
export async function listCredentials(
  service: CscClient,
  token: CscToken,
  { userId }: { userId: string | null },
): Promise<{ usable: CscCredential[]; unusable: UnusableCredential[] }> {
  const { credentialIDs, credentialInfos } = await askService({
    method: "credentials/list",
    url: `${service.url}/credentials/list`,
    token: token.value,
    body: {
      json: {
        ...(userId !== null && { userID: userId }),
        credentialInfo: true,
        certificates: "chain",
        authInfo: true,
      },
    },
    answer: CredentialList,
    secrets: [],
  });
  const usable: CscCredential[] = [];
  const unusable: UnusableCredential[] = [];
  for (const id of credentialIDs.slice(0, MAX_CREDENTIALS)) {
    const given = CredentialInfo.safeParse(credentialInfos?.find(({ credentialID }) => credentialID === id));
    let info = given.success ? given.data : null;
    try {
      info ??= await readInfo(service, token, id);
      usable.push(readCredential(service, id, info));
    } catch (error) {
      // One that is revoked, or of a kind that signs no PDF: the others may do.
      if (!(error instanceof Permanent)) throw error;
      if (error instanceof CscRefusal && error.reason === "token_ended") throw error;
      unusable.push({
        id,
        certificate: info && firstCertificate(info),
        why: (info && whyUnusable(info)) ?? "unsupported",
      });
    }
  }
  return { usable, unusable };
}

/**
 * One credential, with its chain.
 *
 * @throws Retryable @throws CscRefusal also where it is revoked, suspended, expired or disabled
 * @throws Permanent where its certificates do not belong together, or its key is of no kind that signs here
 */
export async function loadCredential(service: CscClient, token: CscToken, id: string): Promise<CscCredential> {
  return readCredential(service, id, await readInfo(service, token, id));
}

function readInfo(service: CscClient, token: CscToken, id: string): Promise<CredentialInfo> {
  return askService({
    method: "credentials/info",
    url: `${service.url}/credentials/info`,
    token: token.value,
    body: { json: { credentialID: id, certificates: "chain", authInfo: true } },
    answer: CredentialInfo,
    secrets: [],
  });
}

function readCredential(service: CscClient, id: string, info: CredentialInfo): CscCredential {
  const about = `The credential ${JSON.stringify(id)} of ${new URL(service.url).host}`;
  const why = whyUnusable(info);
  if (why) throw new CscRefusal("credential_unusable", `${about} is ${why}`);
  const { certificate, chain } = readChain(info.cert.certificates, about);
  return {
    id,
    certificate,
    chain,
    ...chooseAlgorithm(certificate, info.key.algo, about),
    mode: info.auth.mode,
    factors: info.auth.mode === "explicit" ? info.auth.objects.map(readFactor) : [],
    qualified: isQualifiedCertificate(certificate),
  };
}

/** By what the service says of it, and by its own dates. */
function whyUnusable(info: CredentialInfo): Exclude<UnusableCredential["why"], "unsupported"> | null {
  if (info.cert.status !== "valid") return info.cert.status;
  if (info.key.status !== "enabled") return "disabled";
  const end = firstCertificate(info)?.notAfter.value;
  return end && end.getTime() <= Date.now() ? "expired" : null;
}

function firstCertificate({ cert }: CredentialInfo): pkijs.Certificate | null {
  try {
    return pkijs.Certificate.fromBER(new Uint8Array(Buffer.from(cert.certificates[0] ?? "", "base64")));
  } catch {
    // Broken: whoever is to sign with it is told.
    return null;
  }
}

/** By two readers, ours and OpenSSL, as what follows uses both. */
function readChain(encoded: readonly string[], about: string): Pick<CscCredential, "certificate" | "chain"> {
  let belongTogether: boolean;
  let read: pkijs.Certificate[];
  try {
    read = encoded.map((base64) => pkijs.Certificate.fromBER(new Uint8Array(Buffer.from(base64, "base64"))));
    const certificates = read.map((each) => new X509Certificate(certificateDer(each)));
    belongTogether = certificates.every((certificate, index) => {
      const issuer = certificates[index + 1];
      return !issuer || (certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey));
    });
  } catch (cause) {
    throw new Permanent(`${about} has a certificate that cannot be read`, { cause });
  }
  const [certificate, ...chain] = read;
  if (!certificate || !belongTogether) throw new Permanent(`${about} comes with another certificate's chain`);
  return { certificate, chain };
}

const HASHES: readonly HashAlgorithm[] = ["SHA-256", "SHA-384", "SHA-512"];
/** rsaEncryption and id-ecPublicKey: services that name the kind of key alone. */
const KEY_OIDS = { "RSASSA-PKCS1-v1_5": "1.2.840.113549.1.1.1", ECDSA: "1.2.840.10045.2.1" } as const;

/** The algorithm that goes with the key, else one that the service has: RSA-PSS alone is not enough. */
function chooseAlgorithm(
  certificate: pkijs.Certificate,
  offered: readonly string[],
  about: string,
): Pick<CscCredential, "algorithm" | "signAlgo"> {
  let usual: SignatureAlgorithm;
  try {
    usual = algorithmOf(publicKeyOf(certificate));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Permanent(`${about} cannot be used: ${reason}`, { cause });
  }
  for (const hash of [usual.hash, ...HASHES]) {
    const signAlgo = SIGNATURE_OIDS[usual.scheme][hash];
    if (offered.includes(signAlgo)) return { algorithm: { ...usual, hash }, signAlgo };
  }
  const ofKey = KEY_OIDS[usual.scheme];
  if (offered.includes(ofKey)) {
    const signAlgo = usual.scheme === "ECDSA" ? SIGNATURE_OIDS.ECDSA[usual.hash] : ofKey;
    return { algorithm: usual, signAlgo };
  }
  throw new Permanent(`${about} offers no ${usual.scheme} signature, only ${offered.join(", ")}`);
}

/** Clause 8.3.1. Services of the API's first version call the one-time code `OTP`, a Password like any other. */
function readFactor({ type, id, label, format, generator }: CredentialInfo["auth"]["objects"][number]): CscFactor {
  const isCode = type === "ChallengeResponse" || generator !== undefined || /otp/i.test(id);
  const kind = type.endsWith("OOB") ? "elsewhere" : isCode ? "code" : "password";
  return { id, kind, label: label ?? null, numeric: format === "N", byChallenge: type === "ChallengeResponse" };
}
