import { createHash, randomBytes } from "node:crypto";
import { Problem } from "@nexbasira/core/contract/common.ts";
import { newId } from "@nexbasira/core/contract/ids.ts";
import { ErasedPerson, PersonSessions } from "@nexbasira/core/contract/retention.ts";
import { Session } from "@nexbasira/core/contract/session.ts";
import { BlobReader, TextWriter, Uint8ArrayWriter, ZipReader } from "@zip.js/zip.js";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { type EndedSession, endSessionWith, readWholeLog, storageOf } from "../helpers/ended-session.ts";
import { Instance } from "../helpers/instance.ts";
import { makeMember, makeOrganization } from "../helpers/make-organization.ts";
import { signIn } from "../helpers/sign-in.ts";

const EMAIL = "marie@lefevre.example";
const PHOTO = new Uint8Array(randomBytes(5000));

let instance: Instance;
let owner: Record<string, string>;
let orgId: number;
let marie: EndedSession;
let jan: EndedSession;
beforeAll(async () => {
  instance = await Instance.start(["server"]);
  owner = await signIn(instance);
  marie = await endSessionWith(instance, [PHOTO], {
    request: {
      participant: { name: "Marie Lefèvre", channel: "email", email: EMAIL, phone: "+33612345678" },
      metadata: { insured: "Marie" },
    },
    capture: {
      title: "The kitchen",
      location: { latitude: 45.76, longitude: 4.83, accuracy_m: 5, age_s: 1 },
      location_status: "fixed",
    },
  });
  jan = await endSessionWith(instance, [new Uint8Array(randomBytes(5000))], {
    request: { participant: { name: "Jan Novák", channel: "email", email: "jan@novak.example" } },
  });
  const database = instance.testDatabase.database;
  orgId = (await database.selectFrom("organizations").select("id").executeTakeFirstOrThrow()).id;
  const message = { session_id: marie.session.id, audience: "everyone" as const };
  await database
    .insertInto("chat_messages")
    .values({
      ...message,
      message_id: "7b241101-e2bb-4255-8caf-4136c566a962",
      participant_id: marie.participant_id,
      text: "The tap drips",
    })
    .execute();
  const ink = await storageOf(instance).put(Buffer.from("<svg>Marie</svg>"));
  await database
    .insertInto("participant_signatures")
    .values({
      id: newId("signature"),
      session_id: marie.session.id,
      participant_id: marie.participant_id,
      name: "Marie Lefèvre",
      entries: "[]",
      storage_key: ink.key,
      sha256: ink.sha256,
    })
    .execute();
});
afterAll(() => instance?.stop());

const call = (method: string, path: string, body?: unknown, headers = owner) =>
  fetch(`${instance.url}/console/api${path}`, {
    method,
    headers: { "content-type": "application/json", ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });

async function find(by: string, value: string): Promise<string[]> {
  const answer = await call("POST", "/people/search", { by, value });
  return PersonSessions.parse(await answer.json()).data.map(({ session_id }) => session_id);
}

const Document = z.object({ sessions: z.array(z.record(z.string(), z.unknown())) });

test("somebody is found by address, number or id, however it is written, and nobody else with them", async () => {
  expect(await find("email", EMAIL)).toEqual([marie.session.id]);
  expect(await find("email", EMAIL.toUpperCase())).toEqual([marie.session.id]);
  expect(await find("phone", "+33612345678")).toEqual([marie.session.id]);
  expect(await find("participant", jan.participant_id)).toEqual([jan.session.id]);
  expect(await find("email", "nobody@lefevre.example")).toEqual([]);
});

test("an export has all that is kept of the person and nothing of others, and is in the log", async () => {
  const answer = await call("GET", `/people/export?sessions=${marie.session.id}`);
  expect(answer.headers.get("content-type")).toBe("application/zip");
  const entries = await new ZipReader(new BlobReader(await answer.blob())).getEntries();
  const files = new Map(entries.flatMap((entry) => (entry.directory ? [] : [[entry.filename, entry] as const])));
  const names = [...files.keys()];
  expect(names[0]).toBe("README.txt");
  expect(names.slice(1).toSorted()).toEqual([
    `captures/${marie.items[0]}`,
    "person.json",
    expect.stringMatching(/^signatures\/sig_\w+\.svg$/),
  ]);
  const capture = await files
    .get(`captures/${marie.items[0]}`)
    ?.getData(new Uint8ArrayWriter(), { useWebWorkers: false });
  expect(Buffer.from(capture ?? [])).toEqual(Buffer.from(PHOTO));
  const text = (await files.get("person.json")?.getData(new TextWriter(), { useWebWorkers: false })) ?? "";
  const [session] = Document.parse(JSON.parse(text)).sessions;
  expect(session).toMatchObject({
    session: { participant_name: "Marie Lefèvre", participant_email: EMAIL, metadata: { insured: "Marie" } },
    participant: { id: marie.participant_id, name: "Marie Lefèvre" },
    consents: expect.arrayContaining([expect.objectContaining({ kind: "camera", granted: true })]),
    invitations: [{ recipient: EMAIL }],
    chat: [{ text: "The tap drips" }],
    drawn_signature: { name: "Marie Lefèvre", file: expect.stringMatching(/^signatures\//) },
    captures: [
      {
        id: marie.items[0],
        sha256: createHash("sha256").update(PHOTO).digest("hex"),
        latitude: 45.76,
        title: "The kitchen",
      },
    ],
    audit_entries: expect.arrayContaining([expect.objectContaining({ action: "consent.given" })]),
  });
  expect(text).not.toContain("Novák");
  const log = await readWholeLog(instance.testDatabase.database, orgId);
  expect(log.filter(({ action }) => action === "personal_data.exported")).toMatchObject([
    { actor: { type: "member" }, session_id: marie.session.id },
  ]);
});

test("an administrator exports nobody, and an owner nobody of another organization", async () => {
  const administrator = await makeMember(instance, { org_id: orgId, role: "administrator" });
  const path = `/people/export?sessions=${marie.session.id}`;
  expect((await call("GET", path, undefined, administrator)).status).toBe(403);
  const elsewhere = await makeOrganization(instance, "Elsewhere");
  const other = await makeMember(instance, { org_id: elsewhere, role: "owner" });
  expect((await call("GET", path, undefined, other)).status).toBe(404);
  const found = await call("POST", "/people/search", { by: "email", value: EMAIL }, other);
  expect(PersonSessions.parse(await found.json()).data).toEqual([]);
  const erasure = { session_ids: [marie.session.id], name: "Marie Lefèvre" };
  expect((await call("POST", "/people/erasure", erasure, other)).status).toBe(404);
});

test("a person is erased from all of their sessions or from none, by their name typed again", async () => {
  const second = await endSessionWith(instance, [new Uint8Array(randomBytes(100))], {
    request: { participant: { name: "Marie Lefèvre", channel: "email", email: EMAIL } },
  });
  const session_ids = await find("email", EMAIL);
  expect(session_ids).toEqual([second.session.id, marie.session.id]);
  expect((await call("POST", "/people/erasure", { session_ids, name: "Marie" })).status).toBe(400);
  await call("POST", `/sessions/${marie.session.id}/legal-hold`, { reason: "A case" });
  const held = await call("POST", "/people/erasure", { session_ids, name: "Marie Lefèvre" });
  expect([held.status, Problem.parse(await held.json()).code]).toEqual([409, "legal_hold"]);
  expect(await find("email", EMAIL)).toEqual(session_ids);
  await call("DELETE", `/sessions/${marie.session.id}/legal-hold`);
  const done = await call("POST", "/people/erasure", { session_ids, name: "Marie Lefèvre" });
  expect(ErasedPerson.parse(await done.json())).toEqual({ erased: 2 });
  expect(await find("email", EMAIL)).toEqual([]);
  const answer = await instance.api(`/v1/sessions/${marie.session.id}`);
  const erased = Session.parse(await answer.json());
  expect(erased).toMatchObject({ participant: { name: "[erased]", email: null, phone: null }, metadata: {} });
  expect(erased.evidence_deleted_at).not.toBeNull();
  expect(await find("participant", jan.participant_id)).toEqual([jan.session.id]);
  const log = await readWholeLog(instance.testDatabase.database, orgId);
  expect(log.filter(({ action }) => action === "personal_data.erased")).toHaveLength(2);
  expect(JSON.stringify(log)).not.toContain("Lefèvre");
});
