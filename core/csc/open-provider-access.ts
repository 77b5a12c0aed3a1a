import type { CscClient } from "../configuration/signing-configuration.ts";
import { Permanent } from "../contract/errors.ts";
import type { ProviderProblem } from "../contract/signing.ts";
import { openProviderSecrets, type ProviderSecrets } from "../secrets/provider-secrets.ts";
import { type CscToken, requestApplicationToken } from "./csc-oauth.ts";
import { CscRefusal } from "./csc-service.ts";

export interface ProviderAccess {
  service: CscClient;
  /** The person's own, or the application's where they have given none. */
  token: CscToken;
  secrets: ProviderSecrets;
}

/**
 * What a signature at the remote signing service is asked for with.
 *
 * @throws CscRefusal with `token_ended` where what the service had given can no longer be read
 * @throws Retryable @throws Permanent
 */
export async function openProviderAccess(
  { signers: service, masterKeys }: { signers: CscClient | null; masterKeys: readonly string[] },
  sealed: string | null,
): Promise<ProviderAccess> {
  if (!service) throw new Permanent("there is no remote signing service any more");
  let secrets: ProviderSecrets;
  try {
    secrets = openProviderSecrets(masterKeys, sealed);
  } catch (cause) {
    // The master keys were changed meanwhile: what they sealed is asked for again.
    throw new CscRefusal("token_ended", "what the service had given can no longer be read", { cause });
  }
  const token = secrets.token
    ? { value: secrets.token.value, expiresAt: new Date(secrets.token.expires_at) }
    : await requestApplicationToken(service);
  return { service, token, secrets };
}

/** A service's refusal, as the person can be told. */
export function problemOf({ reason }: CscRefusal): ProviderProblem {
  if (reason === "authorization_ended" || reason === "token_ended") return "ended";
  if (reason === "credential_unusable") return "unusable";
  return reason === "wrong_code" ? "wrong_code" : "refused";
}
