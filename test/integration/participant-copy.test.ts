import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { AuditRecord } from "@nexbasira/core/audit/audit-record.ts";
import { JoinInfo } from "@nexbasira/core/contract/join.ts";
import { OrganizationSettings } from "@nexbasira/core/contract/organization.ts";
import { Session } from "@nexbasira/core/contract/session.ts";
import { listSessionAuditEntries } from "@nexbasira/core/database/audit-entries.ts";
import { DiskStorage } from "@nexbasira/core/storage/storage.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { enterSession } from "../helpers/enter-session.ts";
import { Instance } from "../helpers/instance.ts";
import { signIn } from "../helpers/sign-in.ts";

const PDF = Buffer.from("%PDF-1.7 a report");

let instance: Instance;
let member: Record<string, string>;
beforeAll(async () => {
  instance = await Instance.start(["server"]);
  member = await signIn(instance);
});
afterAll(() => instance?.stop());

const database = () => instance.testDatabase.database;

async function allow(participant_copy: unknown): Promise<Response> {
  return fetch(`${instance.url}/console/api/organization`, {
    method: "PATCH",
    headers: { ...member, "content-type": "application/json" },
    body: JSON.stringify({ participant_copy }),
  });
}

/** A session that has ended, with its evidence file as far as given. */
async function endedSession(status: "report" | "ready" | "failed", endedAt = new Date()) {
  const session = await instance.post(
    "/v1/sessions",
    { type: "field_inspection", reference: "INS 42871/č. 1", participant: { name: "Marie", channel: "link" } },
    Session,
  );
  const { participant_id } = await enterSession(instance, session);
  await instance.api(`/v1/sessions/${session.id}/end`, { method: "POST" });
  const file = await new DiskStorage(join(instance.dataDir, "storage")).put(PDF);
  await database().updateTable("sessions").set({ completed_at: endedAt }).where("id", "=", session.id).execute();
  await database()
    .updateTable("evidence_files")
    .set({ status, ...(status === "ready" && { pdf_key: file.key, pdf_sha256: file.sha256, pdf_size: file.size }) })
    .where("session_id", "=", session.id)
    .execute();
  const address = `${instance.url}/join/${session.join_url.split("/s/")[1]}`;
  const copy = async () => JoinInfo.parse(await (await fetch(address)).json()).copy;
  return { session, participant_id, address, copy };
}

test("without the organization's leave a link tells nothing of the report and gives none out", async () => {
  const { address, copy } = await endedSession("ready");
  expect(await copy()).toBeNull();
  expect((await fetch(`${address}/copy`)).status).toBe(404);
});

test("with it, the link gives the signed report out, and the log says so", async () => {
  expect(OrganizationSettings.parse(await (await allow(true)).json())).toMatchObject({ participant_copy: true });
  const { session, participant_id, address, copy } = await endedSession("ready");
  const { pathname } = new URL(`${address}/copy`);
  expect(await copy()).toEqual({ status: "ready", url: pathname });
  const response = await fetch(`${address}/copy`);
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toBe("application/pdf");
  expect(response.headers.get("content-disposition")).toContain("INS_42871_%C4%8D._1.pdf");
  expect(Buffer.from(await response.arrayBuffer())).toEqual(PDF);
  const entries = await listSessionAuditEntries(database(), session.id);
  const records = entries.map(({ record }) => AuditRecord.parse(JSON.parse(record)));
  expect(records.filter(({ action }) => action === "evidence_file.copied")).toMatchObject([
    { actor: { type: "participant", id: participant_id }, object: { type: "evidence_file", id: session.id } },
  ]);
});

test("a report that is not there yet is said to be on its way, and cannot be had before", async () => {
  await allow(true);
  const { address, copy } = await endedSession("report");
  expect(await copy()).toEqual({ status: "preparing", url: null });
  expect((await fetch(`${address}/copy`)).status).toBe(404);
});

test("a link tells nothing where the report failed, where it never was, and after thirty days", async () => {
  await allow(true);
  const failed = await endedSession("failed");
  expect(await failed.copy()).toBeNull();
  const old = await endedSession("ready", new Date(Date.now() - 31 * 86_400_000));
  expect(await old.copy()).toBeNull();
  expect((await fetch(`${old.address}/copy`)).status).toBe(404);
  const unknown = randomUUID().replaceAll("-", "");
  expect((await fetch(`${instance.url}/join/${unknown}/copy`)).status).toBe(404);
  const open = await instance.post(
    "/v1/sessions",
    { type: "field_inspection", reference: "INS-1", participant: { name: "Marie", channel: "link" } },
    Session,
  );
  expect((await fetch(`${instance.url}/join/${open.join_url.split("/s/")[1]}/copy`)).status).toBe(404);
});

test("what is no yes or no is refused", async () => {
  for (const wrong of [null, "true", 1]) expect((await allow(wrong)).status).toBe(400);
});
