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
  description: string | null;
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

/** Of one person; nobody chooses among more. */
const MAX_CREDENTIALS = 20;

/**
 * The person's credentials that can sign now, with a token of theirs (or of the application, and their id at the
 * service). Those that cannot are left out.
 *
 * @throws Retryable @throws CscRefusal
 */
export async function listCredentials(
  service: CscClient,
  token: CscToken,
  { userId }: { userId: string | null },
): Promise<CscCredential[]> {
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
        onlyValid: true,
      },
    },
    answer: CredentialList,
    secrets: [],
  });
  const credentials: CscCredential[] = [];
  for (const id of credentialIDs.slice(0, MAX_CREDENTIALS)) {
    const given = CredentialInfo.safeParse(credentialInfos?.find(({ credentialID }) => credentialID === id));
    try {
      const credential = given.success ? readCredential(service, id, given.data) : loadCredential(service, token, id);
      credentials.push(await credential);
    } catch (error) {
      // One that is revoked, or of a kind that signs no PDF: the others may do.
      if (!(error instanceof Permanent)) throw error;
      if (error instanceof CscRefusal && error.reason === "token_ended") throw error;
    }
  }
  return credentials;
}

/**
 * One credential, with its chain.
 *
 * @throws Retryable @throws CscRefusal also where it is revoked, suspended, expired or disabled
 * @throws Permanent where its certificates do not belong together, or its key is of no kind that signs here
 */
export async function loadCredential(service: CscClient, token: CscToken, id: string): Promise<CscCredential> {
  const info = await askService({
    method: "credentials/info",
    url: `${service.url}/credentials/info`,
    token: token.value,
    body: { json: { credentialID: id, certificates: "chain", authInfo: true } },
    answer: CredentialInfo,
    secrets: [],
  });
  return readCredential(service, id, info);
}

function readCredential(service: CscClient, id: string, info: CredentialInfo): CscCredential {
  const about = `The credential ${JSON.stringify(id)} of ${new URL(service.url).host}`;
  if (info.key.status !== "enabled") throw new CscRefusal("credential_unusable", `${about} is disabled`);
  if (info.cert.status !== "valid") throw new CscRefusal("credential_unusable", `${about} is ${info.cert.status}`);
  const { certificate, chain } = readChain(info.cert.certificates, about);
  return {
    id,
    description: info.description ?? null,
    certificate,
    chain,
    ...chooseAlgorithm(certificate, info.key.algo, about),
    mode: info.auth.mode,
    factors: info.auth.mode === "explicit" ? info.auth.objects.map(readFactor) : [],
    qualified: isQualifiedCertificate(certificate),
  };
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
