import { createHash } from "node:crypto";
import { toCmsSignature } from "../authority/external-signature.ts";
import { HASH_ALGORITHMS } from "../authority/hash-algorithm.ts";
import type { CscClient } from "../configuration/signing-configuration.ts";
import { Permanent } from "../contract/errors.ts";
import type { CscCredential } from "./csc-credentials.ts";
import { Authorization, Challenge, Signatures } from "./csc-messages.ts";
import { type CscToken, readServiceInfo } from "./csc-oauth.ts";
import { askService, CscRefusal, Nothing } from "./csc-service.ts";

/** Leave to make one signature; the SAD is a secret. */
export interface CscAuthorization {
  sad: string;
  expiresAt: Date;
}

/** A signature takes longer than any other answer: some services have a hardware module behind a queue. */
const SIGNING_TIME_LIMIT_MS = 30_000;

/**
 * Has the service send the person the one-time code of each factor that has one (`credentials/getChallenge`, or
 * `credentials/sendOTP` where the service has that). Answers what the person has to be told, if it is not sent to them:
 * a challenge in the service's words.
 *
 * @throws Retryable @throws CscRefusal
 */
export async function sendCode(service: CscClient, token: CscToken, credential: CscCredential): Promise<string | null> {
  const codes = credential.factors.filter(({ kind }) => kind === "code");
  const ask = { token: token.value, secrets: [] };
  let challenge: string | null = null;
  for (const { id } of codes.filter(({ byChallenge }) => byChallenge)) {
    const method = "credentials/getChallenge";
    const json = { credentialID: credential.id, authObjectID: id };
    challenge = await askService({
      ...ask,
      method,
      url: `${service.url}/${method}`,
      body: { json },
      answer: Challenge,
    });
  }
  const method = "credentials/sendOTP";
  if (codes.some(({ byChallenge }) => !byChallenge) && (await readServiceInfo(service)).methods.includes(method)) {
    const json = { credentialID: credential.id };
    await askService({ ...ask, method, url: `${service.url}/${method}`, body: { json }, answer: Nothing });
  }
  return challenge;
}

/**
 * Asks for leave to sign these bytes once, with what the person gave for each factor (`credentials/authorize`, clause
 * 11.6). Never call it again with an answer that was refused: services lock a credential after a few.
 *
 * @param answers by the factor's id; those of kind `elsewhere` need none
 * @returns the leave, or the handle of one that is decided elsewhere, for `checkAuthorization`
 * @throws CscRefusal with `wrong_code` where an answer is wrong
 * @throws Retryable where no answer came: whether the code was used is not known, so ask for a new one
 */
export async function authorizeSignature(
  service: CscClient,
  token: CscToken,
  { credential, data, answers }: { credential: CscCredential; data: Uint8Array; answers: Record<string, string> },
): Promise<CscAuthorization | { handle: string }> {
  const authData = credential.factors.flatMap(({ id, kind }) => {
    const value = answers[id];
    if (kind === "elsewhere") return [{ id }];
    return value === undefined ? [] : [{ id, value }];
  });
  return askForLeave(service, token, "credentials/authorize", Object.values(answers), {
    credentialID: credential.id,
    numSignatures: 1,
    ...hashOf(credential, data),
    ...(authData.length > 0 && { authData }),
  });
}

/** Asks whether a signature that is allowed elsewhere is by now (clause 11.7). @throws Retryable @throws CscRefusal */
export function checkAuthorization(
  service: CscClient,
  token: CscToken,
  handle: string,
): Promise<CscAuthorization | { handle: string }> {
  return askForLeave(service, token, "credentials/authorizeCheck", [handle], { handle });
}

async function askForLeave(
  service: CscClient,
  token: CscToken,
  method: string,
  secrets: readonly string[],
  json: object,
): Promise<CscAuthorization | { handle: string }> {
  const asked = Date.now();
  const answer = await askService({
    method,
    url: `${service.url}/${method}`,
    token: token.value,
    body: { json },
    answer: Authorization,
    secrets,
  });
  if ("handle" in answer) return answer;
  return { sad: answer.SAD, expiresAt: new Date(asked + answer.expiresIn * 1000) };
}

/**
 * Signs: `signatures/signHash` (clause 11.10) over the hash of `data`, which for a PDF is the DER of its signed
 * attributes. What comes back is checked against the credential's certificate before anybody gets it.
 *
 * @param token with scope `credential` where there is no leave (mode `oauth2code`), else with scope `service`
 * @returns the signature value as CMS carries it
 * @throws CscRefusal with `authorization_ended` where the leave has ended, without asking the service if that is known
 * @throws Permanent where the signature is not this credential's over these bytes
 * @throws Retryable where no answer came: the leave may be used up
 */
export async function signByService(
  service: CscClient,
  token: CscToken,
  {
    credential,
    data,
    authorization,
  }: { credential: CscCredential; data: Uint8Array; authorization: CscAuthorization | null },
): Promise<Uint8Array<ArrayBuffer>> {
  const { host } = new URL(service.url);
  if (authorization && authorization.expiresAt <= new Date()) {
    throw new CscRefusal("authorization_ended", `The leave to sign that ${host} gave has ended`);
  }
  const { signatures } = await askService({
    method: "signatures/signHash",
    url: `${service.url}/signatures/signHash`,
    token: token.value,
    body: {
      json: {
        credentialID: credential.id,
        ...(authorization && { SAD: authorization.sad }),
        ...hashOf(credential, data),
        signAlgo: credential.signAlgo,
      },
    },
    answer: Signatures,
    secrets: authorization ? [authorization.sad] : [],
    timeLimitMs: SIGNING_TIME_LIMIT_MS,
  });
  const signature = toCmsSignature(credential, data, Buffer.from(signatures[0], "base64"));
  if (!signature) throw new Permanent(`The signature that ${host} gave is not one of these bytes by its credential`);
  return signature;
}

/** The hash by base64, and its algorithm: what is signed is bound to the leave wherever the service can (SCAL 2). */
function hashOf({ algorithm: { hash } }: CscCredential, data: Uint8Array) {
  return {
    hashes: [createHash(hash).update(data).digest("base64")],
    hashAlgorithmOID: HASH_ALGORITHMS[hash].oid,
  };
}
