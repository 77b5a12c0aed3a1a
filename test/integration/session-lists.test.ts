import { newId } from "@nexbasira/core/contract/ids.ts";
import { inTransaction } from "@nexbasira/core/database/database.ts";
import { insertOrganization } from "@nexbasira/core/database/organizations.ts";
import { insertSession, listSessions } from "@nexbasira/core/database/sessions.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "../helpers/test-database.ts";

const NOON = Date.UTC(2026, 4, 23, 12);
const COUNT = 60;

let testDatabase: TestDatabase;
let orgId: number;
/** One a millisecond from noon on, by turns live and test; newest first. */
let ids: string[];

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  await inTransaction(testDatabase.database, async (transaction) => {
    orgId = (await insertOrganization(transaction, { name: "Lists", slug: "lists" })).id;
    const inserted = [];
    for (let n = 0; n < COUNT; n++) {
      const { id } = await insertSession(transaction, {
        id: newId("session", NOON + n),
        org_id: orgId,
        mode: n % 2 === 0 ? "live" : "test",
        type: "field_inspection",
        status: n % 3 === 0 ? "completed" : "pending",
        reference: `INS-${n % 5}`,
        participant_name: "Marie L.",
        participant_channel: "link",
        participant_locale: "en",
        signature_level: "none",
        recording: true,
        metadata: "{}",
        expires_at: new Date(NOON + 86_400_000),
      });
      inserted.push(id);
    }
    ids = inserted.toReversed();
  });
});
afterAll(() => testDatabase.close());

type Filter = Omit<Parameters<typeof listSessions>[1], "org_id" | "limit">;

const list = async (filter: Filter, limit = COUNT) => {
  const rows = await listSessions(testDatabase.database, { ...filter, org_id: orgId, limit });
  return rows.map(({ id }) => id);
};

/** By the number of each, from the first that was made. */
const numbered = (is: (n: number) => boolean) => ids.filter((_, i) => is(COUNT - 1 - i));

test("a session was created when its id was made, to the millisecond", async () => {
  const [newest] = await listSessions(testDatabase.database, { org_id: orgId, limit: 1 });
  expect(newest?.created_at.getTime()).toBe(NOON + COUNT - 1);
});

test("both modes come in one order, by pages that leave out and repeat nothing", async () => {
  const pages = [];
  for (let before_id: string | undefined; ; before_id = pages.at(-1)?.at(-1)) {
    const page = await list(before_id === undefined ? {} : { before_id }, 7);
    if (page.length === 0) break;
    pages.push(page);
  }
  expect(pages.flat()).toEqual(ids);
});

test("a mode, a status and a reference leave out all others", async () => {
  expect(await list({ mode: "test" })).toEqual(numbered((n) => n % 2 === 1));
  expect(await list({ status: "completed" })).toEqual(numbered((n) => n % 3 === 0));
  expect(await list({ mode: "live", reference: "INS-2" })).toEqual(numbered((n) => n % 10 === 2));
  expect(await list({ status: "pending", reference: "INS-0" })).toEqual(numbered((n) => n % 5 === 0 && n % 3 !== 0));
});

test("what was created at a bound itself is neither after nor before it", async () => {
  const at = (n: number) => new Date(NOON + n);
  expect(await list({ created_after: at(10) })).toEqual(numbered((n) => n > 10));
  expect(await list({ created_before: at(20) })).toEqual(numbered((n) => n < 20));
  expect(await list({ mode: "test", created_after: at(10), created_before: at(20) })).toEqual(
    numbered((n) => n > 10 && n < 20 && n % 2 === 1),
  );
  expect(await list({ created_after: at(10), created_before: at(11) })).toEqual([]);
});

test("times without sense find nothing or all, and no error", async () => {
  const [ancient, distant] = [new Date("0000-01-01T00:00:00Z"), new Date("9999-12-31T23:59:59Z")];
  expect(await list({ created_before: ancient })).toEqual([]);
  expect(await list({ created_after: distant })).toEqual([]);
  expect(await list({ created_after: ancient, created_before: distant })).toEqual(ids);
});
