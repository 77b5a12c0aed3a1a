import { newId } from "@nexbasira/core/contract/ids.ts";
import express from "express";
import pg from "pg";
import { z } from "zod";

/*
 * The least that creating and reading a session can be: Express, one pool, and in one transaction the rows that the
 * product writes, each by the statement that comes to mind. No authentication, no validation, no encryption, no chain of
 * hashes, nobody woken. A process of its own, as the server is.
 */

const environment = z
  .object({
    PORT: z.coerce.number(),
    DATABASE_URL: z.string(),
    CONNECTIONS: z.coerce.number(),
    ORG_ID: z.coerce.number(),
  })
  .parse(process.env);

const Sessions = z.array(z.record(z.string(), z.unknown()));
const Heads = z.tuple([z.object({ size: z.string() })]);

const RECIPIENT = "+33612345678";
const HASH = "0".repeat(64);

const pool = new pg.Pool({ connectionString: environment.DATABASE_URL, max: environment.CONNECTIONS });
const app = express();
app.use(express.json());

app.post("/sessions", async (request, response) => {
  const client = await pool.connect();
  try {
    await client.query("begin");
    const session = await insertAll(client, request.get("idempotency-key") ?? "", request.body);
    await client.query("commit");
    response.status(201).json(session);
  } catch (error) {
    await client.query("rollback");
    throw error;
  } finally {
    client.release();
  }
});

app.get("/sessions/:id", async (request, response) => {
  const { rows } = await pool.query("select * from sessions where id = $1", [request.params.id]);
  const [session] = Sessions.parse(rows);
  response.json(session);
});

async function insertAll(client: pg.ClientBase, key: string, body: Record<string, string>) {
  const org = environment.ORG_ID;
  const [id, link, message, endpoint, event] = [
    newId("session"),
    newId("joinLink"),
    newId("message"),
    newId("webhookEndpoint"),
    newId("event"),
  ];
  const { rows } = await client.query(
    `insert into sessions (id, org_id, mode, type, status, reference, participant_name, participant_channel,
      participant_phone, participant_locale, signature_level, recording, metadata, event_sequence, expires_at)
     values ($1, $2, 'test', 'field_inspection', 'pending', $3, 'Marie L.', 'sms', $4, 'en', 'none', true, $5, 1,
       now() + interval '3 days') returning *`,
    [id, org, body.reference, RECIPIENT, {}],
  );
  const [session] = Sessions.parse(rows);
  const text = JSON.stringify({ ...session, callbacks: body.callbacks });
  await client.query("insert into join_links (id, session_id) values ($1, $2)", [link, id]);
  await client.query(
    `insert into invitations (id, session_id, join_link_id, channel, recipient, status)
     values ($1, $2, $3, 'sms', $4, 'waiting')`,
    [message, id, link, RECIPIENT],
  );
  await client.query(
    "insert into pgboss.job (name, data, retry_limit, heartbeat_seconds) values ('send-invitation', $1, 8, 15)",
    [{ invitation_id: message }],
  );
  await client.query(
    `insert into webhook_endpoints (id, org_id, session_id, mode, url, event_types)
     values ($1, $2, $3, 'test', 'https://example.com/hook', '{session.created}')`,
    [endpoint, org, id],
  );
  await client.query(
    `insert into events (id, org_id, session_id, sequence, type, data) values ($1, $2, $3, 1, 'session.created', $4)`,
    [event, org, id, text],
  );
  await client.query(
    `insert into deliveries (id, org_id, mode, endpoint_id, event_id, event_type)
     values ($1, $2, 'test', $3, $4, 'session.created')`,
    [newId("delivery"), org, endpoint, event],
  );
  await client.query(
    `insert into idempotency_keys (scope, key, request_hash, response_status, response_body)
     values ('bare', $1, $2, 201, $3)`,
    [key, HASH, text],
  );
  const head = await client.query("update audit_logs set size = size + 1 where org_id = $1 returning size", [org]);
  const record = JSON.stringify({ action: "session.created", session_id: id, event_id: event, at: new Date(), org });
  await client.query(
    "insert into audit_entries (org_id, sequence, session_id, hash, record) values ($1, $2, $3, $4, $5)",
    [org, Heads.parse(head.rows)[0].size, id, HASH, record],
  );
  await client.query(
    `insert into usage_counters (org_id, mode, metric, period, value) values ($1, 'test', 'sessions', '2026-05', 1)
     on conflict (org_id, mode, metric, period) do update set value = usage_counters.value + excluded.value`,
    [org],
  );
  return session;
}

const server = app.listen(environment.PORT, "127.0.0.1");
process.once("SIGTERM", () => {
  server.close(() => void pool.end());
  server.closeIdleConnections();
});
