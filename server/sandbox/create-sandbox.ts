import { createHmac, randomUUID } from "node:crypto";
import type { Configuration } from "@nexbasira/core/configuration/configuration.ts";
import { toTimestamp } from "@nexbasira/core/contract/common.ts";
import { Scope } from "@nexbasira/core/contract/permission.ts";
import type { CreateSandbox, Sandbox } from "@nexbasira/core/contract/sandbox.ts";
import type { Transaction } from "@nexbasira/core/database/database.ts";
import { insertMember, insertUser } from "@nexbasira/core/database/organizations.ts";
import { insertSandbox, lockSandboxes, secondsUntilFewer } from "@nexbasira/core/database/sandboxes.ts";
import { deriveKey } from "@nexbasira/core/secrets/sealed-token.ts";
import { newSigningSecret } from "@nexbasira/core/webhooks/sign-payload.ts";
import { createApiKey, newApiSecret } from "../identity/create-api-key.ts";
import { createOrganization } from "../identity/create-organization.ts";
import { curlExample } from "./curl-example.ts";

/** In 24 hours. */
export const LIMITS = { address: 3, installation: 200 } as const;

const QUOTAS = {
  quota_sessions_per_month: 50,
  quota_minutes_per_month: 500,
  quota_storage_bytes: 2 ** 30,
  quota_members: 3,
};

const KEY_DAYS = 30;
const ACTOR = { type: "system", id: "sandbox" } as const;

interface CreatedSandbox {
  sandbox: Sandbox;
  /** Its owner, who has no password. */
  user_id: number;
}

/** One more would be too many: for whom, and for how long. */
export interface SandboxRefusal {
  refused: keyof typeof LIMITS;
  retry_after_s: number;
}

/**
 * An organization with its owner and a test key, in the caller's transaction; or a refusal, with nothing written. Of the
 * visitor's network only a keyed hash is kept. Those who come at once wait for each other, so that none passes a limit.
 */
export async function createSandbox(
  configuration: Pick<Configuration, "authSecret" | "masterKeys" | "publicUrl">,
  transaction: Transaction,
  { network, request }: { network: string; request: CreateSandbox },
): Promise<CreatedSandbox | SandboxRefusal> {
  const key = deriveKey(configuration.authSecret, "sandbox-address");
  const address_hash = createHmac("sha256", key).update(network).digest("base64url");
  const refusal = await refuse(transaction, address_hash);
  if (refusal) return refusal;

  const identity = `sandbox-${randomUUID()}`;
  const webhook_secret = newSigningSecret();
  const organization = await createOrganization(configuration, transaction, {
    name: request.name ?? "Sandbox",
    slug: identity,
    callbackSecret: webhook_secret,
    quotas: QUOTAS,
    actor: ACTOR,
  });
  await insertSandbox(transaction, { org_id: organization.id, address_hash });
  // No mail reaches a name below .invalid (RFC 2606, section 2).
  const owner = { name: "Inspector", email: `${identity}@sandbox.invalid`, email_verified: false };
  const user = await insertUser(transaction, owner);
  await insertMember(transaction, { organization_id: organization.id, user_id: user.id, role: "owner" });
  const api_key = newApiSecret("test");
  const expires_at = new Date(Date.now() + KEY_DAYS * 86_400_000);
  await createApiKey(transaction, {
    org_id: organization.id,
    actor: ACTOR,
    name: "Sandbox",
    mode: "test",
    scopes: Scope.options,
    secret: api_key,
    created_by: user.id,
    expires_at,
  });
  const base_url = `${configuration.publicUrl.replace(/\/$/, "")}/v1`;
  return {
    user_id: user.id,
    sandbox: {
      organization: { id: organization.id, name: organization.name },
      api_key,
      expires_at: toTimestamp(expires_at),
      webhook_secret,
      base_url,
      example: curlExample({ base_url, api_key }),
    },
  };
}

async function refuse(transaction: Transaction, address_hash: string): Promise<SandboxRefusal | undefined> {
  await lockSandboxes(transaction);
  const ofAddress = await secondsUntilFewer(transaction, { limit: LIMITS.address, address_hash });
  if (ofAddress > 0) return { refused: "address", retry_after_s: ofAddress };
  const ofAll = await secondsUntilFewer(transaction, { limit: LIMITS.installation });
  return ofAll > 0 ? { refused: "installation", retry_after_s: ofAll } : undefined;
}
