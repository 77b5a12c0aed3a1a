import { createHash } from "node:crypto";
import { AuditRecord } from "@nexbasira/core/audit/audit-record.ts";
import { makeCheckpoint } from "@nexbasira/core/audit/make-checkpoint.ts";
import { beginLog, copyState, type LogState, type StoredEntry, takeEntry } from "@nexbasira/core/audit/verify-log.ts";
import { endProblem, type LogWitnesses, takeEntries } from "@nexbasira/core/audit/verify-stored-log.ts";
import { findAuditLog, listAuditEntries } from "@nexbasira/core/database/audit-entries.ts";
import { listAuditLogKeys } from "@nexbasira/core/database/audit-log-keys.ts";
import { listCheckpoints } from "@nexbasira/core/database/checkpoints.ts";
import { JobQueue } from "@nexbasira/core/jobs/job-queue.ts";
import { newFernetKey } from "@nexbasira/core/secrets/fernet.ts";
import canonicalize from "canonicalize";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fillLog, newLog } from "../helpers/fill-log.ts";
import { createTestDatabase, type TestDatabase } from "../helpers/test-database.ts";

const SIZE = 1_000;
/** Where checkpoints were made on the way, the last at the end. */
const CHECKPOINTS = [250, 700, SIZE];

let testDatabase: TestDatabase;
let orgId: number;
let entries: StoredEntry[];
let witnesses: LogWitnesses;
/** The verifier's state before each entry: what an alteration leaves as it was is not gone through again. */
let states: LogState[];

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  const { database } = testDatabase;
  const jobs = new JobQueue({
    databaseUrl: testDatabase.url,
    works: false,
    onError: (error) => expect.fail(error.message),
  });
  await jobs.start();
  orgId = await newLog(database, "altered");
  const configuration = { masterKeys: [newFernetKey()], publicUrl: "https://inspect.example.com" };
  for (const [index, size] of CHECKPOINTS.entries()) {
    await fillLog(database, orgId, size - (CHECKPOINTS[index - 1] ?? 0));
    await makeCheckpoint({ database, jobs, configuration, authorities: [] }, orgId, null);
  }
  await jobs.close();
  entries = await listAuditEntries(database, orgId, 0, SIZE);
  const checkpoints = await listCheckpoints(database, orgId, { after_size: 0, limit: 10 });
  expect(checkpoints.map(({ size }) => size)).toEqual(CHECKPOINTS);
  const keys = (await listAuditLogKeys(database)).map(
    ({ id, public_key }) => [id, new Uint8Array(public_key)] as const,
  );
  witnesses = { checkpoints, keys: new Map(keys), head: await findAuditLog(database, orgId) };
  const state = beginLog(orgId);
  states = entries.map((entry) => {
    const before = copyState(state);
    expect(takeEntry(state, entry)).toBeUndefined();
    return before;
  });
});
afterAll(() => testDatabase.close());

/** What is found of a log that is as it was before `from` and goes on with these rows. */
async function find(from: number, rows: readonly StoredEntry[], by = witnesses): Promise<string | undefined> {
  const before = states[from];
  const state = before ? copyState(before) : copyState(await wholeState());
  return (await takeEntries(state, rows, by)) ?? endProblem(state, by);
}

async function wholeState(): Promise<LogState> {
  const state = beginLog(orgId);
  await takeEntries(state, entries, witnesses);
  return state;
}

/** The record with another value, in canonical form, and its own hash beside it. */
function rewritten(entry: StoredEntry, change: (record: AuditRecord) => void): StoredEntry {
  const record = AuditRecord.parse(JSON.parse(entry.record));
  change(record);
  const text = canonicalize(record) ?? "";
  return { ...entry, record: text, hash: createHash("sha256").update(text).digest("hex") };
}

/** Rows from one on that name each other again, as somebody would write them who knows how the log is made. */
function chained(rows: readonly StoredEntry[], first: number): StoredEntry[] {
  let previous = first === 0 ? "0".repeat(64) : (entries[first - 1]?.hash ?? "");
  return rows.map((row, index) => {
    const next = rewritten(row, (record) => {
      record.previous_hash = previous;
      record.sequence = first + index;
    });
    previous = next.hash;
    return { ...next, sequence: first + index };
  });
}

const forEachEntry = async (run: (entry: StoredEntry, index: number) => Promise<void>) => {
  for (const [index, entry] of entries.entries()) await run(entry, index);
};

test("an unaltered log holds", async () => {
  expect(await find(0, entries)).toBeUndefined();
});

test("every edit of a single entry's record is found at that entry", async () => {
  await forEachEntry(async (entry, index) => {
    const edited = { ...entry, record: entry.record.replace('"ab', '"ac') };
    expect(edited.record).not.toBe(entry.record);
    expect(await find(index, [edited, ...entries.slice(index + 1)])).toBe(
      `entry ${index}: its hash is not that of its record`,
    );
  });
});

test("every edit of a single entry with its hash made to fit is found at the next one, or at the head", async () => {
  await forEachEntry(async (entry, index) => {
    const edited = rewritten(entry, (record) => {
      record.object_hash = "cd".repeat(32);
    });
    const problem = await find(index, [edited, ...entries.slice(index + 1)]);
    const expected = CHECKPOINTS.includes(index + 1)
      ? `checkpoint of ${index + 1} entries`
      : `entry ${index + 1}: its record names`;
    expect(problem).toContain(expected);
  });
});

test("every edit of what stands beside a record is found", async () => {
  await forEachEntry(async (entry, index) => {
    const edits: Partial<StoredEntry>[] = [
      { action: "evidence.deleted" },
      { actor: "member:999" },
      { session_id: "sess_other" },
      { session_sequence: 7_000 },
      { recorded_at: new Date(0) },
      { hash: "0".repeat(64) },
    ];
    const edit = edits[index % edits.length] ?? {};
    expect(await find(index, [{ ...entry, ...edit }, ...entries.slice(index + 1)])).toContain(`entry ${index}: `);
  });
});

test("every deletion of a single entry is found", async () => {
  await forEachEntry(async (_, index) => {
    expect(await find(index, entries.slice(index + 1))).toContain(`entry ${index}: it is missing`);
  });
});

test("every swap of neighbours is found", async () => {
  await forEachEntry(async (entry, index) => {
    const next = entries[index + 1];
    if (!next) return;
    expect(await find(index, [next, entry, ...entries.slice(index + 2)])).toContain(`entry ${index}: `);
    const numbered = [
      { ...next, sequence: index },
      { ...entry, sequence: index + 1 },
    ];
    expect(await find(index, [...numbered, ...entries.slice(index + 2)])).toContain(`entry ${index}: `);
  });
});

test("every truncation is found, with a head that was cut as well by the checkpoints", async () => {
  await forEachEntry(async (_, index) => {
    expect(await find(index, [])).toContain(`entry ${index}: it is missing`);
    const head = { size: index, head_hash: entries[index - 1]?.hash ?? "0".repeat(64) };
    expect(await find(index, [], { ...witnesses, head })).toContain("the log was cut off");
  });
});

test("whoever edits, removes or moves an entry and makes all behind it fit is found by the next checkpoint", async () => {
  for (let index = 0; index < SIZE - 1; index += 37) {
    const rest = entries.slice(index + 1);
    const [entry, next] = entries.slice(index, index + 2);
    if (!entry || !next) throw new Error("no such entry");
    const edited = rewritten(entry, (record) => {
      record.object_hash = "cd".repeat(32);
    });
    const size = CHECKPOINTS.find((checkpoint) => checkpoint > index);
    const rows = chained([edited, ...rest], index);
    const head = { size: SIZE, head_hash: rows.at(-1)?.hash ?? "" };
    expect(await find(index, rows, { ...witnesses, head })).toBe(
      `checkpoint of ${size} entries: its root is not that of the entries`,
    );
    const removed = chained(rest, index);
    expect(await find(index, removed, { ...witnesses, head: { ...head, size: SIZE - 1 } })).toBeDefined();
    const moved = chained([next, entry, ...rest.slice(1)], index);
    expect(await find(index, moved, { ...witnesses, head })).toBeDefined();
  }
});

test("a checkpoint that was signed by another key, or made for other entries, is found", async () => {
  const [first, ...others] = witnesses.checkpoints;
  if (!first) throw new Error("no checkpoint");
  const wrong = [
    [{ ...first, root: "ab".repeat(32) }, "its root is not that of the entries"],
    [{ ...first, note: others[0]?.note ?? "" }, "its note is of another tree"],
    [
      {
        ...first,
        note: first.note.replace(/[A-Za-z0-9](.{3})\n$/, (text) => (text.startsWith("A") ? "B" : "A") + text.slice(1)),
      },
      "signature",
    ],
    [{ ...first, note: "nothing" }, "its note cannot be read"],
    [{ ...first, key_id: 99 }, "the key that signed it is gone"],
  ] as const;
  for (const [checkpoint, problem] of wrong) {
    const found = await find(0, entries, { ...witnesses, checkpoints: [checkpoint, ...others] });
    expect(found).toContain(`checkpoint of ${first.size} entries: `);
    expect(found).toContain(problem);
  }
});
