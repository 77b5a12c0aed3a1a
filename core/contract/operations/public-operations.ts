import type { Operations } from "../operation.ts";
import { AUDIT_OPERATIONS } from "./audit.ts";
import { BRANDING_OPERATIONS } from "./branding.ts";
import { EVIDENCE_OPERATIONS } from "./evidence.ts";
import { ORGANIZATION_OPERATIONS } from "./organization.ts";
import { SESSION_OPERATIONS } from "./sessions.ts";
import { WEBHOOK_OPERATIONS } from "./webhooks.ts";
import { WHITEBOARD_OPERATIONS } from "./whiteboards.ts";

/** Every call of the public API, by its `operationId`. */
export const PUBLIC_OPERATIONS = {
  ...SESSION_OPERATIONS,
  ...EVIDENCE_OPERATIONS,
  ...WHITEBOARD_OPERATIONS,
  ...WEBHOOK_OPERATIONS,
  ...AUDIT_OPERATIONS,
  ...BRANDING_OPERATIONS,
  ...ORGANIZATION_OPERATIONS,
} satisfies Operations;
export type PublicOperations = typeof PUBLIC_OPERATIONS;
