import type { Actor } from "@nexbasira/core/audit/append-audit-entry.ts";
import { AppError } from "@nexbasira/core/contract/errors.ts";
import { MemberRole, type Permission, ROLE_PERMISSIONS } from "@nexbasira/core/contract/permission.ts";
import { findApiKey, touchApiKey } from "@nexbasira/core/database/api-keys.ts";
import type { Database } from "@nexbasira/core/database/database.ts";
import { findMembership } from "@nexbasira/core/database/organizations.ts";
import { fromNodeHeaders } from "better-auth/node";
import type { Request } from "express";
import type { Authentication } from "../identity/authentication.ts";
import { hashApiSecret } from "../identity/create-api-key.ts";

/** A member who is signed in to the console. */
export interface Member {
  user_id: number;
  name: string;
  email: string;
  role: MemberRole;
  /** A sandbox's members only ever act in test mode. */
  organization: { id: number; name: string; accent: string; sandbox: boolean };
}

/** Who calls, for which organization, and what they may do. */
export interface Caller {
  org_id: number;
  /** A key sees one mode; a member sees both, a sandbox's only the test mode. */
  mode: "live" | "test" | null;
  actor: Actor;
  permissions: ReadonlySet<string>;
  member: Member | null;
}

/** A caller who is signed in to the console. */
export type MemberCaller = Caller & { member: Member };

export interface AuthenticationContext {
  database: Database;
  authentication: Authentication;
}

const SECRET = /^(?:nbx_(?:live|test)_sk_|nb_sec_)[A-Za-z0-9_-]{32}$/;

/** By API key (`Authorization: Bearer`) or, without one, by the console's cookie. Throws `authentication_error`. */
export async function authenticate(context: AuthenticationContext, request: Request): Promise<Caller> {
  const header = request.get("authorization");
  return header === undefined ? authenticateCookie(context, request) : authenticateKey(context.database, header);
}

/** By the console's cookie alone. */
export async function authenticateCookie(context: AuthenticationContext, request: Request): Promise<MemberCaller> {
  const member = await authenticateMember(context, request);
  return {
    org_id: member.organization.id,
    mode: member.organization.sandbox ? "test" : null,
    actor: { type: "member", id: String(member.user_id) },
    permissions: new Set(ROLE_PERMISSIONS[member.role]),
    member,
  };
}

async function authenticateKey(database: Database, header: string): Promise<Caller> {
  const [scheme, given = "", ...more] = header.split(" ");
  if (scheme?.toLowerCase() !== "bearer" || more.length > 0 || !SECRET.test(given)) throw wrongKey();
  const key = await findKey(database, given);
  if (!key) throw wrongKey();
  if (!key.used_lately) await touchApiKey(database, key.id);
  return {
    org_id: key.org_id,
    mode: key.mode,
    actor: { type: "api_key", id: key.id },
    permissions: new Set(key.scopes),
    member: null,
  };
}

/** The same secret is also accepted with the prefix `nb_sec_`, which does not tell the mode. */
async function findKey(database: Database, given: string) {
  if (!given.startsWith("nb_sec_")) return findApiKey(database, hashApiSecret(given));
  const random = given.slice("nb_sec_".length);
  return (
    (await findApiKey(database, hashApiSecret(`nbx_live_sk_${random}`))) ??
    findApiKey(database, hashApiSecret(`nbx_test_sk_${random}`))
  );
}

function wrongKey(): AppError {
  return new AppError("authentication_error", "The API key is missing, malformed, revoked or expired.");
}

/** The signed-in member. A request that changes something must come from our own pages: the cookie alone is not enough. */
export async function authenticateMember(context: AuthenticationContext, request: Request): Promise<Member> {
  const session = await context.authentication.api.getSession({ headers: fromNodeHeaders(request.headers) });
  if (!session) throw new AppError("authentication_error", "Sign in, or send an API key.");
  if (request.method !== "GET" && !isOwnPage(request)) {
    throw new AppError("permission_denied", "A request by cookie must come from the console itself.");
  }
  const membership = await findMembership(context.database, Number(session.user.id));
  const role = MemberRole.safeParse(membership?.role);
  if (!membership || !role.success) {
    throw new AppError("permission_denied", "This account belongs to no organization.");
  }
  return {
    user_id: membership.user_id,
    name: membership.user_name,
    email: membership.email,
    role: role.data,
    organization: {
      id: membership.org_id,
      name: membership.org_name,
      accent: membership.accent,
      sandbox: membership.sandbox,
    },
  };
}

/**
 * No cross-site request forgery: browsers say where a request comes from (`Sec-Fetch-Site`, the older ones `Origin`),
 * and no page can make them lie. What is no browser says neither and carries no cookie against its owner's will.
 */
export function isOwnPage(request: Request): boolean {
  const site = request.get("sec-fetch-site");
  if (site !== undefined) return site === "same-origin";
  const origin = request.get("origin");
  return origin === undefined || (URL.canParse(origin) && new URL(origin).host === request.get("host"));
}

export function requirePermission(caller: Caller, permission: Permission): void {
  if (caller.permissions.has(permission)) return;
  throw new AppError("permission_denied", `This needs the permission ${permission}.`, { param: permission });
}
