import type { Database, Transaction } from "./database.ts";

export function insertOrganization(transaction: Transaction, organization: { name: string; slug: string }) {
  return transaction.insertInto("organizations").values(organization).returningAll().executeTakeFirstOrThrow();
}

export function findOrganization(database: Database, id: number) {
  return database.selectFrom("organizations").selectAll().where("id", "=", id).executeTakeFirst();
}

export function findOrganizationBySlug(database: Database, slug: string) {
  return database.selectFrom("organizations").selectAll().where("slug", "=", slug).executeTakeFirst();
}

export async function insertMember(
  transaction: Transaction,
  member: { organization_id: number; user_id: number; role: string },
): Promise<void> {
  await transaction
    .insertInto("members")
    .values(member)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** The user's membership: the organization and the role in it. */
export function findMembership(database: Database, userId: number) {
  return database
    .selectFrom("members")
    .innerJoin("organizations", "organizations.id", "members.organization_id")
    .innerJoin("users", "users.id", "members.user_id")
    .select([
      "members.role",
      "organizations.id as org_id",
      "organizations.name as org_name",
      "organizations.accent",
      "users.id as user_id",
      "users.name as user_name",
      "users.email",
    ])
    .where("members.user_id", "=", userId)
    .orderBy("members.id")
    .executeTakeFirst();
}

export function findUser(database: Database, id: number) {
  return database.selectFrom("users").select(["id", "name", "email"]).where("id", "=", id).executeTakeFirst();
}

export function findUserByEmail(database: Database, email: string) {
  return database.selectFrom("users").select(["id", "name", "email"]).where("email", "=", email).executeTakeFirst();
}
