import {
  beforeCommit,
  connectDatabase,
  type Database,
  inTransaction,
  withCommit,
} from "@nexbasira/core/database/database.ts";
import { claimIdempotencyKey, storeIdempotentAnswer } from "@nexbasira/core/database/idempotency-keys.ts";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "../helpers/test-database.ts";

let testDatabase: TestDatabase;
let database: Database;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = testDatabase.database;
});
afterAll(() => testDatabase.close());

test("what is put off comes after everything else, in its order, and before the commit", async () => {
  const done: string[] = [];
  const result = await inTransaction(database, async (transaction) => {
    beforeCommit(transaction, async () => {
      done.push("first step");
      beforeCommit(transaction, async () => {
        done.push(
          `last step, of ${(await sql<{ id: string }>`select 'the transaction' as id`.execute(transaction)).rows[0]?.id}`,
        );
      });
    });
    beforeCommit(transaction, async () => {
      done.push("second step");
    });
    done.push("work");
    return "result";
  });
  expect(result).toBe("result");
  expect(done).toEqual(["work", "first step", "second step", "last step, of the transaction"]);
});

test("a step that fails leaves nothing of its transaction", async () => {
  const insert = inTransaction(database, async (transaction) => {
    await transaction.insertInto("organizations").values({ name: "Lost", slug: "lost" }).execute();
    beforeCommit(transaction, () => Promise.reject(new Error("on second thoughts")));
  });
  await expect(insert).rejects.toThrow("on second thoughts");
  expect(await database.selectFrom("organizations").select("id").where("slug", "=", "lost").execute()).toEqual([]);
});

const slugsLike = async (slug: string) => {
  const rows = await database.selectFrom("organizations").select("slug").where("slug", "like", slug).execute();
  return rows.map((row) => row.slug).sort();
};
const inserting = (slug: string) => `insert into organizations (name, slug) values ('Late', '${slug}')`;

test("what is sent with the commit comes after all steps, and knows what they did", async () => {
  const slugs = ["with-1"];
  await inTransaction(database, async (transaction) => {
    withCommit(transaction, () => slugs.map(inserting).join(";"));
    withCommit(transaction, () => inserting("with-3"));
    beforeCommit(transaction, async () => {
      slugs.push("with-2");
      expect(await slugsLike("with-%")).toEqual([]);
    });
  });
  expect(await slugsLike("with-%")).toEqual(["with-1", "with-2", "with-3"]);
});

test("a statement sent with the commit that fails leaves nothing of its transaction, nor for the next one", async () => {
  const narrow = connectDatabase(testDatabase.url, {
    maxConnections: 1,
    onIdleError: (error) => expect.fail(error.message),
  });
  try {
    const failing = inTransaction(narrow, async (transaction) => {
      await transaction.insertInto("organizations").values({ name: "Half", slug: "half-1" }).execute();
      withCommit(transaction, () => inserting("half-2"));
      withCommit(transaction, () => "select 1 / 0");
    });
    await expect(failing).rejects.toMatchObject({ code: "22012" });
    const abandoned = inTransaction(narrow, async (transaction) => {
      withCommit(transaction, () => inserting("half-3"));
      throw new Error("never mind");
    });
    await expect(abandoned).rejects.toThrow("never mind");
    await inTransaction(narrow, async (transaction) => {
      await transaction.insertInto("organizations").values({ name: "Whole", slug: "half-4" }).execute();
    });
    expect(await slugsLike("half-%")).toEqual(["half-4"]);
  } finally {
    await narrow.destroy();
  }
});

test("nothing is put off in a transaction that nobody would end with it", async () => {
  const begun = database.transaction().execute(async (transaction) => beforeCommit(transaction, async () => {}));
  await expect(begun).rejects.toThrow("inTransaction");
  const sent = database.transaction().execute(async (transaction) => withCommit(transaction, () => "select 1"));
  await expect(sent).rejects.toThrow("inTransaction");
});

const ANSWER = { scope: "test", request_hash: "", response_status: 201, response_body: "{}" };

test("an answer that was stored since one looked is not replaced, and one says so", async () => {
  const answer = { ...ANSWER, key: "raced" };
  const late = inTransaction(database, async (transaction) => {
    // As if the claim had looked just before the other's commit: it has the key and has seen no answer.
    const claim = await claimIdempotencyKey(transaction, answer.scope, "another");
    await inTransaction(database, (other) => storeIdempotentAnswer(other, { ...answer, response_body: "the first" }));
    return { claim, stored: await storeIdempotentAnswer(transaction, { ...answer, response_body: "the second" }) };
  });
  expect(await late).toEqual({ claim: { held: true, answer: undefined }, stored: false });
  const kept = await inTransaction(database, (transaction) => claimIdempotencyKey(transaction, answer.scope, "raced"));
  expect(kept).toEqual({
    held: true,
    answer: { request_hash: "", response_status: 201, response_body: "the first" },
  });
});

test("a key is held by one transaction at a time", async () => {
  const other = connectDatabase(testDatabase.url, {
    maxConnections: 1,
    onIdleError: (error) => expect.fail(error.message),
  });
  try {
    await inTransaction(database, async (transaction) => {
      expect((await claimIdempotencyKey(transaction, "test", "held")).held).toBe(true);
      const second = await inTransaction(other, (late) => claimIdempotencyKey(late, "test", "held"));
      expect(second).toEqual({ held: false, answer: undefined });
    });
    expect((await inTransaction(other, (late) => claimIdempotencyKey(late, "test", "held"))).held).toBe(true);
  } finally {
    await other.destroy();
  }
});
