import { Scope } from "@nexbasira/core/contract/permission.ts";
import { type Database, inTransaction } from "@nexbasira/core/database/database.ts";
import { findOrganizationBySlug, findUserByEmail, insertMember } from "@nexbasira/core/database/organizations.ts";
import type { Authentication } from "./authentication.ts";
import { createApiKey } from "./create-api-key.ts";
import { createOrganization } from "./create-organization.ts";

const SLUG = "first";

export interface SeedCredentials {
  admin: { email: string; password: string };
  api_key: string;
  webhook_secret: string;
}

/** The first organization with its owner and a test key; finds what an earlier run has made. */
export async function seedOrganization(
  context: { database: Database; authentication: Authentication; masterKeys: readonly string[] },
  credentials: SeedCredentials,
): Promise<void> {
  const { database } = context;
  const userId = await seedAdministrator(context, credentials.admin);
  if (await findOrganizationBySlug(database, SLUG)) return;
  await inTransaction(database, async (transaction) => {
    const organization = await createOrganization(context, transaction, {
      name: "NexBasira",
      slug: SLUG,
      callbackSecret: credentials.webhook_secret,
    });
    await insertMember(transaction, { organization_id: organization.id, user_id: userId, role: "owner" });
    await createApiKey(transaction, {
      org_id: organization.id,
      actor: { type: "system", id: "seed" },
      name: "First test key",
      mode: "test",
      scopes: Scope.options,
      secret: credentials.api_key,
    });
  });
}

/** Through better-auth's own functions, since how it stores a password is its business; sign-up itself is closed. */
async function seedAdministrator(
  { database, authentication }: { database: Database; authentication: Authentication },
  admin: { email: string; password: string },
): Promise<number> {
  const existing = await findUserByEmail(database, admin.email);
  if (existing) return existing.id;
  const { internalAdapter, password } = await authentication.$context;
  const account = { email: admin.email, name: "Administrator", emailVerified: true };
  const user = await internalAdapter.createUser(account, { method: "admin" });
  await internalAdapter.linkAccount({
    userId: user.id,
    providerId: "credential",
    accountId: user.id,
    password: await password.hash(admin.password),
  });
  return Number(user.id);
}
