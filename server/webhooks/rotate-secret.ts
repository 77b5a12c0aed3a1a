import type { Transaction } from "@nexbasira/core/database/database.ts";
import { insertWebhookSecret, retireSecrets, type SecretOwner } from "@nexbasira/core/database/webhook-endpoints.ts";
import { encryptFernet } from "@nexbasira/core/secrets/fernet.ts";
import { newSigningSecret, secretPrefix } from "@nexbasira/core/webhooks/sign-payload.ts";

/**
 * A new secret, returned this once. The one before stays valid for 24 h beside it, unless it is to end `at_once`; any
 * older one ends now.
 */
export async function rotateSecret(
  { masterKeys }: { masterKeys: readonly string[] },
  transaction: Transaction,
  owner: SecretOwner,
  { at_once }: { at_once: boolean },
): Promise<string> {
  const secret = newSigningSecret();
  await retireSecrets(transaction, owner, at_once);
  await insertWebhookSecret(transaction, {
    ...owner,
    encrypted: encryptFernet(masterKeys, secret),
    prefix: secretPrefix(secret),
  });
  return secret;
}
