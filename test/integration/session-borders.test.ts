import { Session } from "@nexbasira/core/contract/session.ts";
import { inTransaction } from "@nexbasira/core/database/database.ts";
import { JobQueue } from "@nexbasira/core/jobs/job-queue.ts";
import { Links } from "@nexbasira/core/secrets/links.ts";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { recordJoined, recordLeft } from "../../server/media/presence.ts";
import { expireSessions } from "../../workers/sessions/expire-sessions.ts";
import { enterSession, joinRequest, staffJoinRequest } from "../helpers/enter-session.ts";
import { Instance } from "../helpers/instance.ts";
import { signIn } from "../helpers/sign-in.ts";

let instance: Instance;
beforeAll(async () => {
  instance = await Instance.start(["server"]);
});
afterAll(() => instance.stop());

const createSession = () =>
  instance.post(
    "/v1/sessions",
    { type: "field_inspection", reference: "INS-1", participant: { name: "Marie L.", channel: "link" } },
    Session,
  );

const tokenOf = (session: Session) => session.join_url.split("/s/")[1] ?? "";

const join = (session: Session, body: unknown = joinRequest()) =>
  fetch(`${instance.url}/join/${tokenOf(session)}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });

const statusOf = async (session: Session) =>
  Session.parse(await (await instance.api(`/v1/sessions/${session.id}`)).json()).status;

test("the first entry starts a session, and whoever comes again is the same person, with what they last decided", async () => {
  const session = await createSession();
  const first = await enterSession(instance, session);
  expect((await enterSession(instance, session)).participant_id).toBe(first.participant_id);
  expect(await statusOf(session)).toBe("active");
  const consents = () =>
    instance.testDatabase.database
      .selectFrom("consents")
      .select(["kind", "granted"])
      .where("session_id", "=", session.id)
      .orderBy("given_at")
      .execute();
  expect(await consents()).toHaveLength(4);
  const fewer = { ...joinRequest(), consents: { ...joinRequest().consents, microphone: false } };
  expect((await join(session, fewer)).status).toBe(200);
  expect(await consents()).toHaveLength(8);
  expect((await consents()).findLast(({ kind }) => kind === "microphone")?.granted).toBe(false);
});

test("nobody enters after the session's time, even before anything has ended it", async () => {
  const session = await createSession();
  const { database } = instance.testDatabase;
  const past = new Date(Date.now() - 1000);
  await database.updateTable("sessions").set({ expires_at: past }).where("id", "=", session.id).execute();
  expect((await join(session)).status).toBe(410);
  const member = await signIn(instance);
  const staff = await fetch(`${instance.url}/console/api/sessions/${session.id}/join`, {
    method: "POST",
    headers: member,
    body: JSON.stringify(staffJoinRequest("inspector")),
  });
  expect(staff.status).toBe(410);
  const people = await database.selectFrom("participants").select("id").where("session_id", "=", session.id).execute();
  expect(people).toEqual([]);
});

test("whoever enters while the session is ended is in before its end or not at all", async () => {
  for (let round = 0; round < 5; round++) {
    const session = await createSession();
    await enterSession(instance, session);
    // Each decides otherwise than the one before, so that each entry is in the audit log.
    const entries = Array.from({ length: 6 }, (_, index) =>
      join(session, { ...joinRequest(), consent_text_version: `${2000 + round}-${10 + index}` }),
    );
    const end = instance.api(`/v1/sessions/${session.id}`, { method: "DELETE" });
    const statuses = (await Promise.all(entries)).map(({ status }) => status);
    expect(statuses.every((status) => status === 200 || status === 410)).toBe(true);
    expect((await end).status).toBe(200);
    const { rows } = await sql<{ action: string }>`
      select record::json ->> 'action' as action from audit_entries where session_id = ${session.id}
      order by sequence`.execute(instance.testDatabase.database);
    expect(rows.at(-1)?.action).toBe("session.completed");
  }
});

test("entering, coming, leaving and capturing at once wait for each other, never in a circle", async () => {
  const session = await createSession();
  const { participant_id } = await enterSession(instance, session);
  const { database } = instance.testDatabase;
  const { org_id } = await database
    .selectFrom("sessions")
    .select("org_id")
    .where("id", "=", session.id)
    .executeTakeFirstOrThrow();
  const rounds = Array.from({ length: 15 }, async () => {
    const [joined] = await Promise.all([
      join(session),
      recordJoined(database, org_id, participant_id),
      recordLeft(database, org_id, participant_id, "left"),
    ]);
    expect(joined.status).toBe(200);
  });
  await Promise.all(rounds);
});

test.each([
  ["no device", { device: undefined }, "device"],
  ["a NUL in the browser's name", { device: { ...joinRequest().device, user_agent: "a\u0000" } }, "device.user_agent"],
  ["a lone surrogate in it", { device: { ...joinRequest().device, user_agent: "\ud800" } }, "device.user_agent"],
  ["a NUL in the text's version", { consent_text_version: "\u0000" }, "consent_text_version"],
  ["a consent that is no yes or no", { consents: { ...joinRequest().consents, camera: "yes" } }, "consents.camera"],
  ["a field that nobody knows", { colour: "red" }, "colour"],
])("an entry with %s is a 400 that names the field", async (_name, change, param) => {
  const response = await join(await createSession(), { ...joinRequest(), ...change });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ code: "validation_error", param });
});

test.each([
  ["/v1/sessions/%00", 404],
  ["/v1/evidence/%00", 404],
  ["/v1/sessions/sess_%00/evidence", 404],
  ["/v1/webhook-endpoints/a%00b", 404],
  ["/v1/whiteboards/%00.svg", 404],
  ["/join/%00", 404],
  ["/files/%00", 404],
  ["/v1/sessions?reference=%00", 400],
  ["/v1/evidence?session_id=%00", 400],
  ["/v1/webhook-events?endpoint=%00", 400],
  ["/v1/sessions?limit=1&limit=2", 400],
  ["/v1/sessions?status=active&status=pending", 400],
  ["/v1/sessions?cursor=a&cursor=b", 400],
  ["/v1/sessions?reference[a]=b", 400],
  ["/v1/sessions?created_after=yesterday", 400],
  ["/v1/sessions?created_after=1", 400],
  ["/v1/sessions?created_after=2026-05-23T00:00:00%2B02:00", 200],
  ["/v1/sessions/%ff", 400],
  ["/v1/sessions/%E0%A4%A", 400],
  [`/v1/sessions/${"x".repeat(200)}`, 404],
])("%s is answered with %i and never with a 500", async (path, status) => {
  expect((await instance.api(path)).status).toBe(status);
});

test("a page elsewhere cannot use the cookie, in browsers old and new", async () => {
  const member = await signIn(instance);
  const end = (id: string, headers: Record<string, string>) =>
    fetch(`${instance.url}/v1/sessions/${id}/end`, { method: "POST", headers: { ...member, ...headers } });
  const session = await createSession();
  const elsewhere: Record<string, string>[] = [
    { "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-site", origin: instance.url },
    { origin: "https://elsewhere.example" },
    { origin: "null" },
    { origin: instance.url.replace("localhost", "localhost.elsewhere.example") },
  ];
  for (const headers of elsewhere) expect((await end(session.id, headers)).status).toBe(403);
  expect(await statusOf(session)).toBe("pending");
  expect((await end(session.id, { origin: instance.url })).status).toBe(200);
  expect((await end((await createSession()).id, { "sec-fetch-site": "same-origin" })).status).toBe(200);
});

test("a sign-in of a size that none has is refused before it is read", async () => {
  const headers = { "content-type": "application/json", origin: instance.url };
  const url = `${instance.url}/auth/sign-in/email`;
  const large = JSON.stringify({ email: "a@example.org", password: "x".repeat(100_000) });
  expect((await fetch(url, { method: "POST", headers, body: large })).status).toBe(413);
  const endless = new ReadableStream({ start: (controller) => controller.enqueue(Buffer.from("{")) });
  const request = { method: "POST", headers, body: endless, duplex: "half" } as RequestInit;
  expect((await fetch(url, request)).status).toBe(413);
});

test("no spelling of a path brings a token into the log", async () => {
  const session = await createSession();
  const token = tokenOf(session);
  for (const path of ["join", "JOIN", "Join", "s"]) await fetch(`${instance.url}/${path}/${token}?token=${token}`);
  const lines = instance.child("server").lines.join("\n");
  expect(lines).toContain("/JOIN/…");
  expect(lines).not.toContain(token);
});

test("a session that cannot be ended does not keep the others from their end", async () => {
  const sessions = [await createSession(), await createSession(), await createSession()];
  const [active, broken, pending] = sessions as [Session, Session, Session];
  await enterSession(instance, active);
  const { database } = instance.testDatabase;
  const past = new Date(Date.now() - 1000);
  const ids = sessions.map(({ id }) => id);
  await database.updateTable("sessions").set({ expires_at: past }).where("id", "in", ids).execute();
  await sql
    .raw(
      `create function refuse() returns trigger language plpgsql as $$ begin raise exception 'broken'; end $$;
       create trigger refuse before update on sessions for each row when (new.id = '${broken.id}')
       execute function refuse()`,
    )
    .execute(database);
  const jobs = new JobQueue({
    databaseUrl: instance.testDatabase.url,
    works: false,
    onError: (error) => expect.fail(error.message),
  });
  await jobs.start();
  const links = new Links({ publicUrl: instance.url, phoneUrl: null, secret: "x".repeat(32) });
  const failure = await expireSessions({ database, jobs, links }).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(AggregateError);
  expect((failure as AggregateError).errors.map(String)).toEqual([`Error: ${broken.id} could not be ended`]);
  expect(await Promise.all(sessions.map(statusOf))).toEqual(["completed", "pending", "expired"]);
  await inTransaction(database, (transaction) => sql`drop trigger refuse on sessions`.execute(transaction));
  expect(await expireSessions({ database, jobs, links })).toBe(1);
  expect(await expireSessions({ database, jobs, links })).toBe(0);
  expect(await statusOf(pending)).toBe("expired");
  await jobs.close();
});
