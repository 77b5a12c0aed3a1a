import { randomBytes } from "node:crypto";
import { appendFile, readdir, readFile, truncate } from "node:fs/promises";
import { request as httpRequest } from "node:http";
import { join } from "node:path";
import { Readable } from "node:stream";
import { EvidenceItem } from "@nexbasira/core/contract/evidence.ts";
import type { JoinAnswer } from "@nexbasira/core/contract/join.ts";
import { Session } from "@nexbasira/core/contract/session.ts";
import { deriveSealingKeys } from "@nexbasira/core/sealing/sealing-keys.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { SealedUploadStore } from "../../server/evidence/sealed-uploads.ts";
import { enterSession } from "../helpers/enter-session.ts";
import { Instance } from "../helpers/instance.ts";
import { describeCapture, Uploader } from "../helpers/upload-capture.ts";
import { waitFor } from "../helpers/wait-for.ts";

const KEY = randomBytes(32).toString("base64url");
const KNOWN = "Water damage in the cellar of 12 Hill Road. ";

let instance: Instance;
let session: Session;
let phone: JoinAnswer;
let uploader: Uploader;

beforeAll(async () => {
  instance = await Instance.start(["server"], { STORAGE_KEYS: KEY });
  const request = { type: "field_inspection", reference: "INS-1", participant: { name: "Marie L.", channel: "link" } };
  session = await instance.post("/v1/sessions", request, Session);
  phone = await enterSession(instance, session);
  uploader = new Uploader(instance.url, phone.access_token);
});
afterAll(() => instance.stop());

const document = (bytes: number) => new Uint8Array(Buffer.from(KNOWN.repeat(Math.ceil(bytes / KNOWN.length))));

/** Everything on the disk, as one text. */
async function onDisk(): Promise<string> {
  const entries = await readdir(instance.dataDir, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  return (await Promise.all(files.map((path) => readFile(path, "latin1")))).join("\n");
}

async function begin(bytes: Uint8Array): Promise<{ location: string; path: string; id: string }> {
  const capture = describeCapture(bytes, { filename: "Hill Road.txt", title: "Cellar of 12 Hill Road" });
  const location = (await uploader.create(capture, bytes.length)).headers.get("location") ?? "";
  const id = location.slice("/uploads/".length);
  return { location, id, path: join(instance.dataDir, "sealed-uploads", id) };
}

const offsetOf = async (location: string) => Number((await uploader.look(location)).headers.get("upload-offset"));

async function contentOf(item: string | null): Promise<Buffer> {
  const { id } = EvidenceItem.parse(await (await instance.api(`/v1/evidence/${item}`)).json());
  return Buffer.from(await (await instance.api(`/v1/evidence/${id}/content`)).arrayBuffer());
}

test("an upload under way, what is noted of it, and the item it becomes hold nothing in the clear", async () => {
  const bytes = document(2_000_000);
  const { location } = await begin(bytes);
  const half = new ReadableStream({
    start(controller) {
      controller.enqueue(bytes.subarray(0, 1_000_000));
      controller.close();
    },
  });
  expect((await uploader.send(location, 0, half)).status).toBe(204);
  expect(await offsetOf(location)).toBe(1_000_000);
  expect(await onDisk()).not.toContain("Hill Road");
  const sent = await uploader.send(location, 1_000_000, bytes.slice(1_000_000));
  expect(sent.status).toBe(204);
  expect((await contentOf(sent.headers.get("nbx-evidence-item"))).equals(Buffer.from(bytes))).toBe(true);
  expect(await onDisk()).not.toContain("Hill Road");
});

test("a server that is killed within an upload goes on from what had come, behind a torn tail", async () => {
  const bytes = document(3_000_000);
  const { location, path } = await begin(bytes);
  const sending = httpRequest(`${instance.url}${location}`, {
    method: "PATCH",
    headers: {
      authorization: `Bearer ${phone.access_token}`,
      "tus-resumable": "1.0.0",
      "upload-offset": "0",
      "content-type": "application/offset+octet-stream",
      "content-length": bytes.length,
    },
  });
  sending.on("error", () => undefined);
  sending.write(bytes.subarray(0, 1_500_000));
  await waitFor("the first bytes", async () => (await readFile(path)).length > 200_000);
  await instance.child("server").stop("SIGKILL");
  const whole = (await readFile(path)).length;
  await truncate(path, whole - 1);
  instance.spawn("server");
  await instance.ready("server");
  const offset = await offsetOf(location);
  expect(offset).toBeGreaterThan(0);
  expect(offset).toBeLessThan(whole);
  const sent = await uploader.send(location, offset, bytes.slice(offset));
  expect(sent.status).toBe(204);
  expect((await contentOf(sent.headers.get("nbx-evidence-item"))).equals(Buffer.from(bytes))).toBe(true);
});

test("bytes that all arrived before the process ended become an item when they are asked for", async () => {
  const bytes = document(100_000);
  const { location, id, path } = await begin(bytes);
  const store = new SealedUploadStore(join(instance.dataDir, "sealed-uploads"), deriveSealingKeys([KEY]));
  expect(await store.write(Readable.from([bytes]), id, 0)).toBe(bytes.length);
  const looked = await uploader.look(location);
  expect((await contentOf(looked.headers.get("nbx-evidence-item"))).equals(Buffer.from(bytes))).toBe(true);
  await expect(readFile(path)).rejects.toThrow("ENOENT");
});

test("bytes that were altered on the disk are not taken for those that were sent", async () => {
  const bytes = document(200_000);
  const { location, path } = await begin(bytes);
  expect((await uploader.send(location, 0, bytes.slice(0, 150_000))).status).toBe(204);
  await appendFile(path, "foreign bytes behind it");
  expect(await offsetOf(location)).toBe(150_000);
  const sent = await uploader.send(location, 150_000, bytes.slice(150_000));
  expect((await contentOf(sent.headers.get("nbx-evidence-item"))).equals(Buffer.from(bytes))).toBe(true);
});

/** Asks as a browser does; `fetch` of Node.js adds that it wants nothing from a cache. */
function statusOf(url: string, headers: Record<string, string>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    httpRequest(url, { headers }, (response) => resolve(response.resume().statusCode))
      .on("error", reject)
      .end();
  });
}

test("a download answers for parts of the file, for none that lies outside, and not again for what is known", async () => {
  const bytes = document(300_000);
  const sent = await uploader.upload(bytes);
  const item = EvidenceItem.parse(
    await (await instance.api(`/v1/evidence/${sent.headers.get("nbx-evidence-item")}`)).json(),
  );
  const part = async (range: string, headers: Record<string, string> = {}) => {
    const response = await fetch(item.content_url, { headers: { range, ...headers } });
    return { response, body: Buffer.from(await response.arrayBuffer()) };
  };
  const crossing = await part("bytes=65530-131080");
  expect(crossing.response.status).toBe(206);
  expect(crossing.response.headers.get("content-range")).toBe(`bytes 65530-131080/${bytes.length}`);
  expect(crossing.body.equals(Buffer.from(bytes.subarray(65_530, 131_081)))).toBe(true);
  expect((await part("bytes=-5")).body.equals(Buffer.from(bytes.subarray(-5)))).toBe(true);
  const outside = await part(`bytes=${bytes.length}-`);
  expect([outside.response.status, outside.response.headers.get("content-range")]).toEqual([
    416,
    `bytes */${bytes.length}`,
  ]);
  const etag = crossing.response.headers.get("etag") ?? "";
  expect(await statusOf(item.content_url, { "if-none-match": etag })).toBe(304);
  expect((await part("bytes=0-9", { "if-range": etag })).body).toHaveLength(10);
  expect((await part("bytes=0-9", { "if-range": '"another"' })).body).toHaveLength(bytes.length);
  const head = await fetch(item.content_url, { method: "HEAD" });
  expect(head.headers.get("content-length")).toBe(String(bytes.length));
});
