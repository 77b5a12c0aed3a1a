import { join } from "node:path";
import { readConfiguration } from "@nexbasira/core/configuration/configuration.ts";
import { Problem } from "@nexbasira/core/contract/common.ts";
import { newId } from "@nexbasira/core/contract/ids.ts";
import type { JoinAnswer } from "@nexbasira/core/contract/join.ts";
import { Scope } from "@nexbasira/core/contract/permission.ts";
import { Session } from "@nexbasira/core/contract/session.ts";
import { ALL_TIME, monthOf, nextMonth } from "@nexbasira/core/contract/usage-period.ts";
import { inTransaction } from "@nexbasira/core/database/database.ts";
import { openRecordingPart } from "@nexbasira/core/database/recordings.ts";
import { loadUsage } from "@nexbasira/core/resources/organization-usage.ts";
import { newSigningSecret } from "@nexbasira/core/webhooks/sign-payload.ts";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createAuthentication } from "../../server/identity/authentication.ts";
import { createApiKey, newApiSecret } from "../../server/identity/create-api-key.ts";
import { createOrganization } from "../../server/identity/create-organization.ts";
import { enterSession } from "../helpers/enter-session.ts";
import { Instance } from "../helpers/instance.ts";
import { beeps, encode, flashes, writePart } from "../helpers/synthetic-journal.ts";
import { Uploader } from "../helpers/upload-capture.ts";
import { waitFor } from "../helpers/wait-for.ts";

let instance: Instance;
beforeAll(async () => {
  instance = await Instance.start(["server", "workers"], {
    QUOTA_SESSIONS_PER_MONTH: "50",
    QUOTA_MEMBERS: "2",
    RATE_LIMIT_KEY: "100000",
    RATE_LIMIT_ORGANIZATION: "100000",
  });
});
afterAll(() => instance?.stop());

type Quota = "sessions_per_month" | "minutes_per_month" | "storage_bytes" | "members";

/** An organization of the test's own, with a key of each mode. */
class Organization {
  readonly id: number;
  readonly keys: { live: string; test: string };

  private constructor(id: number, keys: { live: string; test: string }) {
    this.id = id;
    this.keys = keys;
  }

  static async make(quotas: Partial<Record<Quota, number>> = {}): Promise<Organization> {
    const keys = { live: newApiSecret("live"), test: newApiSecret("test") };
    const masterKeys = [instance.environment.MASTER_KEYS ?? ""];
    const name = newId("apiKey");
    const id = await inTransaction(instance.testDatabase.database, async (transaction) => {
      const organization = { name, slug: name, callbackSecret: newSigningSecret() };
      const { id: org_id } = await createOrganization({ masterKeys }, transaction, organization);
      for (const mode of ["live", "test"] as const) {
        const actor = { type: "system", id: "test" } as const;
        await createApiKey(transaction, { org_id, actor, name: mode, mode, scopes: Scope.options, secret: keys[mode] });
      }
      return org_id;
    });
    const organization = new Organization(id, keys);
    await organization.allow(quotas);
    return organization;
  }

  async allow(quotas: Partial<Record<Quota, number>>): Promise<void> {
    const columns = Object.fromEntries(Object.entries(quotas).map(([name, value]) => [`quota_${name}`, value]));
    if (Object.keys(columns).length === 0) return;
    const { database } = instance.testDatabase;
    await database.updateTable("organizations").set(columns).where("id", "=", this.id).execute();
  }

  create(
    mode: "live" | "test" = "live",
    extra: { callbacks?: object; idempotencyKey?: string } = {},
  ): Promise<Response> {
    const { callbacks = {}, idempotencyKey } = extra;
    const participant = { name: "Marie L.", channel: "link" };
    const body = { type: "field_inspection", reference: "INS-1", participant, callbacks };
    return instance.api("/v1/sessions", {
      method: "POST",
      body: JSON.stringify(body),
      key: this.keys[mode],
      headers: idempotencyKey === undefined ? {} : { "idempotency-key": idempotencyKey },
    });
  }

  async created(...request: Parameters<Organization["create"]>): Promise<Session> {
    const response = await this.create(...request);
    expect(response.status).toBe(201);
    return Session.parse(await response.json());
  }

  async end(session: Session): Promise<Session> {
    const response = await instance.api(`/v1/sessions/${session.id}/end`, {
      method: "POST",
      key: this.keys[session.mode],
    });
    expect(response.status).toBe(200);
    return Session.parse(await response.json());
  }

  use(mode: "live" | "test" = "live") {
    return loadUsage(instance.testDatabase.database, readConfiguration(instance.environment), this.id, mode);
  }

  async used(mode: "live" | "test" = "live"): Promise<Record<Quota, number>> {
    const { sessions_per_month, minutes_per_month, storage_bytes, members } = await this.use(mode);
    return {
      sessions_per_month: sessions_per_month.used,
      minutes_per_month: minutes_per_month.used,
      storage_bytes: storage_bytes.used,
      members: members.used,
    };
  }

  /** As if it had been used in a month. */
  async count(metric: "sessions" | "minutes" | "storage_bytes", period: string, value: number): Promise<void> {
    const counter = { org_id: this.id, mode: "live" as const, metric, period, value };
    await instance.testDatabase.database.insertInto("usage_counters").values(counter).execute();
  }
}

/** Refused for this quota, with a message that holds each of these. */
async function expectExceeded(response: Response, quota: Quota, ...says: string[]): Promise<void> {
  expect(response.status).toBe(429);
  const problem = Problem.parse(await response.json());
  expect(problem).toMatchObject({ code: "quota_exceeded", param: quota });
  for (const text of says) expect(problem.detail).toContain(text);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/** To the second, as the API shows it. */
function startOfNextMonth(): string {
  return nextMonth(new Date()).toISOString().replace(".000Z", "Z");
}

test("of sessions posted at once exactly as many are made as the quota permits, and the others leave nothing", async () => {
  const organization = await Organization.make({ sessions_per_month: 5 });
  const answers = await Promise.all(Array.from({ length: 12 }, () => organization.create()));
  const refused = answers.filter(({ status }) => status !== 201);
  expect(refused).toHaveLength(7);
  for (const response of refused) {
    await expectExceeded(response, "sessions_per_month", "5 sessions per month", startOfNextMonth());
  }
  const { database } = instance.testDatabase;
  for (const table of ["sessions", "events"] as const) {
    const rows = await database.selectFrom(table).select("id").where("org_id", "=", organization.id).execute();
    expect(rows).toHaveLength(5);
  }
  expect(await organization.used()).toMatchObject({ sessions_per_month: 5 });
});

test("a session that is refused for another reason is not counted, and one that is asked for twice only once", async () => {
  const organization = await Organization.make({ sessions_per_month: 2 });
  expect((await organization.create("live", { callbacks: { "session.completed": "https://10.0.0.1/" } })).status).toBe(
    400,
  );
  const once = await organization.created("live", { idempotencyKey: "the-same" });
  expect(await organization.created("live", { idempotencyKey: "the-same" })).toEqual(once);
  expect(await organization.used()).toMatchObject({ sessions_per_month: 1 });
});

test("test mode and live mode each have their own count", async () => {
  const organization = await Organization.make({ sessions_per_month: 1 });
  await organization.created("live");
  await organization.created("test");
  await expectExceeded(await organization.create("test"), "sessions_per_month");
  expect(await organization.used("test")).toMatchObject({ sessions_per_month: 1 });
});

test("what was used in another month does not count in this one", async () => {
  const organization = await Organization.make({ sessions_per_month: 2, minutes_per_month: 2 });
  await organization.count("sessions", "2020-01", 9);
  await organization.count("minutes", "2020-01", 9);
  await organization.created();
  expect(await organization.used()).toMatchObject({ sessions_per_month: 1, minutes_per_month: 0 });
});

test("an organization without a quota of its own has the installation's, and with one its own", async () => {
  const organization = await Organization.make();
  await organization.count("sessions", monthOf(new Date()), 50);
  await expectExceeded(await organization.create(), "sessions_per_month", "50 sessions per month");
  await organization.allow({ sessions_per_month: 51 });
  await organization.created();
});

test("a call is counted in whole minutes from its start to its end, once, and one that never began is not", async () => {
  const organization = await Organization.make();
  const [called, cancelled] = [await organization.created(), await organization.created()];
  await enterSession(instance, called);
  await instance.testDatabase.database
    .updateTable("sessions")
    .set({ started_at: sql<Date>`now() - interval '61 seconds'` })
    .where("id", "=", called.id)
    .execute();
  expect((await organization.end(called)).status).toBe("completed");
  expect((await organization.end(cancelled)).status).toBe("cancelled");
  expect(await organization.used()).toMatchObject({ minutes_per_month: 2 });
  await organization.end(called);
  expect(await organization.used()).toMatchObject({ minutes_per_month: 2 });
});

test("when the minutes are used up no session is made, and a call that has begun goes on to its end", async () => {
  const organization = await Organization.make({ minutes_per_month: 1 });
  const sessions = [await organization.created(), await organization.created()];
  for (const session of sessions) await enterSession(instance, session);
  for (const session of sessions) expect((await organization.end(session)).status).toBe("completed");
  expect(await organization.used()).toMatchObject({ minutes_per_month: 2 });
  await expectExceeded(await organization.create(), "minutes_per_month", "1 minutes per month", startOfNextMonth());
  await organization.created("test");
});

test("captures are counted once and never refused; when the storage is used up no session is made", async () => {
  const organization = await Organization.make({ storage_bytes: 1000 });
  const session = await organization.created();
  const phone = await enterSession(instance, session);
  const uploader = new Uploader(instance.url, phone.access_token);
  const capture_id = "6f0a3c0e-6a0c-4c36-9a53-4d2d3d1f0a11";
  for (let again = 0; again < 2; again++) await uploader.upload(new Uint8Array(999).fill(1), { capture_id });
  expect(await organization.used()).toMatchObject({ storage_bytes: 999 });
  await organization.created();
  expect((await uploader.upload(new Uint8Array(500).fill(2))).status).toBe(204);
  expect(await organization.used()).toMatchObject({ storage_bytes: 1499 });
  await expectExceeded(await organization.create(), "storage_bytes", "1000 bytes of storage");
  expect((await uploader.upload(new Uint8Array(500).fill(3))).status).toBe(204);
  expect(await organization.used()).toMatchObject({ storage_bytes: 1999 });
});

test("a recording's files and the signed PDF are counted as stored, too", async () => {
  const organization = await Organization.make();
  const session = await organization.created();
  await enterSession(instance, session);
  const { database } = instance.testDatabase;
  const recording = {
    id: newId("recording"),
    org_id: organization.id,
    session_id: session.id,
    started_at: new Date(),
  };
  await writePart({
    directory: join(instance.dataDir, "journals", recording.id, "1"),
    startedAt: recording.started_at.getTime(),
    streams: [
      { units: await encode("vp8", flashes(2)), mimeType: "video/VP8" },
      { units: await encode("opus", beeps(2)), mimeType: "audio/opus" },
    ],
  });
  await inTransaction(database, (transaction) => openRecordingPart(transaction, recording));
  await organization.end(session);
  const file = await waitFor(
    "the signed PDF",
    () =>
      database
        .selectFrom("evidence_files")
        .innerJoin("recordings", "recordings.session_id", "evidence_files.session_id")
        .select(["mkv_size", "mp4_size", "pdf_size"])
        .where("evidence_files.session_id", "=", session.id)
        .where("evidence_files.status", "=", "ready")
        .executeTakeFirst(),
    50_000,
  );
  const sizes = [file.mkv_size ?? 0, file.mp4_size ?? 0, file.pdf_size ?? 0];
  for (const size of sizes) expect(size).toBeGreaterThan(0);
  expect(await organization.used()).toMatchObject({ storage_bytes: sum(sizes) });
});

test("sessions made, ended, given evidence and signed at once wait for each other, never in a circle, and none is miscounted", async () => {
  const organization = await Organization.make({ sessions_per_month: 1000 });
  const { database } = instance.testDatabase;
  const running = await Promise.all(Array.from({ length: 6 }, () => organization.created()));
  const phones = await Promise.all(running.map((session) => enterSession(instance, session)));
  let signed = false;
  /** A phone that sends captures of one byte until every PDF is signed; how many. */
  const sendOn = async ({ access_token }: JoinAnswer): Promise<number> => {
    const uploader = new Uploader(instance.url, access_token);
    for (let sent = 1; ; sent++) {
      expect((await uploader.upload(new Uint8Array([1]))).status).toBe(204);
      if (signed) return sent;
    }
  };
  const sending = Promise.all(phones.map(sendOn));
  const [made, ended] = await Promise.all([
    Promise.all(Array.from({ length: 25 }, () => organization.create())),
    Promise.all(running.map((session) => organization.end(session))),
  ]);
  expect(made.map(({ status }) => status)).toEqual(made.map(() => 201));
  expect(ended.map(({ status }) => status)).toEqual(ended.map(() => "completed"));
  const pdfs = waitFor(
    "every PDF",
    async () => {
      const files = await database
        .selectFrom("evidence_files")
        .select("pdf_size")
        .where("org_id", "=", organization.id)
        .where("status", "=", "ready")
        .execute();
      return files.length === running.length && files.map(({ pdf_size }) => pdf_size ?? 0);
    },
    50_000,
  ).finally(() => {
    signed = true;
  });
  expect(await organization.used()).toMatchObject({ sessions_per_month: 31, minutes_per_month: 6 });
  const stored = sum(await pdfs) + sum(await sending);
  expect(await organization.used()).toMatchObject({ storage_bytes: stored });
  const { deadlocks } = await database
    .selectFrom(sql<{ deadlocks: number; datname: string }>`pg_stat_database`.as("statistics"))
    .select("deadlocks")
    .where(sql`datname`, "=", sql`current_database()`)
    .executeTakeFirstOrThrow();
  expect(deadlocks).toBe(0);
});

test("no member can be added beyond the quota", async () => {
  const organization = await Organization.make();
  const { database } = instance.testDatabase;
  const authentication = createAuthentication(readConfiguration(instance.environment), database);
  const add = async (name: string) => {
    const user = await database
      .insertInto("users")
      .values({ name, email: `${name}@${organization.id}.example.org`, email_verified: true })
      .returning("id")
      .executeTakeFirstOrThrow();
    const organizationId = String(organization.id);
    return authentication.api.addMember({ body: { userId: String(user.id), role: "member", organizationId } });
  };
  await add("first");
  await add("second");
  await expect(add("third")).rejects.toMatchObject({ statusCode: 403 });
  expect((await organization.use()).members).toEqual({ limit: 2, used: 2, resets_at: null });
  await organization.allow({ members: 3 });
  await add("fourth");
  await expect(add("fifth")).rejects.toMatchObject({ statusCode: 403 });
  expect((await organization.use()).members).toEqual({ limit: 3, used: 3, resets_at: null });
});

test("tells every quota with what is used of it and when that starts again", async () => {
  const organization = await Organization.make({ storage_bytes: 5_000_000_000, minutes_per_month: 0 });
  await organization.count("storage_bytes", ALL_TIME, 4_000_000_000);
  const resets_at = startOfNextMonth();
  expect(await organization.use()).toEqual({
    sessions_per_month: { limit: 50, used: 0, resets_at },
    minutes_per_month: { limit: 0, used: 0, resets_at },
    storage_bytes: { limit: 5_000_000_000, used: 4_000_000_000, resets_at: null },
    members: { limit: 2, used: 0, resets_at: null },
  });
});
