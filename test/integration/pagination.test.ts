import { Scope } from "@nexbasira/core/contract/permission.ts";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { ALL_OPERATIONS } from "../helpers/all-operations.ts";
import { Instance } from "../helpers/instance.ts";
import { type ListRow, type ListRows, listRows, MIDDLE } from "../helpers/list-rows.ts";
import { makeKey, makeMember, makeOrganization } from "../helpers/make-organization.ts";
import { NO_LIMITS } from "../helpers/no-limits.ts";

let instance: Instance;
let organizations: [number, number];
let lists: Record<string, ListRows>;

interface Reader {
  headers: Record<string, string>;
  /** Null: both. */
  mode: "live" | "test" | null;
}
let readers: [Reader, Reader, Reader];

beforeAll(async () => {
  instance = await Instance.start(["server"], NO_LIMITS);
  organizations = [await makeOrganization(instance, "One"), await makeOrganization(instance, "Two")];
  const [own] = organizations;
  const key = async (mode: "live" | "test") => ({
    authorization: `Bearer ${await makeKey(instance, own, Scope.options, mode)}`,
  });
  readers = [
    { headers: await key("test"), mode: "test" },
    { headers: await key("live"), mode: "live" },
    { headers: await makeMember(instance, { org_id: own, role: "owner" }), mode: null },
  ];
  lists = listRows(instance.testDatabase.database);
});
afterAll(() => instance.stop());

/** Nobody inserts into the audit log's lists, or changes a row of them: their pages are read in audit-api.test.ts. */
const APPENDED_ONLY = ["listAuditEntries", "listAuditCheckpoints"];
const LIST_NAMES = ALL_OPERATIONS.filter(({ operation }) => operation.query?.shape.cursor)
  .map(({ name }) => name)
  .filter((name) => !APPENDED_ONLY.includes(name));

type Planned<Of> = Of extends fc.Arbitrary<infer Plan> ? Plan : never;

/** A row of whoever: `owner` is one of two organizations and two modes. */
const RowPlan = fc.record({
  owner: fc.constantFrom(0, 0, 0, 1, 1, 2, 3),
  kind: fc.constantFrom(0, 1, 2),
  group: fc.constantFrom(0, 1),
  // Few times, so that many rows share their millisecond.
  time: fc.integer({ min: -1, max: 1 }),
});
type RowPlan = Planned<typeof RowPlan>;

const Step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ does: fc.constant("insert" as const), row: RowPlan }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant("change" as const), which: fc.nat(1000) }) },
);

const Plan = fc.record({
  rows: fc.array(RowPlan, { maxLength: 20, size: "max" }),
  /** What happens before each page. */
  steps: fc.array(fc.array(Step, { maxLength: 3 }), { minLength: 1, maxLength: 8 }),
  limits: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 }),
  filter: fc.nat(5),
  reader: fc.nat(2),
});

type Plan = Planned<typeof Plan>;

const EVERYTHING = { query: "", takes: () => true };
const MOST_PAGES_WITH_STEPS = 20;

interface Row extends ListRow {
  id: string;
  isChanged: boolean;
}

const Answer = z.object({
  data: z.array(z.looseObject({ id: z.union([z.string(), z.number()]).transform(String) })),
  has_more: z.boolean(),
  next_cursor: z.string().nullable(),
});

type Page = z.infer<typeof Answer>;

function toRow({ owner, kind, group, time }: RowPlan): ListRow {
  return {
    org_id: organizations[owner < 2 ? 0 : 1],
    mode: owner % 2 === 0 ? "test" : "live",
    kind,
    group,
    time: MIDDLE + time,
  };
}

async function readPage(
  list: ListRows,
  reader: Reader,
  { limit, query, cursor }: { limit: number; query: string; cursor: string | null },
): Promise<Page> {
  const next = cursor === null ? "" : `&cursor=${cursor}`;
  const response = await fetch(`${instance.url}${list.path}?limit=${limit}${query}${next}`, {
    headers: reader.headers,
  });
  expect(response.status).toBe(200);
  const page = Answer.parse(await response.json());
  expect(page.data.length).toBeLessThanOrEqual(limit);
  expect(page.has_more).toBe(page.next_cursor !== null);
  if (page.has_more) expect(page.data).toHaveLength(limit);
  return page;
}

test("the lists that are read here are all that have pages", () => {
  expect(Object.keys(lists).toSorted()).toEqual(LIST_NAMES.toSorted());
});

/** Reads the list to its end while the plan's steps are done, and holds it to its word. */
async function readWhileChanging(list: ListRows, plan: Plan): Promise<void> {
  await list.clear(organizations);
  const reader = readers[list.membersOnly ? 2 : plan.reader] ?? readers[2];
  const filter = list.filters[plan.filter % list.filters.length] ?? EVERYTHING;
  // What the organization has had from the beginning: its owner, its keys.
  const fixtures = (await readPage(list, reader, { limit: 100, query: "", cursor: null })).data.map(({ id }) => id);
  const rows: Row[] = [];
  const insert = async (row: RowPlan) => {
    const made = toRow(row);
    rows.push({ ...made, id: await list.insert(made), isChanged: false });
  };
  const isShown = (row: ListRow) =>
    row.org_id === organizations[0] &&
    (list.modeless || reader.mode === null || row.mode === reader.mode) &&
    filter.takes(row);

  await Promise.all(plan.rows.map(insert));
  const atStart = rows.filter(isShown);
  const read: string[] = [];
  let cursor: string | null = null;
  for (let page = 0; page === 0 || cursor !== null; page++) {
    // In the end the reader is faster than whoever adds.
    const steps = page < MOST_PAGES_WITH_STEPS ? plan.steps[page % plan.steps.length] : [];
    for (const step of steps ?? []) {
      if (step.does === "insert") await insert(step.row);
      else await change(list, rows[step.which % Math.max(rows.length, 1)]);
    }
    const limit = plan.limits[page % plan.limits.length] ?? 1;
    const answer: Page = await readPage(list, reader, { limit, query: filter.query, cursor });
    read.push(...answer.data.map(({ id }) => id));
    cursor = answer.next_cursor;
    // Something has come twice already: a list that goes in a circle would never end.
    if (read.length > rows.length + fixtures.length) break;
  }

  const ordered = read.toSorted((one, other) => (rank(one) < rank(other) ? -1 : 1));
  expect(read).toEqual(list.order === "oldest" ? ordered : ordered.toReversed());
  expect(new Set(read).size).toBe(read.length);
  expect(atStart.filter(({ id, isChanged }) => !isChanged && !read.includes(id))).toEqual([]);
  const mayBeRead = new Set([...fixtures, ...rows.filter((row) => row.isChanged || isShown(row)).map(({ id }) => id)]);
  expect(read.filter((id) => !mayBeRead.has(id))).toEqual([]);
  const others = rows.filter((row) => row.org_id !== organizations[0]);
  expect(others.filter(({ id }) => read.includes(id))).toEqual([]);
}

async function change(list: ListRows, row: Row | undefined): Promise<void> {
  if (!row) return;
  await list.change(row.id);
  row.isChanged = true;
}

/** Members' ids are numbers, which sort otherwise than texts. */
function rank(id: string): string {
  return id.padStart(26, "0");
}

test.each(LIST_NAMES)(
  "the pages of %s hold every row once and in order, whatever is added and changed meanwhile",
  async (name) => {
    const list = lists[name];
    if (!list) throw new Error(`${name} is not described`);
    await fc.assert(
      fc.asyncProperty(Plan, (plan) => readWhileChanging(list, plan)),
      { numRuns: 50 },
    );
  },
);
