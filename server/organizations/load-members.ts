import { toTimestamp } from "@nexbasira/core/contract/common.ts";
import type { OrganizationMember } from "@nexbasira/core/contract/organization.ts";
import { MemberRole } from "@nexbasira/core/contract/permission.ts";
import type { Database } from "@nexbasira/core/database/database.ts";
import { listMembers } from "@nexbasira/core/database/members.ts";
import { pageOf } from "../http/pagination.ts";

const CURSOR_CHARACTERS = 26;
/** The largest id there can be: after it comes nobody. */
const LAST_ID = 2 ** 31 - 1;

/** A page of an organization's members. Their ids are numbers: a cursor is the last one, with leading noughts. */
export async function loadMembers(
  database: Database,
  { org_id, limit, cursor }: { org_id: number; limit: number; cursor?: string | undefined },
) {
  const after_id = cursor === undefined ? 0 : Math.min(Number(cursor), LAST_ID);
  const members = await listMembers(database, { org_id, after_id, limit: limit + 1 });
  const rows = members.map(({ id }) => ({ id: String(id).padStart(CURSOR_CHARACTERS, "0") }));
  return pageOf(rows, limit, members.map(toMember));
}

function toMember({ id, name, email, role, created_at }: Awaited<ReturnType<typeof listMembers>>[number]) {
  const joined_at = toTimestamp(created_at);
  return { id, name, email, role: MemberRole.safeParse(role).data ?? null, joined_at } satisfies OrganizationMember;
}
