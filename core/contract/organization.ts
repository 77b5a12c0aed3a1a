import { z } from "zod";
import { Timestamp } from "./common.ts";
import { Page, PageQuery } from "./pagination.ts";
import { MemberRole } from "./permission.ts";
import { Mode, RetentionDays } from "./session.ts";

/** Somebody with an account in the console. */
export const OrganizationMember = z.object({
  id: z.number().int().describe("The account; `member:<id>` in the audit log"),
  name: z.string(),
  email: z.string(),
  role: MemberRole.nullable().describe("null: one that is none of `roles` and permits nothing"),
  joined_at: Timestamp,
});
export type OrganizationMember = z.infer<typeof OrganizationMember>;

export const OrganizationMemberPage = Page(OrganizationMember);

/** A page of members. Their ids are numbers, and so are their cursors. */
export const MemberPageQuery = PageQuery.extend({
  cursor: z
    .string()
    .regex(/^[0-9]{26}$/, "is not a cursor of this list")
    .optional()
    .describe("`next_cursor` of the page before"),
});

export const OrganizationQuery = z.strictObject({
  mode: Mode.optional().describe("For members of the console, who see both modes; a key sees its own alone"),
});

export const Quota = z.object({
  limit: z.number().int().nullable().describe("null: there is none"),
  used: z.number().int(),
  resets_at: Timestamp.nullable().describe("When `used` is nought again; null for what is counted in all"),
});
export type Quota = z.infer<typeof Quota>;

/** What an organization may use and has used of one mode. */
export const Quotas = z.object({
  sessions_per_month: Quota.describe("By calendar month in UTC, when they are made"),
  minutes_per_month: Quota.describe("Minutes of calls, in the month of their end"),
  storage_bytes: Quota.describe("Kept evidence items, recordings and evidence files"),
  members: Quota.describe("Of both modes together"),
});
export type Quotas = z.infer<typeof Quotas>;

/** How long an organization keeps what its sessions have brought. */
export const Retention = z.strictObject({
  evidence_days: RetentionDays.describe("Days after a session's end until the contents of its evidence are deleted"),
  personal_data_days: RetentionDays.describe(
    "Days after a session's end until its people are made unreadable; never before the contents are deleted, which show them",
  ),
});
export type Retention = z.infer<typeof Retention>;

export const OrganizationRole = z.object({
  name: MemberRole,
  permissions: z
    .array(z.string())
    .describe("Such as `sessions:write`; those that a key may have as scopes, and those of members alone"),
});

/** `GET /org`. */
export const Organization = z.object({
  object: z.literal("organization"),
  id: z.number().int(),
  name: z.string(),
  created_at: Timestamp,
  mode: Mode.describe("Whose quotas these are: the key's mode"),
  sandbox: z.boolean().describe("Made by a visitor to try things out: it has test mode alone"),
  participant_copy: z
    .boolean()
    .describe("Whether a participant may download the evidence file from their link, for 30 days after the end"),
  retention: Retention.describe("null: for ever"),
  quotas: Quotas,
  rate_limits: z
    .object({
      key: z.number().int().describe("Of each API key, and of each member in the console"),
      organization: z.number().int().describe("Of all keys of the organization together"),
    })
    .describe("Requests per minute"),
  members: OrganizationMemberPage.describe("The first hundred; `GET /org/members` goes on after `next_cursor`"),
  roles: z.array(OrganizationRole).describe("What a member of each role may do"),
});
export type Organization = z.infer<typeof Organization>;

/** What an organization decides for itself, besides its branding. */
export const OrganizationSettings = Organization.pick({ participant_copy: true, retention: true });
export type OrganizationSettings = z.infer<typeof OrganizationSettings>;

/** `PATCH /console/api/organization`. */
export const UpdateOrganization = z.strictObject({
  participant_copy: z.boolean().optional(),
  retention: Retention.optional(),
});
export type UpdateOrganization = z.infer<typeof UpdateOrganization>;
