import { Organization, OrganizationMemberPage } from "@nexbasira/core/contract/organization.ts";
import { ROLE_PERMISSIONS } from "@nexbasira/core/contract/permission.ts";
import { Session } from "@nexbasira/core/contract/session.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Instance } from "../helpers/instance.ts";
import { signIn } from "../helpers/sign-in.ts";

const QUOTAS = { QUOTA_SESSIONS_PER_MONTH: "50", QUOTA_MEMBERS: "500" };
const LIMITS = { RATE_LIMIT_KEY: "700", RATE_LIMIT_ORGANIZATION: "900" };

let instance: Instance;
let cookie: Record<string, string>;
beforeAll(async () => {
  instance = await Instance.start(["server"], { ...QUOTAS, ...LIMITS });
  cookie = await signIn(instance);
});
afterAll(() => instance?.stop());

const database = () => instance.testDatabase.database;
const read = async (path = "/v1/org") => Organization.parse(await (await instance.api(path)).json());
const readAsMember = async (query: string) =>
  Organization.parse(await (await fetch(`${instance.url}/v1/org${query}`, { headers: cookie })).json());

/** Members of an organization, as many as asked for. */
async function addMembers(organization_id: number, count: number): Promise<void> {
  const users = await database()
    .insertInto("users")
    .values(
      Array.from({ length: count }, (_, number) => ({
        name: `Member ${number}`,
        email: `member-${number}@organization-${organization_id}.example`,
        email_verified: true,
      })),
    )
    .returning("id")
    .execute();
  const values = users.map(({ id: user_id }) => ({ organization_id, user_id, role: "observer" }));
  await database().insertInto("members").values(values).execute();
}

test("an organization tells its quotas, limits, members and what each role may do", async () => {
  const organization = await read();
  expect(organization).toMatchObject({
    object: "organization",
    name: "NexBasira",
    mode: "test",
    sandbox: false,
    quotas: {
      sessions_per_month: { limit: 50, used: 0 },
      minutes_per_month: { limit: null, used: 0 },
      storage_bytes: { limit: null, used: 0, resets_at: null },
      members: { limit: 500, used: 1, resets_at: null },
    },
    rate_limits: { key: 700, organization: 900 },
    members: { data: [{ name: "Administrator", role: "owner" }], has_more: false, next_cursor: null },
  });
  const roles = Object.fromEntries(organization.roles.map(({ name, permissions }) => [name, permissions]));
  expect(roles).toEqual(ROLE_PERMISSIONS);
  expect(await read("/api/v1/public/org")).toEqual(organization);
});

test("what is used is counted by mode, until the month is over", async () => {
  const participant = { name: "Marie L.", channel: "link" };
  const body = { type: "field_inspection", reference: "INS-1", participant };
  await instance.post("/v1/sessions", body, Session);
  const { sessions_per_month } = (await read()).quotas;
  expect(sessions_per_month.used).toBe(1);
  const resets = new Date(sessions_per_month.resets_at ?? "");
  expect(resets.getTime()).toBeGreaterThan(Date.now());
  expect(resets.toISOString()).toMatch(/-01T00:00:00\.000Z$/);
  expect((await readAsMember("?mode=test")).quotas.sessions_per_month.used).toBe(1);
  const live = await readAsMember("");
  expect(live.mode).toBe("live");
  expect(live.quotas.sessions_per_month.used).toBe(0);
});

test("a key's own mode holds whatever it asks for", async () => {
  expect((await read("/v1/org?mode=live")).mode).toBe("test");
});

test("the first hundred members stand in the organization, and the list goes on after them", async () => {
  const { id, members: before } = await read();
  await addMembers(id, 149);
  const other = await database()
    .insertInto("organizations")
    .values({ name: "Other", slug: "other" })
    .returning("id")
    .executeTakeFirstOrThrow();
  await addMembers(other.id, 3);
  const { members, quotas } = await read();
  expect(quotas.members.used).toBe(150);
  expect(members.data).toHaveLength(100);
  expect(members.data[0]).toEqual(before.data[0]);
  const rest = await instance.api(`/v1/org/members?limit=100&cursor=${members.next_cursor}`);
  const last = OrganizationMemberPage.parse(await rest.json());
  expect(last).toMatchObject({ has_more: false, next_cursor: null });
  const emails = [...members.data, ...last.data].map(({ email }) => email);
  expect(new Set(emails).size).toBe(150);
  expect(emails.filter((email) => email.endsWith(`@organization-${other.id}.example`))).toEqual([]);
});

test("the pages of members neither repeat nor hide anybody who was there before", async () => {
  const seen: number[] = [];
  const { id } = await read();
  let query = "?limit=40";
  for (;;) {
    const page = OrganizationMemberPage.parse(await (await instance.api(`/v1/org/members${query}`)).json());
    seen.push(...page.data.map((member) => member.id));
    if (page.next_cursor === null) break;
    query = `?limit=40&cursor=${page.next_cursor}`;
    // Somebody leaves who was read already: the next page must not begin one too late.
    await database().deleteFrom("members").where("user_id", "=", Number(page.data[1]?.id)).execute();
  }
  expect(seen).toHaveLength(150);
  expect(new Set(seen).size).toBe(150);
  expect((await read()).id).toBe(id);
});

test("a role that nobody knows is shown as none", async () => {
  const { members } = await read();
  const [, second] = members.data;
  await database().updateTable("members").set({ role: "guest" }).where("user_id", "=", Number(second?.id)).execute();
  expect((await read()).members.data[1]).toEqual({ ...second, role: null });
});

test.each(["cursor=ABCDEFGHJKMNPQRSTVWXYZ0123", "cursor=12", "limit=0", "limit=101", "mode=test"])(
  "a list of members with %s is a 400",
  async (query) => {
    expect((await instance.api(`/v1/org/members?${query}`)).status).toBe(400);
  },
);

test("a cursor beyond every member is an empty page", async () => {
  const response = await instance.api(`/v1/org/members?cursor=${"9".repeat(26)}`);
  expect(await response.json()).toEqual({ data: [], has_more: false, next_cursor: null });
});
