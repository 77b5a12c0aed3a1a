import { Session } from "@nexbasira/core/contract/session.ts";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Instance } from "../helpers/instance.ts";
import { waitFor } from "../helpers/wait-for.ts";
import { startReceiver } from "../helpers/webhook-receiver.ts";

let instance: Instance;
let receiver: Awaited<ReturnType<typeof startReceiver>>;
beforeAll(async () => {
  receiver = await startReceiver();
  instance = await Instance.start(["server", "workers"]);
});
afterAll(async () => {
  await instance.stop();
  await receiver.close();
});

/** How many rows each of these tables has, and how many jobs have been made of each kind. */
async function countEverything(): Promise<Record<string, number>> {
  const { database } = instance.testDatabase;
  const tables = [
    "sessions",
    "join_links",
    "invitations",
    "events",
    "deliveries",
    "webhook_endpoints",
    "audit_entries",
  ];
  const counts: Record<string, number> = {};
  for (const table of [...tables, "outbox_messages", "idempotency_keys"]) {
    const { rows } = await sql<{ count: number }>`select count(*)::int as count from ${sql.id(table)}`.execute(
      database,
    );
    counts[table] = rows[0]?.count ?? 0;
  }
  const jobs = await sql<{ count: number }>`
    select count(*)::int as count from pgboss.job where name = 'send-invitation'`.execute(database);
  const used = await sql<{ value: number }>`
    select coalesce(sum(value), 0)::int as value from usage_counters where metric = 'sessions'`.execute(database);
  return { ...counts, invitation_jobs: jobs.rows[0]?.count ?? 0, sessions_used: used.rows[0]?.value ?? 0 };
}

test("a hundred posts with one idempotency key make one session, one event, one delivery and one message", async () => {
  const before = await countEverything();
  const body = JSON.stringify({
    type: "field_inspection",
    reference: "INS-once",
    participant: { name: "Marie L.", channel: "sms", phone: "+33612345678" },
    callbacks: { "session.created": receiver.url },
  });
  const post = () => instance.api("/v1/sessions", { method: "POST", body, headers: { "idempotency-key": "one-key" } });
  const answers = await Promise.all(Array.from({ length: 100 }, post));
  const texts = new Set<string>();
  let originals = 0;
  for (const answer of answers) {
    expect(answer.status).toBeOneOf([201, 409]);
    if (answer.status === 201) texts.add(await answer.text());
    else expect(await answer.json()).toMatchObject({ code: "idempotency_in_progress" });
    if (answer.status === 201 && answer.headers.get("idempotent-replayed") === null) originals += 1;
  }
  expect(originals).toBe(1);
  expect(texts.size).toBe(1);
  const replay = await post();
  expect(replay.headers.get("idempotent-replayed")).toBe("true");
  const { id } = Session.parse(await replay.json());

  await waitFor("the delivery and the message", async () => {
    const { outbox_messages } = await countEverything();
    return receiver.received.length > 0 && outbox_messages !== before.outbox_messages;
  });
  const after = await countEverything();
  const made = Object.fromEntries(Object.entries(after).map(([name, count]) => [name, count - (before[name] ?? 0)]));
  expect(made).toEqual({
    sessions: 1,
    join_links: 1,
    invitations: 1,
    events: 1,
    deliveries: 1,
    webhook_endpoints: 1,
    audit_entries: expect.any(Number),
    outbox_messages: 1,
    idempotency_keys: 1,
    invitation_jobs: 1,
    sessions_used: 1,
  });
  const sessionEntries = await instance.testDatabase.database
    .selectFrom("audit_entries")
    .select("record")
    .where("session_id", "=", id)
    .execute();
  expect(sessionEntries.filter(({ record }) => record.includes('"session.created"'))).toHaveLength(1);
  expect(receiver.received).toHaveLength(1);
});
