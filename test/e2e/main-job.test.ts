import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { SessionDetail } from "@nexbasira/core/contract/console.ts";
import { EventEnvelope } from "@nexbasira/core/contract/event.ts";
import { EvidenceFile, type EvidenceItem } from "@nexbasira/core/contract/evidence.ts";
import { Session } from "@nexbasira/core/contract/session.ts";
import { listDerivatives } from "@nexbasira/core/database/evidence-items.ts";
import { DiskStorage } from "@nexbasira/core/storage/storage.ts";
import exifr from "exifr";
import type { Browser, Page } from "puppeteer-core";
import sharp from "sharp";
import Stripe from "stripe";
import { afterAll, beforeAll, expect, test } from "vitest";
import { click, drawStroke, fill, launchBrowser, openPage, testId, waitForMotion } from "../helpers/browser.ts";
import { enterLive } from "../helpers/enter-live.ts";
import { Instance } from "../helpers/instance.ts";
import { readCode } from "../helpers/read-code.ts";
import { signIn } from "../helpers/sign-in.ts";
import { takeSignatureApart } from "../helpers/take-signature-apart.ts";
import { waitFor } from "../helpers/wait-for.ts";
import { startReceiver } from "../helpers/webhook-receiver.ts";

/*
 * The whole job, through the real pages and the API, as one story: its tests run in order and build on each other.
 */

const run = promisify(execFile);
const stripe = new Stripe("sk_test_not_used");
const POSITION = { latitude: 50.087451, longitude: 14.420671, accuracy: 12 };
const EVENTS = [
  "session.created",
  "participant.joined",
  "participant.left",
  "evidence.added",
  "session.completed",
  "recording.ready",
  "signature.completed",
];

let instance: Instance;
let browser: Browser;
let receiver: Awaited<ReturnType<typeof startReceiver>>;
let directory: string;
let member: Record<string, string>;
let session: Session;
let inspector: Page;
let phone: Page;
let phoneErrors: string[];
let consoleErrors: string[];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "nexbasira-e2e-"));
  receiver = await startReceiver();
  instance = await Instance.start(["server", "media", "workers"]);
  member = await signIn(instance);
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await instance?.stop();
  await receiver?.close();
  await rm(directory, { recursive: true, force: true });
});

async function detail(): Promise<SessionDetail> {
  const response = await fetch(`${instance.url}/console/api/sessions/${session.id}`, { headers: member });
  return SessionDetail.parse(await response.json());
}

async function waitForItem(kind: EvidenceItem["kind"], count = 1, limit_ms = 30_000): Promise<EvidenceItem> {
  return waitFor(
    `${kind} number ${count}`,
    // A frame of the stream stands in for an original that takes longer.
    async () => (await detail()).items.filter((item) => item.kind === kind && !item.provisional)[count - 1],
    limit_ms,
  );
}

async function content(item: EvidenceItem): Promise<Buffer> {
  const response = await instance.api(`/v1/evidence/${item.id}/content`);
  expect(response.status).toBe(200);
  return Buffer.from(await response.arrayBuffer());
}

test("the API makes a session whose link arrives in the outbox", async () => {
  session = await instance.post(
    "/v1/sessions",
    {
      type: "field_inspection",
      reference: "INS-42871",
      participant: { name: "Marie Lefèvre", channel: "sms", phone: "+33612345678", locale: "en" },
      callbacks: Object.fromEntries(EVENTS.map((event) => [event, `${receiver.url}/callback`])),
      signature: { level: "ses" },
      recording: true,
      location: { address: "Karlův most, Praha", latitude: 50.0865, longitude: 14.4114 },
    },
    Session,
  );
  const { page } = await openPage(browser, `${instance.url}/outbox`);
  await page.waitForFunction(
    (link) => document.body.textContent?.includes(link),
    { timeout: 20_000 },
    session.join_url,
  );
  await page.close();
});

test("the inspector signs in and waits in the session", async () => {
  const viewport = { width: 1280, height: 720 };
  const opened = await openPage(browser, `${instance.url}/console`, { viewport });
  inspector = opened.page;
  consoleErrors = opened.errors;
  await fill(inspector, "email", instance.credentials.admin.email);
  await fill(inspector, "password", instance.credentials.admin.password);
  await click(inspector, "sign-in");
  await inspector.waitForSelector(testId("new-inspection"), { timeout: 20_000 });
  // Signed out until a moment ago: the question who is signed in was answered 401, which the browser logs.
  consoleErrors.length = 0;
  await enterLive(inspector, instance.url, session.id);
  await inspector.waitForSelector(testId("waiting"), { timeout: 20_000 });
});

test("the participant agrees and joins, and frames move on both sides", async () => {
  const viewport = { width: 360, height: 740, deviceScaleFactor: 2, isMobile: true, hasTouch: true };
  const opened = await openPage(browser, session.join_url, { viewport, position: POSITION });
  phone = opened.page;
  phoneErrors = opened.errors;
  await click(phone, "join");
  await waitForMotion(phone, "own-video");
  await waitForMotion(inspector, "field-video");
  await click(inspector, "own-camera");
  await waitForMotion(phone, "inspector-video");
  const { session: now, people } = await detail();
  expect(now.status).toBe("active");
  expect(people.find((person) => person.role === "participant")?.consents.every((consent) => consent.granted)).toBe(
    true,
  );
});

test("sound comes from the phone to the inspector", async () => {
  const energy = () =>
    inspector.evaluate(async () => {
      const context = new AudioContext();
      const elements = [...document.querySelectorAll("audio, video")];
      const streams = elements.flatMap((element) =>
        element instanceof HTMLMediaElement && element.srcObject instanceof MediaStream ? [element.srcObject] : [],
      );
      const withSound = streams.find((stream) => stream.getAudioTracks().length > 0);
      if (!withSound) return 0;
      const analyser = context.createAnalyser();
      context.createMediaStreamSource(withSound).connect(analyser);
      const samples = new Float32Array(analyser.fftSize);
      let loudest = 0;
      for (const end = performance.now() + 1500; performance.now() < end; ) {
        analyser.getFloatTimeDomainData(samples);
        loudest = Math.max(loudest, ...samples.map(Math.abs));
        await new Promise(requestAnimationFrame);
      }
      await context.close();
      return loudest;
    });
  await waitFor("sound", async () => (await energy()) > 0.01, 20_000);
});

test("a snapshot by the inspector is the phone's original with hash, position and time", async () => {
  await click(inspector, "photo");
  const item = await waitForItem("snapshot");
  const original = await content(item);
  expect(createHash("sha256").update(original).digest("hex")).toBe(item.sha256);
  const announced = await instance.testDatabase.database
    .selectFrom("announced_captures")
    .selectAll()
    .where("item_id", "=", item.id)
    .executeTakeFirstOrThrow();
  expect(announced.sha256).toBe(item.sha256);
  const { width, height, format } = await sharp(original).metadata();
  // The fake camera takes its photos as PNG.
  expect([width, height, `image/${format}`]).toEqual([item.width, item.height, item.media_type]);
  expect(item.location?.latitude).toBeCloseTo(POSITION.latitude, 5);
  expect(item.location?.accuracy_m).toBe(POSITION.accuracy);
  expect(Math.abs(Date.parse(item.captured_at) - Date.now())).toBeLessThan(60_000);
  expect(item.clock_offset_ms).not.toBeNull();
});

test("the derivative carries the position in EXIF and the original does not", async () => {
  const item = await waitForItem("snapshot");
  const located = await waitFor("the copy with the position", async () =>
    (await listDerivatives(instance.testDatabase.database, item.id)).find(({ kind }) => kind === "located"),
  );
  const storage = new DiskStorage(join(instance.dataDir, "storage"));
  const gps = await exifr.gps(await storage.read(located.storage_key ?? ""));
  expect(gps.latitude).toBeCloseTo(POSITION.latitude, 5);
  expect(gps.longitude).toBeCloseTo(POSITION.longitude, 5);
  expect(await exifr.gps(await content(item)).catch(() => undefined)).toBeUndefined();
});

test("the participant's own shutter adds the next one", async () => {
  await click(phone, "shutter");
  const item = await waitForItem("snapshot", 2);
  expect(item.captured_by.role).toBe("participant");
  expect(item.device_order).toBe(2);
  await inspector.waitForSelector(`${testId("timeline-item")}[data-id="${item.id}"]`, { timeout: 20_000 });
});

test("freeze and draw makes an annotation over the untouched original", async () => {
  await click(inspector, "freeze");
  const snapshot = await waitForItem("snapshot", 3);
  await drawStroke(inspector, "board-canvas", { x: 0.3, y: 0.3 }, { x: 0.7, y: 0.6 });
  await click(inspector, "save-board");
  const item = await waitForItem("annotation");
  expect(item.derived_from).toEqual({ id: snapshot.id, sha256: snapshot.sha256 });
  const svg = (await content(item)).toString("utf8");
  expect(svg).toContain("<path");
  expect(svg).toContain(snapshot.sha256);
  expect(
    createHash("sha256")
      .update(await content(snapshot))
      .digest("hex"),
  ).toBe(snapshot.sha256);
  await click(inspector, "back-to-live");
});

test("a whiteboard drawn by the inspector is seen on the phone and kept as SVG", async () => {
  await inspector.waitForSelector(testId("board-canvas"), { hidden: true, timeout: 10_000 });
  await click(inspector, "board");
  await drawStroke(inspector, "board-canvas", { x: 0.2, y: 0.2 }, { x: 0.8, y: 0.8 });
  await phone.waitForSelector(testId("board-canvas"), { timeout: 20_000 });
  await click(inspector, "save-board");
  const item = await waitForItem("whiteboard");
  expect((await content(item)).toString("utf8")).toContain("<path");
  await click(inspector, "back-to-live");
});

test("a document is added from the phone", async () => {
  const path = join(directory, "floor plan.txt");
  await writeFile(path, "Ground floor: kitchen, living room.\n");
  await click(phone, "more");
  const input = await phone.waitForSelector(testId("document-input"), { timeout: 10_000 });
  if (!input) throw new Error("there is no input for documents");
  await (input as Awaited<ReturnType<typeof phone.$<"input">>>)?.uploadFile(path);
  const item = await waitForItem("document");
  expect(item.filename).toBe("floor plan.txt");
  expect((await content(item)).toString("utf8")).toContain("kitchen");
});

test("a clip of the last seconds is cut while the call goes on", async () => {
  await click(inspector, "clip");
  const item = await waitForItem("clip", 1, 60_000);
  expect(item.media_type).toBe("video/mp4");
  await writeFile(join(directory, "clip.mp4"), await content(item));
  const { duration, kinds } = await probe("clip.mp4");
  expect(kinds).toEqual(["audio", "video"]);
  expect(Math.abs(duration * 1000 - (item.duration_ms ?? 0))).toBeLessThan(200);
});

test("the participant signs on the phone when asked", async () => {
  await click(inspector, "ask-signature");
  await click(phone, "sign-request-action");
  await click(phone, "code-send");
  // The sixth digit confirms it.
  await fill(phone, "code-field", await readCode(instance, session.id));
  await drawStroke(phone, "signature-field", { x: 0.2, y: 0.6 }, { x: 0.5, y: 0.3 });
  await drawStroke(phone, "signature-field", { x: 0.5, y: 0.3 }, { x: 0.8, y: 0.7 });
  await click(phone, "sign-done");
  await waitFor("the signature", async () => (await detail()).signature?.name === "Marie Lefèvre");
});

test("the inspector ends it, and the work after the end runs to a signed PDF", async () => {
  await click(inspector, "end");
  await click(inspector, "confirm-end");
  const file = await waitFor(
    "the signed PDF",
    async () => {
      const found = EvidenceFile.parse(await (await instance.api(`/v1/sessions/${session.id}/evidence`)).json());
      if (found.status === "failed") throw new Error(found.problem ?? "failed");
      return found.status === "ready" && found;
    },
    120_000,
  );
  expect(file.signature).toMatchObject({ level: "ses", baseline: "B-LTA", development: true });
  expect(file.audit_chain_hash).toMatch(/^[0-9a-f]{64}$/);
  const pdf = await fetch(file.pdf_url ?? "");
  expect(pdf.status).toBe(200);
  const bytes = Buffer.from(await pdf.arrayBuffer());
  expect(createHash("sha256").update(bytes).digest("hex")).toBe(file.pdf_sha256);
  await writeFile(join(directory, "evidence.pdf"), bytes);
  await phone.waitForSelector(`${testId("end")}, ${testId("leave")}`, { timeout: 20_000 });
});

test("openssl verifies the PDF's signature and its time stamp", async () => {
  const parts = takeSignatureApart(await readFile(join(directory, "evidence.pdf")));
  for (const [name, bytes] of Object.entries(parts)) await writeFile(join(directory, name), bytes);
  const roots = join(instance.environment.CERTS_DIR ?? "", "authority/roots.pem");
  const cms = await here(
    "openssl",
    "cms",
    "-verify",
    "-cades",
    "-binary",
    "-inform",
    "DER",
    "-in",
    "cms",
    "-content",
    "content",
    "-out",
    "verified",
    "-CAfile",
    roots,
  );
  expect(cms).toContain("CAdES Verification successful");
  expect(
    await here("openssl", "ts", "-verify", "-token_in", "-in", "token", "-data", "value", "-CAfile", roots),
  ).toContain("Verification: OK");
});

test("pdfsig finds the whole document signed, and the pages can be drawn and read", async () => {
  const report = await here("pdfsig", "-nocert", "evidence.pdf");
  expect(report).toContain("Signature is Valid");
  expect(report).toContain("Total document signed");
  expect(report).toContain("ETSI.CAdES.detached");
  const text = await here("pdftotext", "-layout", "evidence.pdf", "-");
  const { items } = await detail();
  expect(text).toContain("INS-42871");
  expect(text).toContain("Marie Lefèvre");
  const letters = text.replace(/\s/g, "");
  for (const item of items) expect(letters).toContain(item.sha256);
  await here("pdftoppm", "-r", "40", "-png", "evidence.pdf", "page");
  const pages = (await readdir(directory)).filter((name) => /^page-\d+\.png$/.test(name));
  expect(pages.length).toBeGreaterThan(items.length);
  for (const page of pages) {
    const { channels } = await sharp(join(directory, page)).stats();
    expect(Math.max(...channels.map(({ stdev }) => stdev)), `${page} is empty`).toBeGreaterThan(1);
  }
});

test("the MP4 is as long as the call, within half a second, with sound and picture", async () => {
  const [recording] = (await detail()).recordings;
  expect(recording?.status).toBe("ready");
  const response = await fetch(new URL(recording?.mp4?.url ?? "", instance.url));
  await writeFile(join(directory, "recording.mp4"), Buffer.from(await response.arrayBuffer()));
  const { database } = instance.testDatabase;
  const { completed_at } = await database.selectFrom("sessions").select("completed_at").executeTakeFirstOrThrow();
  const { started_at } = await database.selectFrom("recordings").select("started_at").executeTakeFirstOrThrow();
  const call_s = ((completed_at?.getTime() ?? 0) - started_at.getTime()) / 1000;
  const { duration, kinds } = await probe("recording.mp4");
  expect(kinds).toEqual(["audio", "video"]);
  expect(Math.abs(duration - call_s)).toBeLessThan(0.5);
  const sound = await here(
    "ffmpeg",
    "-nostdin",
    "-i",
    "recording.mp4",
    "-af",
    "volumedetect",
    "-vn",
    "-f",
    "null",
    "-",
  );
  expect(Number(/max_volume: (-?[\d.]+) dB/.exec(sound)?.[1])).toBeGreaterThan(-40);
  await here(
    "ffmpeg",
    "-nostdin",
    "-y",
    "-ss",
    String(duration / 2),
    "-i",
    "recording.mp4",
    "-frames:v",
    "2",
    "-vf",
    "fps=2",
    "frame-%d.png",
  );
  const [first, second] = [
    await readFile(join(directory, "frame-1.png")),
    await readFile(join(directory, "frame-2.png")),
  ];
  const { channels } = await sharp(first).stats();
  expect(Math.max(...channels.map(({ stdev }) => stdev))).toBeGreaterThan(10);
  expect(first.equals(second)).toBe(false);
});

test("every event came once to the callback, signed with the organization's secret", async () => {
  await waitFor(
    "all events",
    () => {
      const types = receiver.received.map(({ body }) => EventEnvelope.parse(JSON.parse(body)).type);
      return (
        EVENTS.every((event) => types.includes(event)) && types.filter((t) => t === "participant.left").length >= 2
      );
    },
    40_000,
  );
  const ids: string[] = [];
  const sequences: number[] = [];
  for (const { body, headers } of receiver.received) {
    const signature = String(headers["nb-signature"]);
    const event = stripe.webhooks.constructEvent(body, signature, instance.credentials.webhook_secret);
    expect(headers["nbx-signature"]).toBe(signature);
    ids.push(event.id);
    const envelope = EventEnvelope.parse(JSON.parse(body));
    expect(headers["nb-event-id"]).toBe(envelope.id);
    sequences.push(envelope.sequence ?? 0);
  }
  expect(new Set(ids).size).toBe(ids.length);
  expect(sequences.toSorted((a, b) => a - b)).toEqual(sequences.map((_, index) => index + 1));
  const added = receiver.received.filter(({ headers }) => headers["nb-event-type"] === "evidence.added");
  expect(added).toHaveLength((await detail()).items.length);
});

test("the console shows the finished work: stages, PDF, recording, items, positions", async () => {
  for (const stage of ["recordings", "report", "signing"]) {
    await inspector.waitForSelector(`${testId(`stage-${stage}`)}[data-state="done"]`, { timeout: 20_000 });
  }
  for (const name of ["pdf", "recording-player", "items", "position-drawing"]) {
    await inspector.waitForSelector(testId(name), { timeout: 20_000 });
  }
  const played = await inspector.evaluate(async (selector) => {
    const found = document.querySelector(selector);
    const video = found instanceof HTMLVideoElement ? found : found?.querySelector("video");
    if (!video) return -1;
    video.muted = true;
    await video.play();
    await new Promise((resolve) => video.addEventListener("timeupdate", resolve));
    return video.duration;
  }, testId("recording-player"));
  expect(played).toBeGreaterThan(1);
  expect(consoleErrors).toEqual([]);
  expect(phoneErrors).toEqual([]);
});

/** Runs a program in the test's folder; what it printed. */
async function here(program: string, ...options: string[]): Promise<string> {
  const { stdout, stderr } = await run(program, options, { cwd: directory, maxBuffer: 16 * 1024 * 1024 });
  return stdout + stderr;
}

async function probe(name: string): Promise<{ duration: number; kinds: string[] }> {
  const text = await here(
    "ffprobe",
    "-v",
    "error",
    "-show_entries",
    "format=duration:stream=codec_type",
    "-of",
    "json",
    name,
  );
  const { format, streams } = JSON.parse(text) as { format: { duration: string }; streams: { codec_type: string }[] };
  return { duration: Number(format.duration), kinds: streams.map((stream) => stream.codec_type).sort() };
}
