import type { Configuration } from "@nexbasira/core/configuration/configuration.ts";
import type { Database } from "@nexbasira/core/database/database.ts";
import { findQuotas } from "@nexbasira/core/database/usage-counters.ts";
import { betterAuth } from "better-auth";
import { toNodeHandler } from "better-auth/node";
import { organization } from "better-auth/plugins/organization";
import { signInWithoutPassword } from "./sign-in-without-password.ts";

const TIMES = { createdAt: "created_at", updatedAt: "updated_at" };

/** Staff identity: better-auth over our own tables. Its REST interface is mounted at `/auth`. */
export function createAuthentication(
  configuration: Pick<Configuration, "publicUrl" | "phoneUrl" | "authSecret" | "development" | "quotas">,
  database: Database,
) {
  return betterAuth({
    baseURL: configuration.publicUrl,
    basePath: "/auth",
    secret: configuration.authSecret,
    trustedOrigins: [configuration.publicUrl, ...(configuration.phoneUrl ? [configuration.phoneUrl] : [])],
    database: { db: database, type: "postgres" },
    emailAndPassword: { enabled: true, disableSignUp: true, minPasswordLength: 12 },
    session: {
      modelName: "auth_sessions",
      expiresIn: 12 * 3600,
      fields: {
        expiresAt: "expires_at",
        ipAddress: "ip_address",
        userAgent: "user_agent",
        userId: "user_id",
        ...TIMES,
      },
    },
    user: { modelName: "users", fields: { emailVerified: "email_verified", ...TIMES } },
    account: {
      modelName: "accounts",
      fields: {
        accountId: "account_id",
        providerId: "provider_id",
        userId: "user_id",
        accessToken: "access_token",
        refreshToken: "refresh_token",
        idToken: "id_token",
        accessTokenExpiresAt: "access_token_expires_at",
        refreshTokenExpiresAt: "refresh_token_expires_at",
        ...TIMES,
      },
    },
    verification: { modelName: "verifications", fields: { expiresAt: "expires_at", ...TIMES } },
    plugins: [
      signInWithoutPassword(),
      organization({
        allowUserToCreateOrganization: false,
        disableOrganizationDeletion: true,
        membershipLimit: async (_user, { id }) => {
          const own = await findQuotas(database, Number(id));
          return own?.quota_members ?? configuration.quotas.members ?? Number.POSITIVE_INFINITY;
        },
        schema: {
          session: { fields: { activeOrganizationId: "active_organization_id" } },
          organization: { modelName: "organizations", fields: { createdAt: "created_at" } },
          member: {
            modelName: "members",
            fields: { organizationId: "organization_id", userId: "user_id", createdAt: "created_at" },
          },
          invitation: {
            modelName: "member_invitations",
            fields: {
              organizationId: "organization_id",
              expiresAt: "expires_at",
              inviterId: "inviter_id",
              createdAt: "created_at",
            },
          },
        },
      }),
    ],
    advanced: {
      cookiePrefix: "nexbasira",
      // Development also answers on http://localhost, where a Secure cookie would be dropped.
      useSecureCookies: !configuration.development,
      database: { generateId: "serial" },
    },
    // A few tries at a password in ten seconds from one address. Off in development, whose pages all come from one.
    rateLimit: { enabled: !configuration.development },
    telemetry: { enabled: false },
    logger: { level: "error" },
  });
}

export type Authentication = ReturnType<typeof createAuthentication>;

export function authenticationHandler(authentication: Authentication) {
  return toNodeHandler(authentication);
}
