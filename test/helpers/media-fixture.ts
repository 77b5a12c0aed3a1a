import { randomBytes, randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readConfiguration } from "@nexbasira/core/configuration/configuration.ts";
import type { Role } from "@nexbasira/core/contract/common.ts";
import { newId } from "@nexbasira/core/contract/ids.ts";
import { type Database, inTransaction } from "@nexbasira/core/database/database.ts";
import { insertOrganization } from "@nexbasira/core/database/organizations.ts";
import { insertConsents } from "@nexbasira/core/database/participants.ts";
import type { Schema } from "@nexbasira/core/database/schema.ts";
import { insertSession } from "@nexbasira/core/database/sessions.ts";
import { JobQueue } from "@nexbasira/core/jobs/job-queue.ts";
import { createLogger } from "@nexbasira/core/log/logger.ts";
import { newFernetKey } from "@nexbasira/core/secrets/fernet.ts";
import { Links } from "@nexbasira/core/secrets/links.ts";
import type { Insertable } from "kysely";
import { MediaProcess } from "../../server/media/media-process.ts";
import type { RoomTimes } from "../../server/media/room-services.ts";
import { RoomClient } from "./room-client.ts";
import { createTestDatabase, type TestDatabase } from "./test-database.ts";

export interface TestPerson {
  id: string;
  role: Role;
  name: string;
  deviceId: string;
  token: string;
}

/** A session with its people, as the server makes them before anybody comes to the media node. */
export interface TestSession {
  id: string;
  orgId: number;
  participant: TestPerson;
  inspector: TestPerson;
  observer: TestPerson;
}

/** What a session is unless a test says otherwise. */
export type SessionChange = Partial<Insertable<Schema["sessions"]>> & { recordingConsent?: boolean };

const DAY_MS = 86_400_000;

/** A media node in this process, with a database and folders of the test file's own. */
export class MediaFixture {
  readonly environment: Record<string, string>;
  readonly dataDir: string;
  readonly links: Links;
  readonly #testDatabase: TestDatabase;
  readonly #root: string;
  readonly #clients: RoomClient[] = [];
  #node: MediaProcess | undefined;
  #users = 0;

  private constructor(testDatabase: TestDatabase, root: string, extra: Record<string, string>) {
    this.#testDatabase = testDatabase;
    this.#root = root;
    this.dataDir = join(root, "data");
    const secret = randomBytes(32).toString("hex");
    this.environment = {
      NEXBASIRA_MODE: "development",
      PUBLIC_URL: "http://localhost:3000",
      DATA_DIR: this.dataDir,
      CERTS_DIR: join(root, "certs"),
      DATABASE_URL: testDatabase.url,
      MASTER_KEYS: newFernetKey(),
      AUTH_SECRET: secret,
      MEDIASOUP_WORKER_BIN: process.env.MEDIASOUP_WORKER_BIN ?? "",
      LOG_LEVEL: process.env.TEST_LOG_LEVEL ?? "error",
      ...extra,
    };
    this.links = new Links({ publicUrl: "http://localhost:3000", phoneUrl: null, secret });
  }

  static async open(extra: Record<string, string> = {}): Promise<MediaFixture> {
    return new MediaFixture(await createTestDatabase(), await mkdtemp(join(tmpdir(), "nexbasira-media-")), extra);
  }

  get database(): Database {
    return this.#testDatabase.database;
  }

  get node(): MediaProcess {
    if (!this.#node) throw new Error("the media node was not started");
    return this.#node;
  }

  /** Starts the node, or its next life. */
  async start(times: Partial<RoomTimes> = {}, signallingPort = 0): Promise<MediaProcess> {
    const configuration = readConfiguration(this.environment);
    this.#node = await MediaProcess.open({
      configuration,
      log: createLogger("media", configuration.logLevel),
      signallingPort,
      mediaPort: 0,
      onDied: (error) => {
        throw error;
      },
      times,
    });
    return this.#node;
  }

  /** The queue as a process that only enqueues has it; to be closed by who opened it. */
  async openJobs(): Promise<JobQueue> {
    const jobs = new JobQueue({
      databaseUrl: this.#testDatabase.url,
      works: false,
      onError: (error) => {
        throw error;
      },
    });
    await jobs.start();
    return jobs;
  }

  /** An active session with a participant, an inspector and an observer. */
  async session(change: SessionChange = {}): Promise<TestSession> {
    const { recordingConsent = true, ...columns } = change;
    const id = newId("session");
    const orgId = await inTransaction(this.database, async (transaction) => {
      const organization = await insertOrganization(transaction, { name: "Test", slug: randomUUID() });
      await insertSession(transaction, {
        id,
        org_id: organization.id,
        mode: "test",
        type: "field_inspection",
        status: "active",
        reference: "INS-42871",
        participant_name: "Marie L.",
        participant_channel: "link",
        participant_phone: null,
        participant_email: null,
        participant_locale: "en",
        signature_level: "ses",
        recording: true,
        expected_address: null,
        expected_latitude: null,
        expected_longitude: null,
        metadata: "{}",
        created_by: null,
        signature_requested_at: null,
        expires_at: new Date(Date.now() + DAY_MS),
        started_at: new Date(),
        completed_at: null,
        ended_by: null,
        ...columns,
      });
      return organization.id;
    });
    const participant = await this.#person(id, "participant", "Marie L.");
    const inspector = await this.#person(id, "inspector", "Ines P.");
    const observer = await this.#person(id, "observer", "Olaf B.");
    await this.consent(id, participant, {
      camera: true,
      microphone: true,
      location: true,
      recording: recordingConsent,
    });
    for (const person of [inspector, observer]) await this.consent(id, person, { recording: true });
    return { id, orgId, participant, inspector, observer };
  }

  /** What somebody decides on entering. */
  async consent(
    sessionId: string,
    person: Pick<TestPerson, "id">,
    consents: Partial<Record<"camera" | "microphone" | "location" | "recording", boolean>>,
  ): Promise<void> {
    const kinds = (["camera", "microphone", "location", "recording"] as const).filter((kind) => kind in consents);
    await inTransaction(this.database, (transaction) =>
      insertConsents(
        transaction,
        kinds.map((kind) => ({
          session_id: sessionId,
          participant_id: person.id,
          kind,
          granted: consents[kind] ?? false,
          text_version: "test",
          language: "en",
        })),
      ),
    );
  }

  async #person(sessionId: string, role: Role, name: string): Promise<TestPerson> {
    this.#users += 1;
    const user =
      role === "participant"
        ? null
        : await this.database
            .insertInto("users")
            .values({ name, email: `${this.#users}@example.org`, email_verified: true })
            .returning("id")
            .executeTakeFirstOrThrow();
    const person = { id: newId("participant"), role, name, deviceId: randomUUID() };
    await this.database
      .insertInto("participants")
      .values({
        id: person.id,
        session_id: sessionId,
        role,
        name,
        user_id: user?.id ?? null,
        device_id: person.deviceId,
        device: "a test",
        language: "en",
      })
      .execute();
    return { ...person, token: this.tokenFor(sessionId, person) };
  }

  tokenFor(sessionId: string, person: Omit<TestPerson, "token">, expiresAt = Date.now() + DAY_MS): string {
    return this.links.access.seal({
      session_id: sessionId,
      participant_id: person.id,
      role: person.role,
      name: person.name,
      device_id: person.deviceId,
      expires_at: Math.floor(expiresAt / 1000),
    });
  }

  /** The same person on another device, as a second use of the link makes it. */
  async onAnotherDevice(sessionId: string, person: TestPerson): Promise<TestPerson> {
    const other = { ...person, deviceId: randomUUID() };
    await this.database
      .updateTable("participants")
      .set({ device_id: other.deviceId })
      .where("id", "=", person.id)
      .execute();
    return { ...other, token: this.tokenFor(sessionId, other) };
  }

  /** A socket that is let in, or the refusal as a rejection. */
  async connect(auth: object): Promise<RoomClient> {
    const client = await RoomClient.connect(`http://127.0.0.1:${this.node.port}`, "/media/local/socket.io", auth);
    this.#clients.push(client);
    return client;
  }

  /** A socket that has entered the room. */
  async enter(person: TestPerson): Promise<RoomClient> {
    const client = await this.connect({ token: person.token });
    await client.ask("room.enter", {});
    return client;
  }

  /** A session's events in order. */
  async events(sessionId: string) {
    return this.database
      .selectFrom("events")
      .select(["type", "data", "sequence"])
      .where("session_id", "=", sessionId)
      .orderBy("sequence")
      .execute();
  }

  /** What the audit log holds of a session, in order. */
  async auditActions(sessionId: string): Promise<string[]> {
    const entries = await this.database
      .selectFrom("audit_entries")
      .select("record")
      .where("session_id", "=", sessionId)
      .orderBy("sequence")
      .execute();
    return entries.map(({ record }) => JSON.parse(record).action);
  }

  async close(): Promise<void> {
    for (const client of this.#clients) client.close();
    await this.#node?.close();
    await this.#testDatabase.close();
    await rm(this.#root, { recursive: true, force: true });
  }
}
