import { randomUUID } from "node:crypto";
import { newId } from "@nexbasira/core/contract/ids.ts";
import type { Database } from "@nexbasira/core/database/database.ts";

/** A row of a list: whose it is, and what the list's filters look at. */
export interface ListRow {
  org_id: number;
  mode: "live" | "test";
  /** One of three: a session's or a delivery's status. */
  kind: 0 | 1 | 2;
  /** One of two: a session's reference, an item's session, a delivery's endpoint. */
  group: 0 | 1;
  /** Milliseconds since 1970: the time in its id, and when it was made. */
  time: number;
}

/** What a list of the API shows, written to the database as its actions write it. */
export interface ListRows {
  path: string;
  /** `oldest`: the smallest id first. */
  order: "newest" | "oldest";
  /** Filters, and the rows that they let through. */
  filters: { query: string; takes: (row: ListRow) => boolean }[];
  /** Whether a row belongs to both modes of its organization. */
  modeless?: boolean;
  /** Members alone may read it. */
  membersOnly?: boolean;
  insert(row: ListRow): Promise<string>;
  /** What may happen to a row while somebody reads: it may leave a filter by it. */
  change(id: string): Promise<unknown>;
  /** Removes all rows of these organizations. */
  clear(organizations: readonly number[]): Promise<unknown>;
}

const STATUSES = ["pending", "active", "completed"] as const;
const DELIVERY_STATUSES = ["pending", "delivered", "failed"] as const;
const EVENT_TYPES = ["session.created", "session.completed", "evidence.added"] as const;
const ALL = { query: "", takes: () => true };

/** The middle of the times that rows have. */
export const MIDDLE = Date.parse("2026-05-23T12:00:00.500Z");

function sessionOf(row: ListRow, id = newId("session", row.time)) {
  return {
    id,
    org_id: row.org_id,
    mode: row.mode,
    type: "field_inspection" as const,
    status: STATUSES[row.kind],
    reference: `R${row.group}`,
    participant_name: "Marie L.",
    participant_channel: "link" as const,
    participant_locale: "en" as const,
    signature_level: "none" as const,
    recording: false,
    metadata: "{}",
    created_at: new Date(row.time),
    expires_at: new Date("2100-01-01T00:00:00Z"),
  };
}

/** The lists by the names of their operations. */
export function listRows(database: Database): Record<string, ListRows> {
  const parents = new Parents(database);
  const sessions: ListRows = {
    path: "/v1/sessions",
    order: "newest",
    filters: [
      ALL,
      { query: "&status=pending", takes: ({ kind }) => kind === 0 },
      { query: "&reference=R1", takes: ({ group }) => group === 1 },
      { query: "&status=active&reference=R0", takes: ({ kind, group }) => kind === 1 && group === 0 },
      {
        query: `&created_after=${new Date(MIDDLE).toISOString()}`,
        takes: ({ time }) => time > MIDDLE,
      },
      {
        query: `&created_before=${new Date(MIDDLE).toISOString()}&status=pending`,
        takes: ({ time, kind }) => time < MIDDLE && kind === 0,
      },
    ],
    insert: async (row) => {
      const session = sessionOf(row);
      await database.insertInto("sessions").values(session).execute();
      return session.id;
    },
    change: (id) => database.updateTable("sessions").set({ status: "cancelled" }).where("id", "=", id).execute(),
    clear: (organizations) => parents.clear(organizations),
  };

  const evidence: ListRows = {
    path: "/v1/evidence",
    order: "oldest",
    filters: [ALL],
    insert: async (row) => {
      const { session_id, participant_id } = await parents.session(row);
      const id = newId("evidenceItem", row.time);
      await database
        .insertInto("evidence_items")
        .values({
          id,
          org_id: row.org_id,
          mode: row.mode,
          session_id,
          participant_id,
          capture_id: randomUUID(),
          kind: "document",
          sha256: "0".repeat(64),
          size: 1,
          media_type: "text/plain",
          captured_at: new Date(row.time),
          storage_key: "nowhere",
        })
        .execute();
      return id;
    },
    change: (id) =>
      database.updateTable("evidence_items").set({ problem_code: "unreadable" }).where("id", "=", id).execute(),
    clear: (organizations) => parents.clear(organizations),
  };

  const endpoints: ListRows = {
    path: "/v1/webhook-endpoints",
    order: "newest",
    filters: [ALL],
    insert: async (row) => {
      const id = newId("webhookEndpoint", row.time);
      const endpoint = { id, org_id: row.org_id, mode: row.mode, url: "https://hooks.example.com", description: null };
      await database
        .insertInto("webhook_endpoints")
        .values({ ...endpoint, session_id: null, event_types: [] })
        .execute();
      await database
        .insertInto("webhook_secrets")
        .values({ org_id: row.org_id, endpoint_id: id, encrypted: "x", prefix: "abcdef" })
        .execute();
      return id;
    },
    change: (id) =>
      database.updateTable("webhook_endpoints").set({ deleted_at: new Date() }).where("id", "=", id).execute(),
    clear: (organizations) => parents.clear(organizations),
  };

  const deliveries: ListRows = {
    path: "/v1/webhook-events",
    order: "newest",
    filters: [
      ALL,
      { query: "&status=pending", takes: ({ kind }) => kind === 0 },
      { query: "&event_type=session.completed", takes: ({ kind }) => kind === 1 },
      { query: "&status=failed&event_type=evidence.added", takes: ({ kind }) => kind === 2 },
      { query: "&status=failed&event_type=session.created", takes: () => false },
    ],
    insert: async (row) => {
      const endpoint_id = await parents.endpoint(row);
      const event = { id: newId("event", row.time), org_id: row.org_id, type: EVENT_TYPES[row.kind], data: "{}" };
      await database
        .insertInto("events")
        .values({ ...event, session_id: null, sequence: null })
        .execute();
      const id = newId("delivery", row.time);
      const status = DELIVERY_STATUSES[row.kind];
      await database
        .insertInto("deliveries")
        .values({
          id,
          org_id: row.org_id,
          mode: row.mode,
          endpoint_id,
          event_id: event.id,
          event_type: EVENT_TYPES[row.kind],
          status,
        })
        .execute();
      return id;
    },
    change: (id) => database.updateTable("deliveries").set({ status: "dropped" }).where("id", "=", id).execute(),
    clear: (organizations) => parents.clear(organizations),
  };

  const members: ListRows = {
    path: "/v1/org/members",
    order: "oldest",
    modeless: true,
    filters: [ALL],
    insert: async (row) => {
      const account = { name: "Somebody", email: `${randomUUID()}@pages.test`, email_verified: true };
      const { id } = await database.insertInto("users").values(account).returning("id").executeTakeFirstOrThrow();
      await database
        .insertInto("members")
        .values({ organization_id: row.org_id, user_id: id, role: "observer" })
        .execute();
      return String(id);
    },
    change: (id) =>
      database.updateTable("members").set({ role: "inspector" }).where("user_id", "=", Number(id)).execute(),
    clear: async (organizations) => {
      const made = database.selectFrom("users").select("id").where("email", "like", "%@pages.test");
      await database
        .deleteFrom("members")
        .where("organization_id", "in", organizations)
        .where("user_id", "in", made)
        .execute();
    },
  };

  const apiKeys: ListRows = {
    path: "/console/api/api-keys",
    order: "newest",
    membersOnly: true,
    filters: [
      ALL,
      { query: "&state=active", takes: ({ kind }) => kind === 0 },
      { query: "&state=ended", takes: ({ kind }) => kind !== 0 },
    ],
    insert: async (row) => {
      const id = newId("apiKey", row.time);
      const key = {
        id,
        org_id: row.org_id,
        mode: row.mode,
        name: "Of pages",
        scopes: [],
        secret_hash: id,
        prefix: "nbx",
      };
      const past = new Date(Date.now() - 1000);
      await database
        .insertInto("api_keys")
        .values({ ...key, revoked_at: row.kind === 1 ? past : null, expires_at: row.kind === 2 ? past : null })
        .execute();
      return id;
    },
    change: (id) => database.updateTable("api_keys").set({ revoked_at: new Date() }).where("id", "=", id).execute(),
    clear: (organizations) =>
      database.deleteFrom("api_keys").where("org_id", "in", organizations).where("name", "=", "Of pages").execute(),
  };

  const retained: ListRows = {
    path: "/console/api/retained-sessions",
    order: "newest",
    membersOnly: true,
    filters: [
      ALL,
      { query: "&state=held", takes: ({ kind }) => kind === 0 },
      { query: "&state=deleted", takes: ({ kind }) => kind === 1 },
    ],
    insert: async (row) => {
      const session = sessionOf(row);
      const now = new Date();
      const held = { legal_hold_since: now, legal_hold_by: "member:1", legal_hold_reason: "A case" };
      const deleted = { evidence_deleted_at: now, evidence_deleted_by: "rule" } as const;
      const states = [held, deleted, {}];
      await database
        .insertInto("sessions")
        .values({ ...session, ...states[row.kind] })
        .execute();
      return session.id;
    },
    change: (id) =>
      database
        .updateTable("sessions")
        .set({ legal_hold_since: null, legal_hold_by: null, evidence_deleted_at: null, evidence_deleted_by: null })
        .where("id", "=", id)
        .execute(),
    clear: (organizations) => parents.clear(organizations),
  };

  return {
    listSessions: sessions,
    listRetainedSessions: retained,
    listEvidence: evidence,
    listWebhookEndpoints: endpoints,
    listWebhookEvents: deliveries,
    listMembers: members,
    listApiKeys: apiKeys,
  };
}

/** What rows belong to, made when the first of them needs it. */
class Parents {
  readonly #database: Database;
  readonly #made = new Map<string, Promise<string>>();

  constructor(database: Database) {
    this.#database = database;
  }

  async session(row: ListRow) {
    const session_id = await this.#once(`session ${row.org_id} ${row.mode} ${row.group}`, async () => {
      const session = sessionOf(row, newId("session"));
      await this.#database.insertInto("sessions").values(session).execute();
      return session.id;
    });
    const participant_id = await this.#once(`participant ${session_id}`, async () => {
      const person = { id: newId("participant"), session_id, role: "participant", name: "Marie L." } as const;
      await this.#database
        .insertInto("participants")
        .values({ ...person, device_id: randomUUID() })
        .execute();
      return person.id;
    });
    return { session_id, participant_id };
  }

  endpoint(row: ListRow): Promise<string> {
    return this.#once(`endpoint ${row.org_id} ${row.mode} ${row.group}`, async () => {
      const endpoint = {
        id: newId("webhookEndpoint"),
        org_id: row.org_id,
        mode: row.mode,
        url: "https://hooks.example.com",
      };
      await this.#database
        .insertInto("webhook_endpoints")
        .values({ ...endpoint, description: null, session_id: null, event_types: [] })
        .execute();
      return endpoint.id;
    });
  }

  #once(name: string, make: () => Promise<string>): Promise<string> {
    const made = this.#made.get(name) ?? make();
    this.#made.set(name, made);
    return made;
  }

  async clear(organizations: readonly number[]): Promise<void> {
    this.#made.clear();
    const own = this.#database.selectFrom("sessions").select("id").where("org_id", "in", organizations);
    await this.#database.deleteFrom("deliveries").where("org_id", "in", organizations).execute();
    await this.#database.deleteFrom("events").where("org_id", "in", organizations).execute();
    await this.#database.deleteFrom("evidence_items").where("org_id", "in", organizations).execute();
    await this.#database.deleteFrom("participants").where("session_id", "in", own).execute();
    await this.#database.deleteFrom("sessions").where("org_id", "in", organizations).execute();
    await this.#database
      .deleteFrom("webhook_secrets")
      .where("org_id", "in", organizations)
      .where("endpoint_id", "is not", null)
      .execute();
    await this.#database.deleteFrom("webhook_endpoints").where("org_id", "in", organizations).execute();
  }
}
