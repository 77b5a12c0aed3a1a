import { createHash, randomBytes } from "node:crypto";
import { open } from "node:fs/promises";
import { get } from "node:http";
import { join } from "node:path";
import { AuditRecord } from "@nexbasira/core/audit/audit-record.ts";
import { fromBase64, readCheckpoint, verifyCheckpoint } from "@nexbasira/core/audit/checkpoint-note.ts";
import { leafHash, verifyInclusion } from "@nexbasira/core/audit/merkle-tree.ts";
import { Problem } from "@nexbasira/core/contract/common.ts";
import { EvidenceFile } from "@nexbasira/core/contract/evidence.ts";
import { EvidenceManifest } from "@nexbasira/core/contract/evidence-manifest.ts";
import { TextWriter, Uint8ArrayReader, Uint8ArrayWriter, ZipReader } from "@zip.js/zip.js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type EndedSession, endSessionWith, readWholeLog, storageOf } from "../helpers/ended-session.ts";
import { Instance } from "../helpers/instance.ts";
import { makeKey, makeOrganization } from "../helpers/make-organization.ts";
import { proveSession } from "../helpers/prove-session.ts";
import { waitFor } from "../helpers/wait-for.ts";

let instance: Instance;
beforeAll(async () => {
  // What is uploaded is stored encrypted; the documents that the tests put there are not: both are given out.
  instance = await Instance.start(["server"], { STORAGE_KEYS: randomBytes(32).toString("base64url") });
});
afterAll(() => instance?.stop());

const database = () => instance.testDatabase.database;
const bytes = (length = 20_000) => new Uint8Array(randomBytes(length));
const sha256 = (content: Uint8Array) => createHash("sha256").update(content).digest("hex");

/** A session that is over, its evidence file ready and its entries proven. */
async function endSession(documents: readonly Uint8Array<ArrayBuffer>[]): Promise<EndedSession> {
  const ended = await endSessionWith(instance, documents);
  await proveSession(instance, ended.session.id);
  return ended;
}

async function findLink(sessionId: string): Promise<string> {
  const answer = await instance.api(`/v1/sessions/${sessionId}/evidence/bundle`, { redirect: "manual" });
  expect(answer.status).toBe(302);
  return answer.headers.get("location") ?? "";
}

interface OpenBundle {
  paths: string[];
  read(path: string): Promise<Uint8Array>;
  readme: string;
  manifest: EvidenceManifest;
}

async function download(sessionId: string): Promise<OpenBundle> {
  const answer = await fetch(await findLink(sessionId));
  expect(answer.status).toBe(200);
  expect(answer.headers.get("content-type")).toBe("application/zip");
  const zip = new ZipReader(new Uint8ArrayReader(new Uint8Array(await answer.arrayBuffer())));
  const entries = new Map((await zip.getEntries()).map((entry) => [entry.filename, entry]));
  const find = (path: string) => {
    const entry = entries.get(path);
    if (!entry || entry.directory) throw new Error(`the bundle has no ${path}`);
    return entry;
  };
  const text = (path: string) => find(path).getData(new TextWriter(), { useWebWorkers: false });
  return {
    paths: [...entries.keys()],
    read: (path) => find(path).getData(new Uint8ArrayWriter(), { useWebWorkers: false, checkSignature: true }),
    readme: await text("README.txt"),
    manifest: EvidenceManifest.parse(JSON.parse(await text("manifest.json"))),
  };
}

test("a bundle holds every original and the document byte for byte, and a manifest that proves the log's entries", async () => {
  const documents = [bytes(), bytes(3_000_000), new Uint8Array(Buffer.from("small"))];
  const { session, items, pdf } = await endSession(documents);
  const bundle = await download(session.id);
  expect(bundle.manifest.items.map(({ id }) => id)).toEqual(items);
  for (const [index, { path, sha256: hash }] of bundle.manifest.items.entries()) {
    const content = await bundle.read(path ?? "");
    expect(Buffer.from(content).equals(documents[index] ?? Buffer.alloc(0))).toBe(true);
    expect(hash).toBe(sha256(content));
  }
  expect(sha256(await bundle.read("evidence.pdf"))).toBe(pdf.sha256);
  expect(bundle.manifest.document).toEqual({ sha256: pdf.sha256, size: pdf.size, path: "evidence.pdf" });
  expect(bundle.readme).toContain(session.reference);

  const { manifest } = bundle;
  const { size, root } = readCheckpoint(manifest.checkpoint);
  expect(await verifyCheckpoint(manifest.checkpoint, manifest.log.keys[0] ?? "")).toBe(true);
  expect(Buffer.from(await bundle.read(`audit/checkpoint-${size}.txt`)).toString()).toBe(manifest.checkpoint);
  const records = manifest.entries.map(({ record }) => AuditRecord.parse(JSON.parse(record)));
  expect(records.map(({ action }) => action)).toEqual(expect.arrayContaining(["session.created", "session.completed"]));
  for (const [index, { record, inclusion }] of manifest.entries.entries()) {
    const proof = inclusion.map((hash) => fromBase64(hash) ?? new Uint8Array());
    const leaf = leafHash(new TextEncoder().encode(record));
    expect(verifyInclusion(proof, { leaf, index: records[index]?.sequence ?? -1, size, root })).toBe(true);
  }
});

test("the resource has the link; before the file is ready there is none, and another organization finds nothing", async () => {
  const { session } = await endSession([bytes()]);
  const file = async () => EvidenceFile.parse(await (await instance.api(`/v1/sessions/${session.id}/evidence`)).json());
  expect((await fetch((await file()).bundle_url ?? "", { method: "HEAD" })).status).toBe(200);
  const other = await makeKey(instance, await makeOrganization(instance, "Another"), ["evidence:read"]);
  const path = `/v1/sessions/${session.id}/evidence/bundle`;
  expect((await instance.api(path, { key: other })).status).toBe(404);
  await database()
    .updateTable("evidence_files")
    .set({ status: "signing" })
    .where("session_id", "=", session.id)
    .execute();
  expect((await file()).bundle_url).toBeNull();
  const early = await instance.api(path, { redirect: "manual" });
  expect(early.status).toBe(409);
  expect(Problem.parse(await early.json()).code).toBe("conflict");
});

test("a link that is forged or of another kind leads nowhere", async () => {
  const { session } = await endSession([]);
  const { pdf_url, bundle_url } = EvidenceFile.parse(
    await (await instance.api(`/v1/sessions/${session.id}/evidence`)).json(),
  );
  const ofFile = (pdf_url ?? "").split("/files/")[1];
  const token = (bundle_url ?? "").split("/bundles/")[1] ?? "";
  for (const wrong of ["x", "e30.AAAA", `${token.slice(0, -2)}AA`, ofFile])
    expect((await fetch(`${instance.url}/bundles/${wrong}`)).status, wrong).toBe(404);
  expect((await fetch(`${instance.url}/files/${token}`)).status).toBe(404);
});

test("each download is in the audit log before its first byte, under whom the link was made for; a HEAD is none", async () => {
  const { session } = await endSession([bytes()]);
  const link = await findLink(session.id);
  await fetch(link, { method: "HEAD" });
  await (await fetch(link)).arrayBuffer();
  await (await fetch(link)).arrayBuffer();
  const { org_id } = await database()
    .selectFrom("sessions")
    .select("org_id")
    .where("id", "=", session.id)
    .executeTakeFirstOrThrow();
  const noted = (await readWholeLog(database(), org_id)).filter(
    (record) => record.action === "evidence.bundle_downloaded" && record.session_id === session.id,
  );
  expect(noted).toHaveLength(2);
  for (const { actor, details } of noted) {
    expect(actor.type).toBe("api_key");
    expect(details).toEqual({ files: 2, absent: 0 });
  }
});

describe("what cannot be given", () => {
  test("a deleted original and a lost one are named in manifest and README instead", async () => {
    const { session, items } = await endSession([bytes(), bytes(), bytes()]);
    const [deleted = "", lost = "", kept = ""] = items;
    await database()
      .updateTable("evidence_items")
      .set({ storage_key: null, deleted_at: new Date("2026-11-20T01:02:03Z") })
      .where("id", "=", deleted)
      .execute();
    const nowhere = randomBytes(32).toString("hex");
    await database()
      .updateTable("evidence_items")
      .set({ storage_key: `${nowhere.slice(0, 2)}/${nowhere}` })
      .where("id", "=", lost)
      .execute();
    const { manifest, readme, paths } = await download(session.id);
    expect(manifest.items.map(({ path }) => path === null)).toEqual([true, true, false]);
    expect(manifest.items[0]?.deleted_at).toBe("2026-11-20T01:02:03Z");
    for (const { id, sha256: hash } of manifest.items.slice(0, 2)) {
      expect(readme).toContain(id);
      expect(readme).toContain(hash);
    }
    expect(readme).toContain("2026-11-20 01:02:03 UTC");
    expect(paths.filter((path) => path.startsWith("items/"))).toEqual([`items/0003-${kept}.bin`]);
  });

  test("a file that was altered in the store never goes out as if it was whole: the download breaks, the next one leaves it out", async () => {
    const { session, pdf } = await endSession([bytes()]);
    const file = await open(join(instance.dataDir, "storage", "files", pdf.key), "r+");
    await file.write(Buffer.from("?"), 0, 1, 9);
    await file.close();
    const broken = await fetch(await findLink(session.id));
    await expect(broken.arrayBuffer()).rejects.toThrow();
    const { manifest, readme, paths } = await download(session.id);
    expect(paths).not.toContain("evidence.pdf");
    expect(manifest.document).toEqual({ sha256: pdf.sha256, size: pdf.size, path: null });
    expect(readme).toContain(pdf.sha256);
  });

  test("a client that goes away stops the reading, and the next one is served", async () => {
    const { session } = await endSession([bytes(200_000)]);
    const large = await storageOf(instance).put(randomBytes(48_000_000));
    await database()
      .updateTable("evidence_files")
      .set({ pdf_key: large.key, pdf_sha256: large.sha256, pdf_size: large.size })
      .where("session_id", "=", session.id)
      .execute();
    const link = await findLink(session.id);
    const { lines } = instance.child("server");
    const before = lines.length;
    const since = (text: string) => lines.slice(before).filter((line) => line.includes(text));
    const taken = await new Promise<number>((resolve, reject) => {
      const request = get(link, (response) => {
        let length = 0;
        response.on("data", (chunk: Buffer) => {
          length += chunk.length;
          if (length > 1_000_000) {
            request.destroy();
            resolve(length);
          }
        });
        // Its end is ours.
        response.on("error", () => {});
      });
      request.on("error", reject);
    }).catch(() => 0);
    expect(taken).toBeLessThan(large.size);
    await waitFor("the request's end", () => since('"aborted":true').length > 0);
    expect(since('"/bundles"')).toEqual([]);
    // The link is a secret for as long as it works.
    expect(since(link.slice(-20))).toEqual([]);
    expect((await download(session.id)).paths).toContain("evidence.pdf");
  });
});
