import { type Insertable, type Selectable, sql } from "kysely";
import type { Database, Transaction } from "./database.ts";
import type { Schema } from "./schema.ts";

export type OrganizationRow = Selectable<Schema["organizations"]>;

export type BrandingColumns = Partial<
  Pick<
    OrganizationRow,
    | "name"
    | "accent"
    | "theme"
    | "domain"
    | "logo_key"
    | "logo_media_type"
    | "logo_raster_key"
    | "email_sender_name"
    | "sms_sender_name"
  >
>;

export function insertOrganization(transaction: Transaction, organization: Insertable<Schema["organizations"]>) {
  return transaction.insertInto("organizations").values(organization).returningAll().executeTakeFirstOrThrow();
}

export function findOrganization(database: Database, id: number) {
  return database.selectFrom("organizations").selectAll().where("id", "=", id).executeTakeFirst();
}

/** What `GET /org` says of the organization itself. */
export function findOrganizationFacts(database: Database, id: number) {
  return database
    .selectFrom("organizations")
    .select((query) => [
      "name",
      "created_at",
      "participant_copy",
      "evidence_retention_days",
      "personal_data_retention_days",
      query
        .exists(query.selectFrom("sandboxes").select("org_id").whereRef("org_id", "=", "organizations.id"))
        .$castTo<boolean>()
        .as("sandbox"),
    ])
    .where("id", "=", id)
    .executeTakeFirst();
}

/** The hosts that organizations want their links to lead to; those without one are left out. */
export async function findDomains(database: Database, ids: readonly number[]): Promise<ReadonlyMap<number, string>> {
  const rows = await database
    .selectFrom("organizations")
    .select(["id", "domain"])
    .where("id", "in", ids)
    .where("domain", "is not", null)
    .execute();
  return new Map(rows.map((row) => [row.id, row.domain ?? ""]));
}

/** Sets what is given of an organization's branding; the row as it is then, undefined where there is none. */
export function updateBranding(transaction: Transaction, id: number, branding: BrandingColumns) {
  return transaction.updateTable("organizations").set(branding).where("id", "=", id).returningAll().executeTakeFirst();
}

/** Sets what is given of an organization's settings; all of them as they are then. */
export function updateSettings(
  transaction: Transaction,
  id: number,
  settings: Partial<
    Pick<OrganizationRow, "participant_copy" | "evidence_retention_days" | "personal_data_retention_days">
  >,
) {
  return transaction
    .updateTable("organizations")
    .set({ ...settings, id })
    .where("id", "=", id)
    .returning(["participant_copy", "evidence_retention_days", "personal_data_retention_days"])
    .executeTakeFirstOrThrow();
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
      sql<boolean>`exists (select from sandboxes where sandboxes.org_id = organizations.id)`.as("sandbox"),
      "users.id as user_id",
      "users.name as user_name",
      "users.email",
    ])
    .where("members.user_id", "=", userId)
    .orderBy("members.id")
    .executeTakeFirst();
}

export function insertUser(transaction: Transaction, user: Insertable<Schema["users"]>) {
  return transaction.insertInto("users").values(user).returning("id").executeTakeFirstOrThrow();
}

export function findUser(database: Database, id: number) {
  return database.selectFrom("users").select(["id", "name", "email"]).where("id", "=", id).executeTakeFirst();
}

export function findUserByEmail(database: Database, email: string) {
  return database.selectFrom("users").select(["id", "name", "email"]).where("email", "=", email).executeTakeFirst();
}
