import { EvidenceFile, EvidenceItem } from "@nexbasira/core/contract/evidence.ts";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type EndedSession, endSessionWith, readWholeLog } from "../helpers/ended-session.ts";
import { Instance } from "../helpers/instance.ts";
import { makeKey, makeMember, makeOrganization } from "../helpers/make-organization.ts";

const CONTENT = new Uint8Array(Buffer.from("what was seen on site, twice over".repeat(1000)));

let instance: Instance;
let orgId: number;
let ended: EndedSession;
beforeAll(async () => {
  instance = await Instance.start(["server"]);
  ended = await endSessionWith(instance, [CONTENT]);
  const { org_id } = await instance.testDatabase.database
    .selectFrom("sessions")
    .select("org_id")
    .where("id", "=", ended.session.id)
    .executeTakeFirstOrThrow();
  orgId = org_id;
});
afterAll(() => instance?.stop());

/** Who has looked at what, as the log says. */
async function accesses(org = orgId) {
  const records = await readWholeLog(instance.testDatabase.database, org);
  return records
    .filter(({ action }) => /^evidence(_file)?\.(viewed|downloaded)$/.test(action))
    .map(({ actor, action, object, object_hash }) => [
      `${actor.type}:${actor.id}`,
      action,
      `${object?.type}:${object?.id}`,
      object_hash,
    ]);
}

async function itemAs(headers: Record<string, string>): Promise<EvidenceItem> {
  const answer = await fetch(`${instance.url}/v1/evidence/${ended.items[0]}`, { headers });
  return EvidenceItem.parse(await answer.json());
}

const download = async (url: string, headers: Record<string, string> = {}) => {
  const response = await fetch(url, { headers });
  await response.arrayBuffer();
  return response.status;
};

test("a player's many requests for parts are one entry, with who, what and its hash, before the first byte", async () => {
  const member = await makeMember(instance, { org_id: orgId, role: "inspector" });
  const item = await itemAs(member);
  const asPlayer = { "sec-fetch-dest": "video", "sec-fetch-mode": "no-cors" };
  const parts = Array.from({ length: 40 }, (_, part) => ({
    ...asPlayer,
    range: `bytes=${part * 100}-${part * 100 + 99}`,
  }));
  const statuses = await Promise.all(parts.map((headers) => download(item.content_url, headers)));
  expect(new Set(statuses)).toEqual(new Set([206]));
  const noted = (await accesses()).filter(([, action]) => action === "evidence.viewed");
  expect(noted).toEqual([
    [expect.stringMatching(/^member:\d+$/), "evidence.viewed", `evidence_item:${item.id}`, item.sha256],
  ]);
});

test("each person has an entry of their own, and taking a file away is another thing than looking at it", async () => {
  const before = await accesses();
  const one = await itemAs(await makeMember(instance, { org_id: orgId, role: "inspector" }));
  const key = await makeKey(instance, orgId, ["evidence:read"]);
  const other = await itemAs({ authorization: `Bearer ${key}` });
  await download(one.content_url);
  await download(other.content_url);
  await download(other.content_url);
  await download(one.content_url, { "sec-fetch-dest": "empty", "sec-fetch-mode": "cors" });
  const added = (await accesses()).slice(before.length);
  expect(added.map(([, action]) => action)).toEqual(["evidence.downloaded", "evidence.downloaded", "evidence.viewed"]);
  expect(added.map(([actor]) => actor?.split(":")[0])).toEqual(["member", "api_key", "member"]);
});

test("an hour later the same is noted again", async () => {
  const member = await makeMember(instance, { org_id: orgId, role: "observer" });
  const { content_url } = await itemAs(member);
  await download(content_url);
  const before = await accesses();
  await instance.testDatabase.database
    .updateTable("evidence_accesses")
    .set({ hour: sql<Date>`hour - interval '1 hour'` })
    .execute();
  await download(content_url);
  expect(await accesses()).toEqual([...before, before.at(-1)]);
});

test("the evidence file's download names the file and its hash", async () => {
  const file = EvidenceFile.parse(await (await instance.api(`/v1/sessions/${ended.session.id}/evidence`)).json());
  expect(await download(file.pdf_url ?? "")).toBe(200);
  expect((await accesses()).at(-1)).toEqual([
    expect.stringMatching(/^api_key:/),
    "evidence_file.downloaded",
    `evidence_file:${ended.session.id}`,
    ended.pdf.sha256,
  ]);
});

test("asking for the head of a file, or for a list with its small pictures, is no access", async () => {
  const before = await accesses();
  const { content_url } = await itemAs(await makeMember(instance, { org_id: orgId, role: "inspector" }));
  expect((await fetch(content_url, { method: "HEAD" })).status).toBe(200);
  await instance.api(`/v1/evidence?session_id=${ended.session.id}`);
  expect(await accesses()).toEqual(before);
});

test("nothing of it is in another organization's log", async () => {
  const elsewhere = await makeOrganization(instance, "Elsewhere");
  const key = await makeKey(instance, elsewhere, ["evidence:read"]);
  const answer = await instance.api(`/v1/evidence/${ended.items[0]}/content`, { key, redirect: "manual" });
  expect(answer.status).toBe(404);
  expect(await accesses(elsewhere)).toEqual([]);
});

test("a content whose viewing cannot be written into the log is not given out", async () => {
  const { content_url } = await itemAs(await makeMember(instance, { org_id: orgId, role: "inspector" }));
  const { database } = instance.testDatabase;
  await database.schema.alterTable("evidence_accesses").renameTo("evidence_accesses_gone").execute();
  try {
    expect(await download(content_url)).toBe(500);
  } finally {
    await database.schema.alterTable("evidence_accesses_gone").renameTo("evidence_accesses").execute();
  }
  expect(await download(content_url)).toBe(200);
});
