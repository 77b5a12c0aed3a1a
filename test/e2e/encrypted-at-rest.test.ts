import { createHash, randomBytes } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { SessionDetail } from "@nexbasira/core/contract/console.ts";
import { EvidenceFile, type EvidenceItem } from "@nexbasira/core/contract/evidence.ts";
import { JoinAnswer } from "@nexbasira/core/contract/join.ts";
import type { Browser } from "puppeteer-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { click, launchBrowser, waitForMotion } from "../helpers/browser.ts";
import { type Call, startCall } from "../helpers/call.ts";
import { Child } from "../helpers/child.ts";
import { staffJoinRequest } from "../helpers/enter-session.ts";
import { Instance } from "../helpers/instance.ts";
import { signIn } from "../helpers/sign-in.ts";
import { Uploader } from "../helpers/upload-capture.ts";
import { waitFor } from "../helpers/wait-for.ts";

/*
 * A whole session with keys configured: nothing of it may lie on the disk as it is, and all of it must come back.
 */

const [KEY, NEXT_KEY] = [randomBytes(32).toString("base64url"), randomBytes(32).toString("base64url")];
const KNOWN = "Water damage in the cellar of 12 Hill Road.";

/** How files begin, or what stands in them, that must not be found. WebM and Matroska share their mark. */
const SIGNS: Record<string, Buffer> = {
  JPEG: Buffer.from([0xff, 0xd8, 0xff]),
  PNG: Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
  Matroska: Buffer.from([0x1a, 0x45, 0xdf, 0xa3]),
  MP4: Buffer.from("ftypisom"),
  PDF: Buffer.from("%PDF-"),
  SVG: Buffer.from("<svg"),
  "the journal's streams": Buffer.from('"mimeType":'),
  "the document": Buffer.from("Hill Road"),
};

let instance: Instance;
let browser: Browser;
let call: Call;

beforeAll(async () => {
  instance = await Instance.start(["server", "media", "workers"], { STORAGE_KEYS: KEY });
  browser = await launchBrowser();
  call = await startCall(instance, browser);
});
afterAll(async () => {
  await browser?.close();
  await instance?.stop();
});

/** What of {@link SIGNS} is on the disk. Three bytes occur by chance: those of a JPEG count where a file begins. */
async function found(): Promise<string[]> {
  const entries = await readdir(instance.dataDir, { recursive: true, withFileTypes: true });
  const names: string[] = [];
  for (const entry of entries.filter((one) => one.isFile())) {
    const bytes = await readFile(join(entry.parentPath, entry.name)).catch(() => Buffer.alloc(0));
    for (const [sign, mark] of Object.entries(SIGNS)) {
      const place = bytes.indexOf(mark);
      if (mark.length > 4 ? place >= 0 : place === 0) names.push(`${sign} in ${entry.name}`);
    }
  }
  return names;
}

async function detail(): Promise<SessionDetail> {
  const headers = await signIn(instance);
  const answer = await fetch(`${instance.url}/console/api/sessions/${call.session.id}`, { headers });
  return SessionDetail.parse(await answer.json());
}

async function download(url: string): Promise<Buffer> {
  const response = await fetch(new URL(url, instance.url));
  expect(response.status).toBe(200);
  return Buffer.from(await response.arrayBuffer());
}

const sha256 = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");

test("while a session is live, neither its recording nor its photos and documents are on the disk as they are", async () => {
  const member = await signIn(instance);
  const joined = await fetch(`${instance.url}/console/api/sessions/${call.session.id}/join`, {
    method: "POST",
    headers: member,
    body: JSON.stringify(staffJoinRequest("inspector")),
  });
  const uploader = new Uploader(instance.url, JoinAnswer.parse(await joined.json()).access_token);
  const document = new Uint8Array(Buffer.from(KNOWN.repeat(5_000)));
  expect((await uploader.upload(document, { filename: "minutes.txt" })).status).toBe(204);
  await click(call.phone, "shutter");
  await waitFor(
    "the original photo and its derivatives",
    async () => (await detail()).items.some((item: EvidenceItem) => item.source === "photo" || item.source === "frame"),
    40_000,
  );
  await waitForMotion(call.inspector, "field-video", 60);
  const journals = await readdir(join(instance.dataDir, "journals"), { recursive: true });
  expect(journals.some((name) => name.endsWith(".nbj"))).toBe(true);
  expect(await found()).toEqual([]);
});

test("report, recording and items come back whole, and the disk still tells nothing", async () => {
  await instance.api(`/v1/sessions/${call.session.id}/end`, { method: "POST" });
  const file = await waitFor(
    "the signed PDF",
    async () => {
      const answer = await instance.api(`/v1/sessions/${call.session.id}/evidence`);
      const evidence = EvidenceFile.parse(await answer.json());
      return evidence.status === "ready" && evidence.pdf_url ? evidence : undefined;
    },
    120_000,
  );
  const pdf = await download(file.pdf_url ?? "");
  expect(pdf.subarray(0, 5).toString()).toBe("%PDF-");
  const { items, recordings } = await detail();
  const [recording] = recordings;
  const mkv = await download(recording?.content_url ?? "");
  expect(sha256(mkv)).toBe(recording?.sha256);
  expect(mkv.subarray(0, 4)).toEqual(SIGNS.Matroska);
  for (const item of items) expect(sha256(await download(item.content_url)), item.kind).toBe(item.sha256);
  await waitFor("the journals to go", async () => (await readdir(join(instance.dataDir, "journals"))).length === 0);
  expect(await found()).toEqual([]);
});

test("after a change of keys everything is open to the new one alone", async () => {
  const rotated = { ...instance.environment, STORAGE_KEYS: `${NEXT_KEY},${KEY}` };
  await new Child("server/reencrypt.ts", rotated).output();
  await instance.child("server").stop();
  instance.spawn("server", { STORAGE_KEYS: NEXT_KEY });
  await instance.ready("server");
  const { items } = await detail();
  expect(items.length).toBeGreaterThan(1);
  for (const item of items) expect(sha256(await download(item.content_url)), item.kind).toBe(item.sha256);
  expect(await found()).toEqual([]);
});
