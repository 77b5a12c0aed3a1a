/** What a caller may do: an API key's scopes, or what a member's role grants. */
export const PERMISSIONS = [
  "sessions:read",
  "sessions:write",
  "evidence:read",
  "whiteboards:read",
  "webhooks:read",
  "webhooks:write",
  "branding:read",
  "branding:write",
  "org:read",
] as const;

export type Permission = (typeof PERMISSIONS)[number];

const READ: Permission[] = ["sessions:read", "evidence:read", "whiteboards:read", "branding:read", "org:read"];

/** The roles of an organization's members, and what each may do. */
export const ROLE_PERMISSIONS = {
  owner: PERMISSIONS,
  administrator: PERMISSIONS,
  inspector: [...READ, "sessions:write"],
  observer: READ,
} as const satisfies Record<string, readonly Permission[]>;

export type MemberRole = keyof typeof ROLE_PERMISSIONS;

export function isMemberRole(role: string): role is MemberRole {
  return role in ROLE_PERMISSIONS;
}
