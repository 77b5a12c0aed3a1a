import type { SigningKey } from "@nexbasira/core/authority/signing-key.ts";
import type { CscSource } from "@nexbasira/core/configuration/signing-configuration.ts";
import { Permanent, Retryable } from "@nexbasira/core/contract/errors.ts";
import { type CscCredential, loadCredential } from "@nexbasira/core/csc/csc-credentials.ts";
import { type CscToken, requestApplicationToken } from "@nexbasira/core/csc/csc-oauth.ts";
import { CscRefusal } from "@nexbasira/core/csc/csc-service.ts";
import { authorizeSignature, type CscAuthorization, signByService } from "@nexbasira/core/csc/csc-signatures.ts";

/** A token is renewed when it has less than this left, in ms: more than the two calls of a signature take. */
const TOKEN_MARGIN_MS = 90_000;

/**
 * The organization's credential at a remote signing service (CSC API v2), which signs without a person: what it asks for
 * is nothing, or a PIN. Its certificate is read now and kept; each signature is authorized by itself, for its hash.
 *
 * A PIN that the service refused is not given again before the next start, because services lock credentials.
 *
 * @throws Permanent with the variable's name where the credential cannot be used, or asks for what only a person has
 * @throws Retryable where the service cannot be asked
 */
export async function loadCscKey({ service, credential: id, pin }: CscSource): Promise<SigningKey> {
  let token = await requestApplicationToken(service);
  const credential = await loadCredential(service, token, id);
  const answers = answersOf(credential, pin);
  let refusal: CscRefusal | null = null;

  const freshToken = async () => {
    if (token.expiresAt.getTime() - Date.now() < TOKEN_MARGIN_MS) token = await requestApplicationToken(service);
    return token;
  };
  const sign = async (data: Uint8Array, used: CscToken) => {
    if (refusal) throw refusal;
    const authorization = await authorize(used, data);
    return signByService(service, used, { credential, data, authorization });
  };
  const authorize = async (used: CscToken, data: Uint8Array): Promise<CscAuthorization | null> => {
    // The token itself is leave enough (CSC API v2, clause 8.5.3).
    if (credential.mode === "oauth2code") return null;
    const authorization = await authorizeSignature(service, used, { credential, data, answers });
    if ("sad" in authorization) return authorization;
    throw new Permanent(`SIGNING_CSC_CREDENTIAL: ${id} waits for somebody to allow each signature`);
  };
  return {
    certificate: credential.certificate,
    chain: credential.chain,
    algorithm: credential.algorithm,
    sign: async (data) => {
      try {
        return await sign(data, await freshToken());
      } catch (error) {
        if (!(error instanceof CscRefusal)) throw error;
        if (error.reason === "wrong_code") refusal = error;
        if (error.reason === "authorization_ended") throw new Retryable(error.message, { cause: error });
        if (error.reason !== "token_ended") throw error;
        // It was revoked before its time: once more with a new one.
        token = await requestApplicationToken(service);
        return sign(data, token);
      }
    },
  };
}

/** The PIN for the one thing that the credential asks for. */
function answersOf({ id, factors }: CscCredential, pin: string | null): Record<string, string> {
  const personal = factors.find(({ kind }) => kind !== "password");
  if (personal) {
    throw new Permanent(
      `SIGNING_CSC_CREDENTIAL: ${id} asks for ${personal.label ?? personal.id}, which only a person has`,
    );
  }
  if (factors.length > 0 && pin === null) throw new Permanent(`SIGNING_CSC_PIN: is required by the credential ${id}`);
  return Object.fromEntries(factors.map((factor) => [factor.id, pin ?? ""]));
}
