import { randomUUID } from "node:crypto";
import { readConfiguration } from "@nexbasira/core/configuration/configuration.ts";
import { newId } from "@nexbasira/core/contract/ids.ts";
import type { MemberRole, Scope } from "@nexbasira/core/contract/permission.ts";
import { insertApiKey } from "@nexbasira/core/database/api-keys.ts";
import { inTransaction } from "@nexbasira/core/database/database.ts";
import { insertMember } from "@nexbasira/core/database/organizations.ts";
import { newSigningSecret } from "@nexbasira/core/webhooks/sign-payload.ts";
import { createAuthentication } from "../../server/identity/authentication.ts";
import { hashApiSecret, newApiSecret } from "../../server/identity/create-api-key.ts";
import { createOrganization } from "../../server/identity/create-organization.ts";
import type { Installation } from "./installation.ts";

const PASSWORD = "a long enough password";

/** A further organization of the installation, without members and keys; its id. */
export async function makeOrganization(installation: Installation, name: string): Promise<number> {
  const { masterKeys } = readConfiguration(installation.environment);
  const organization = { name, slug: randomUUID(), callbackSecret: newSigningSecret() };
  return inTransaction(installation.testDatabase.database, async (transaction) => {
    const { id } = await createOrganization({ masterKeys }, transaction, organization);
    return id;
  });
}

/** A key of the organization with these scopes; its secret. */
export async function makeKey(
  installation: Installation,
  orgId: number,
  scopes: readonly Scope[],
  mode: "live" | "test" = "test",
): Promise<string> {
  const secret = newApiSecret(mode);
  await inTransaction(installation.testDatabase.database, (transaction) =>
    insertApiKey(transaction, {
      id: newId("apiKey"),
      org_id: orgId,
      name: "A key",
      mode,
      scopes: [...scopes],
      secret_hash: hashApiSecret(secret),
      prefix: secret.slice(0, 16),
    }),
  );
  return secret;
}

/** Somebody who is signed in to the console; the headers of their requests. Without a role: a member of nothing. */
export async function makeMember(
  installation: Installation,
  membership: { org_id: number; role: MemberRole } | undefined,
): Promise<Record<string, string>> {
  const { database } = installation.testDatabase;
  const authentication = createAuthentication(readConfiguration(installation.environment), database);
  const { internalAdapter, password } = await authentication.$context;
  const email = `${randomUUID()}@nexbasira.test`;
  const user = await internalAdapter.createUser(
    { email, name: membership?.role ?? "nobody", emailVerified: true },
    { method: "admin" },
  );
  await internalAdapter.linkAccount({
    userId: user.id,
    providerId: "credential",
    accountId: user.id,
    password: await password.hash(PASSWORD),
  });
  if (membership) {
    const member = { organization_id: membership.org_id, user_id: Number(user.id), role: membership.role };
    await inTransaction(database, (transaction) => insertMember(transaction, member));
  }
  const response = await fetch(`${installation.url}/auth/sign-in/email`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: installation.url },
    body: JSON.stringify({ email, password: PASSWORD }),
  });
  if (!response.ok) throw new Error(`sign-in answered ${response.status}: ${await response.text()}`);
  return {
    cookie: response.headers
      .getSetCookie()
      .map((line) => line.split(";")[0])
      .join("; "),
  };
}
