import type { Permission } from "@nexbasira/core/contract/permission.ts";

/** The key of each permission's plain words. */
export const PERMISSION_TEXTS = {
  "sessions:read": "admin.permissions.sessions_read",
  "sessions:write": "admin.permissions.sessions_write",
  "evidence:read": "admin.permissions.evidence_read",
  "whiteboards:read": "admin.permissions.whiteboards_read",
  "webhooks:read": "admin.permissions.webhooks_read",
  "webhooks:write": "admin.permissions.webhooks_write",
  "branding:read": "admin.permissions.branding_read",
  "branding:write": "admin.permissions.branding_write",
  "org:read": "admin.permissions.org_read",
  "audit:read": "admin.permissions.audit_read",
  "calls:watch": "admin.permissions.calls_watch",
  "calls:inspect": "admin.permissions.calls_inspect",
  "messages:read": "admin.permissions.messages_read",
  "keys:read": "admin.permissions.keys_read",
  "keys:write": "admin.permissions.keys_write",
  "org:write": "admin.permissions.org_write",
  "retention:write": "admin.permissions.retention_write",
  "evidence:delete": "admin.permissions.evidence_delete",
  "people:write": "admin.permissions.people_write",
} as const satisfies Record<Permission, string>;
