import type { Database } from "./database.ts";

/** An organization's members by their accounts' ids, oldest first: that order has an index. */
export function listMembers(database: Database, filter: { org_id: number; after_id: number; limit: number }) {
  return database
    .selectFrom("members")
    .innerJoin("users", "users.id", "members.user_id")
    .select(["users.id", "users.name", "users.email", "members.role", "members.created_at"])
    .where("members.organization_id", "=", filter.org_id)
    .where("members.user_id", ">", filter.after_id)
    .orderBy("members.user_id")
    .limit(filter.limit)
    .execute();
}

/** The accounts of those who run the organization. */
export async function listAdministrators(database: Database, orgId: number): Promise<number[]> {
  const rows = await database
    .selectFrom("members")
    .select("user_id")
    .where("organization_id", "=", orgId)
    .where("role", "in", ["owner", "administrator"])
    .orderBy("user_id")
    .execute();
  return rows.map(({ user_id }) => user_id);
}
