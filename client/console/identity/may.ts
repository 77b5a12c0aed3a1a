import type { Me } from "@nexbasira/core/contract/console.ts";
import { type Permission, ROLE_PERMISSIONS } from "@nexbasira/core/contract/permission.ts";

/** Whether the member's role permits something. The server decides; this only spares them what would be refused. */
export function may({ role }: Me, permission: Permission): boolean {
  return ROLE_PERMISSIONS[role].includes(permission);
}

/** Whether the administrator's pages are theirs. */
export function mayAdminister(me: Me): boolean {
  return may(me, "keys:read");
}
