import { connectDatabase, type Database, inTransaction } from "@nexbasira/core/database/database.ts";
import {
  NoticeListener,
  notifyDeliveries,
  notifySession,
  type SessionNotice,
} from "@nexbasira/core/database/notify.ts";
import { ping } from "@nexbasira/core/database/ping.ts";
import { sql } from "kysely";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "../helpers/test-database.ts";
import { waitFor } from "../helpers/wait-for.ts";

let testDatabase: TestDatabase;
/** Connections that are lost on purpose, by their `application_name`. */
let mortal: Database;
const errors: unknown[] = [];

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  mortal = connectDatabase(named("mortal"), { maxConnections: 2, onIdleError: (error) => errors.push(error) });
});
beforeEach(() => errors.splice(0));
afterAll(async () => {
  await mortal.destroy();
  await testDatabase.close();
});

function named(name: string): string {
  const url = new URL(testDatabase.url);
  url.searchParams.set("application_name", name);
  return url.href;
}

async function terminate(name: string): Promise<void> {
  const { rows } = await sql<{ done: boolean }>`
    select pg_terminate_backend(pid) as done from pg_stat_activity where application_name = ${name}`.execute(
    testDatabase.database,
  );
  expect(rows.length).toBeGreaterThan(0);
}

const notice = (index: number): SessionNotice => ({
  org_id: 1,
  session_id: `sess_${index}`,
  type: "evidence.added",
  object_id: null,
});
const tell = (index: number) =>
  inTransaction(testDatabase.database, (transaction) => notifySession(transaction, notice(index)));

test("a listener hears what commits, and nothing of what does not", async () => {
  const heard: string[] = [];
  let deliveries = 0;
  const listener = new NoticeListener(named("hearing"), {
    onSession: ({ session_id }) => heard.push(session_id),
    onDelivery: () => deliveries++,
    onError: (error) => errors.push(error),
  });
  await listener.open();
  const failing = inTransaction(testDatabase.database, async (transaction) => {
    await notifySession(transaction, notice(0));
    await notifyDeliveries(transaction);
    throw new Error("on second thoughts");
  });
  await expect(failing).rejects.toThrow();
  await tell(1);
  await inTransaction(testDatabase.database, notifyDeliveries);
  await waitFor("the notices", () => deliveries > 0);
  expect(heard).toEqual(["sess_1"]);
  expect(deliveries).toBe(1);
  await listener.close();
  await tell(2);
  expect(heard).toEqual(["sess_1"]);
  expect(errors).toEqual([]);
});

test("a listener whose connection is lost comes back, and says that it may have missed something", async () => {
  const heard: string[] = [];
  let connected = 0;
  const listener = new NoticeListener(named("listener"), {
    onSession: ({ session_id }) => heard.push(session_id),
    onConnected: () => connected++,
    onError: (error) => errors.push(error),
  });
  await listener.open();
  expect(connected).toBe(1);
  for (let round = 2; round <= 3; round++) {
    await terminate("listener");
    await waitFor("the listener to come back", () => connected === round);
    await tell(round);
    await waitFor("the notice", () => heard.includes(`sess_${round}`));
  }
  expect(errors.length).toBeGreaterThanOrEqual(2);
  await listener.close();
  await listener.close();
});

test("a notice that another version wrote is reported, and the next one is heard", async () => {
  const heard: string[] = [];
  const listener = new NoticeListener(named("versions"), {
    onSession: ({ session_id }) => heard.push(session_id),
    onError: (error) => errors.push(error),
  });
  await listener.open();
  await sql`select pg_notify('nexbasira_session', '{"new": 1}'), pg_notify('nexbasira_session', 'x')`.execute(
    testDatabase.database,
  );
  await tell(9);
  await waitFor("the notice", () => heard.length > 0);
  expect(heard).toEqual(["sess_9"]);
  expect(errors).toHaveLength(2);
  await listener.close();
});

test("a first connection that fails is the caller's to know", async () => {
  const url = new URL(testDatabase.url);
  url.port = "1";
  const listener = new NoticeListener(url.href, { onError: (error) => errors.push(error) });
  await expect(listener.open()).rejects.toThrow(/ECONNREFUSED/);
  await listener.close();
});

test("connections that are lost in the pool or within a transaction fail what used them, and do not end the process", async () => {
  expect(await ping(mortal)).toBe(true);
  await terminate("mortal");
  await waitFor("the loss", () => errors.length > 0);
  expect(await ping(mortal)).toBe(true);

  // Between two statements of a transaction nobody waits for an answer that could carry the error.
  const cut = inTransaction(mortal, async (transaction) => {
    await sql`select 1`.execute(transaction);
    const before = errors.length;
    await terminate("mortal");
    await waitFor("the loss", () => errors.length > before);
    await sql`select 1`.execute(transaction);
  });
  await expect(cut).rejects.toThrow();
  await waitFor("a new connection", () => ping(mortal));

  // Watched from the start: it fails while `terminate` is still on its way back.
  const waiting = expect(sql`select pg_sleep(60)`.execute(mortal)).rejects.toThrow(/terminat/);
  const asleep = sql<{ found: number }>`select 1 as found from pg_stat_activity where query like '%pg_sleep(60)%'
    and application_name = 'mortal'`;
  await waitFor("the query to run", async () => (await asleep.execute(testDatabase.database)).rows.length > 0);
  await terminate("mortal");
  await waiting;
  await waitFor("a new connection", () => ping(mortal));
});
