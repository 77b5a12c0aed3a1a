import { z } from "zod";

/** What an API key may be given: its scopes. */
export const Scope = z.enum([
  "sessions:read",
  "sessions:write",
  "evidence:read",
  "whiteboards:read",
  "webhooks:read",
  "webhooks:write",
  "branding:read",
  "branding:write",
  "org:read",
  "audit:read",
]);
export type Scope = z.infer<typeof Scope>;

/** What only a member's role grants: the console's own work. */
export const MemberPermission = z.enum([
  "calls:watch",
  "calls:inspect",
  "messages:read",
  "keys:read",
  "keys:write",
  "org:write",
  "retention:write",
  "evidence:delete",
  "people:write",
]);
export type MemberPermission = z.infer<typeof MemberPermission>;

/** What an operation asks for. */
export type Permission = Scope | MemberPermission;

export const MemberRole = z.enum(["owner", "administrator", "inspector", "observer"]);
export type MemberRole = z.infer<typeof MemberRole>;

const OBSERVER = [
  "sessions:read",
  "evidence:read",
  "whiteboards:read",
  "branding:read",
  "org:read",
  "calls:watch",
  "messages:read",
] as const satisfies Permission[];
const INSPECTOR = [...OBSERVER, "sessions:write", "calls:inspect"] as const satisfies Permission[];
const ALL = [...Scope.options, ...MemberPermission.options] as const satisfies Permission[];
/** What cannot be taken back, and what hands out all that is known of somebody. */
const OWNER_ALONE: ReadonlySet<Permission> = new Set<Permission>(["evidence:delete", "people:write"]);

/** What each role may do. */
export const ROLE_PERMISSIONS: Readonly<Record<MemberRole, readonly Permission[]>> = {
  owner: ALL,
  administrator: ALL.filter((permission) => !OWNER_ALONE.has(permission)),
  inspector: INSPECTOR,
  observer: OBSERVER,
};
