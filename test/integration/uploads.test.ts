import { randomBytes, randomUUID } from "node:crypto";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { request as httpRequest } from "node:http";
import { join } from "node:path";
import { Problem } from "@nexbasira/core/contract/common.ts";
import { type CaptureMetadata, EvidenceItem } from "@nexbasira/core/contract/evidence.ts";
import { JoinAnswer } from "@nexbasira/core/contract/join.ts";
import { Session } from "@nexbasira/core/contract/session.ts";
import { Links } from "@nexbasira/core/secrets/links.ts";
import { sql } from "kysely";
import { PDFDocument } from "pdf-lib";
import sharp from "sharp";
import { Upload } from "tus-js-client";
import { afterAll, beforeAll, expect, test } from "vitest";
import { enterSession, staffJoinRequest } from "../helpers/enter-session.ts";
import { Instance } from "../helpers/instance.ts";
import { signIn } from "../helpers/sign-in.ts";
import { describeCapture, Uploader } from "../helpers/upload-capture.ts";

let instance: Instance;
let session: Session;
let phone: JoinAnswer;
let uploader: Uploader;

beforeAll(async () => {
  instance = await Instance.start(["server"]);
  session = await createSession();
  phone = await enterSession(instance, session);
  uploader = new Uploader(instance.url, phone.access_token);
});
afterAll(() => instance.stop());

const createSession = () =>
  instance.post(
    "/v1/sessions",
    { type: "field_inspection", reference: "INS-1", participant: { name: "Marie L.", channel: "link" } },
    Session,
  );

const photo = (change: { width?: number; height?: number; progressive?: boolean } = {}) => {
  const { width = 1600, height = 1200, progressive = false } = change;
  return sharp({ create: { width, height, channels: 3, background: "#396" }, limitInputPixels: false })
    .jpeg({ progressive })
    .toBuffer();
};
const bytesOf = (buffer: Uint8Array) => new Uint8Array(buffer);

/** Uploads by the client that the phone uses; the last answer's item. */
function uploadByClient(bytes: Buffer, capture: CaptureMetadata, uploadUrl?: string): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    new Upload(bytes, {
      endpoint: `${instance.url}/uploads`,
      ...(uploadUrl ? { uploadUrl } : {}),
      chunkSize: 256 * 1024,
      headers: { Authorization: `Bearer ${phone.access_token}` },
      metadata: { capture: JSON.stringify(capture) },
      retryDelays: null,
      onSuccess: ({ lastResponse }) => resolve(lastResponse.getHeader("Nbx-Evidence-Item")),
      onError: reject,
    }).start();
  });
}

async function itemOf(id: string | null | undefined): Promise<EvidenceItem> {
  return EvidenceItem.parse(await (await instance.api(`/v1/evidence/${id}`)).json());
}

async function problemOf(response: Response): Promise<Problem> {
  expect(response.headers.get("content-type")).toMatch(/^application\/problem\+json/);
  return Problem.parse(await response.json());
}

const eventsAbout = (itemId: string) =>
  instance.testDatabase.database
    .selectFrom("events")
    .select("id")
    .where("type", "=", "evidence.added")
    .where(sql<string>`data ->> 'id'`, "=", itemId)
    .execute();

const leftOfUploads = async () => (await readdir(join(instance.dataDir, "uploads"))).toSorted();

test("a photo becomes an item whose bytes, hash, time and place are those of the phone", async () => {
  const bytes = await photo();
  const location = { latitude: 50.0875, longitude: 14.4214, accuracy_m: 6, age_s: 1.5 };
  const capture = describeCapture(bytes, { kind: "snapshot", source: "photo", location, location_status: "fixed" });
  const item = await itemOf(await uploadByClient(bytes, capture));
  expect(item).toMatchObject({
    session_id: session.id,
    kind: "snapshot",
    sha256: capture.sha256,
    size: bytes.length,
    media_type: "image/jpeg",
    width: 1600,
    height: 1200,
    source: "photo",
    device_time: "2026-05-23T09:00:00.500Z",
    captured_at: "2026-05-23T09:00:02Z",
    location,
    captured_by: { participant_id: phone.participant_id, role: "participant", name: "Marie L." },
    problem: null,
  });
  const content = await instance.api(`/v1/evidence/${item.id}/content`);
  expect(content.headers.get("content-type")).toBe("image/jpeg");
  expect(bytes.equals(Buffer.from(await content.arrayBuffer()))).toBe(true);
  expect(await eventsAbout(item.id)).toHaveLength(1);
});

test("the same capture sent again is the same item, announced once", async () => {
  const bytes = bytesOf(await photo({ width: 640 }));
  const capture_id = randomUUID();
  const answers = [
    await uploader.upload(bytes, { capture_id }),
    await uploader.upload(bytes, { capture_id }),
    ...(await Promise.all([uploader.upload(bytes, { capture_id }), uploader.upload(bytes, { capture_id })])),
  ];
  expect(answers.map(({ status }) => status)).toEqual([204, 204, 204, 204]);
  const items = new Set(answers.map(({ headers }) => headers.get("nbx-evidence-item")));
  expect(items.size).toBe(1);
  const [item = ""] = items;
  expect(await eventsAbout(item ?? "")).toHaveLength(1);
});

test("a capture's id with other bytes is refused", async () => {
  const capture_id = randomUUID();
  await uploader.upload(bytesOf(Buffer.from("one")), { capture_id });
  const answer = await uploader.upload(bytesOf(Buffer.from("another")), { capture_id });
  expect(answer.status).toBe(400);
  expect(await problemOf(answer)).toMatchObject({ code: "validation_error", param: "capture_id" });
});

test("bytes that are not those announced are refused, and nothing of them is kept", async () => {
  const bytes = bytesOf(randomBytes(5000));
  const sha256 = "a".repeat(64);
  const created = await uploader.create(describeCapture(bytes, { sha256 }), bytes.length);
  const location = created.headers.get("location") ?? "";
  const id = location.slice("/uploads/".length);
  const answer = await uploader.send(location, 0, bytes);
  expect(answer.status).toBe(422);
  const problem = await problemOf(answer);
  expect(problem).toMatchObject({ code: "hash_mismatch" });
  expect(problem.request_id).toBe(answer.headers.get("x-request-id"));
  expect(answer.headers.get("nbx-evidence-item")).toBeNull();
  expect((await uploader.look(location)).status).toBe(404);
  expect((await leftOfUploads()).filter((name) => name.startsWith(id))).toEqual([]);
  await expect(readFile(join(instance.dataDir, "storage/files/aa", sha256))).rejects.toThrow();
});

test("an upload that was cut goes on from where it stopped", async () => {
  const bytes = bytesOf(randomBytes(3_000_000));
  const capture = describeCapture(bytes);
  const location = (await uploader.create(capture, bytes.length)).headers.get("location") ?? "";
  await sendAndBreakOff(location, bytes, 1_000_000);
  const offset = Number((await uploader.look(location)).headers.get("upload-offset"));
  expect(offset).toBeGreaterThan(0);
  expect(offset).toBeLessThanOrEqual(1_000_000);
  const item = await itemOf(await uploadByClient(Buffer.from(bytes), capture, `${instance.url}${location}`));
  expect(item.sha256).toBe(capture.sha256);
});

/** Promises all bytes, sends some, and goes away; resolves when the server has noticed. */
async function sendAndBreakOff(location: string, bytes: Uint8Array, sent: number): Promise<void> {
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
  const closed = new Promise((resolve) => sending.on("close", resolve));
  sending.on("error", () => undefined);
  await new Promise((resolve) => sending.write(bytes.subarray(0, sent), resolve));
  const id = location.slice("/uploads/".length);
  const arrived = async () => (await readFile(join(instance.dataDir, "uploads", id))).length > 0;
  while (!(await arrived())) await new Promise((resolve) => setImmediate(resolve));
  sending.destroy();
  await closed;
}

test("when the last answer is lost, looking at the upload tells the item", async () => {
  const bytes = bytesOf(randomBytes(1000));
  const location = (await uploader.create(describeCapture(bytes), bytes.length)).headers.get("location") ?? "";
  const sent = await uploader.send(location, 0, bytes);
  const looked = await uploader.look(location);
  expect(looked.status).toBe(200);
  expect(looked.headers.get("nbx-evidence-item")).toBe(sent.headers.get("nbx-evidence-item"));
  expect(looked.headers.get("upload-offset")).toBe("1000");
});

test("bytes that all arrived before the process ended become an item when they are asked for", async () => {
  const bytes = bytesOf(randomBytes(1000));
  const capture = describeCapture(bytes);
  const location = (await uploader.create(capture, bytes.length)).headers.get("location") ?? "";
  await writeFile(join(instance.dataDir, location), bytes);
  const looks = await Promise.all([uploader.look(location), uploader.look(location)]);
  expect(looks.map(({ status }) => status)).toEqual([200, 200]);
  const [first, second] = looks.map(({ headers }) => headers.get("nbx-evidence-item"));
  expect(second).toBe(first);
  expect((await itemOf(first)).sha256).toBe(capture.sha256);
});

test("without the token that began it, nobody begins, sees or goes on with an upload", async () => {
  const bytes = bytesOf(randomBytes(100));
  const capture = describeCapture(bytes);
  const location = (await uploader.create(capture, bytes.length)).headers.get("location") ?? "";
  const links = linksOfInstance();
  const expired = links.access.seal({
    session_id: session.id,
    participant_id: phone.participant_id,
    role: "participant",
    name: "M",
    device_id: randomUUID(),
    expires_at: Math.floor(Date.now() / 1000) - 1,
  });
  const forged = new Links({ publicUrl: instance.url, phoneUrl: null, secret: "x".repeat(32) }).access;
  const elsewhere = await enterSession(instance, await createSession());
  for (const [token, status] of [
    ["", 401],
    ["x.y", 401],
    [instance.credentials.api_key, 401],
    [expired, 401],
    [`${phone.access_token}x`, 401],
    [forged.seal({ ...claimsOf(phone), expires_at: 9_999_999_999 }), 401],
    [elsewhere.access_token, 403],
  ] as const) {
    const stranger = new Uploader(instance.url, token);
    expect((await stranger.look(location)).status).toBe(status);
    const answer = await stranger.send(location, 0, bytes);
    expect(answer.status).toBe(status);
    expect((await problemOf(answer)).status).toBe(status);
    if (status === 401) expect((await stranger.create(capture, bytes.length)).status).toBe(401);
  }
  expect((await fetch(`${instance.url}${location}`)).status).toBe(404);
  expect((await uploader.look(location)).headers.get("upload-offset")).toBe("0");
});

const claimsOf = ({ session_id, participant_id, role, name }: JoinAnswer) => ({
  session_id,
  participant_id,
  role,
  name,
  device_id: randomUUID(),
});

const linksOfInstance = () =>
  new Links({ publicUrl: instance.url, phoneUrl: null, secret: instance.environment.AUTH_SECRET ?? "" });

test("an inspector adds documents, an observer nothing", async () => {
  const member = await signIn(instance);
  const join_as = async (role: "inspector" | "observer") => {
    const response = await fetch(`${instance.url}/console/api/sessions/${session.id}/join`, {
      method: "POST",
      headers: member,
      body: JSON.stringify(staffJoinRequest(role)),
    });
    return new Uploader(instance.url, JoinAnswer.parse(await response.json()).access_token);
  };
  const bytes = bytesOf(Buffer.from("minutes of the visit"));
  expect((await (await join_as("inspector")).upload(bytes)).status).toBe(204);
  const refused = await (await join_as("observer")).upload(bytes);
  expect(refused.status).toBe(403);
  expect(await problemOf(refused)).toMatchObject({ code: "permission_denied" });
});

test("a session that was cancelled takes nothing, one that has ended takes what a phone still holds", async () => {
  const bytes = bytesOf(randomBytes(10));
  const other = await createSession();
  const late = new Uploader(instance.url, (await enterSession(instance, other)).access_token);
  await instance.api(`/v1/sessions/${other.id}`, { method: "DELETE" });
  expect((await late.upload(bytes)).status).toBe(204);
  await instance.testDatabase.database
    .updateTable("sessions")
    .set({ status: "cancelled" })
    .where("id", "=", other.id)
    .execute();
  const refused = await late.upload(bytes);
  expect(refused.status).toBe(410);
  expect(await problemOf(refused)).toMatchObject({ code: "gone" });
});

const SVG = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>';

test.each<[string, () => Promise<Uint8Array>, Partial<EvidenceItem>, string | null]>([
  ["an empty file", async () => new Uint8Array(), { media_type: "application/octet-stream", size: 0 }, "empty_file"],
  [
    "a PNG that is called .jpg",
    () =>
      sharp({ create: { width: 30, height: 20, channels: 4, background: "#f00" } })
        .png()
        .toBuffer(),
    { media_type: "image/png", width: 30, height: 20 },
    null,
  ],
  ["a JPEG that was cut off", async () => (await photo()).subarray(0, 4000), { media_type: "image/jpeg" }, "damaged"],
  [
    "a JPEG of 100 megapixels",
    () => photo({ width: 12_500, height: 8000 }),
    { media_type: "image/jpeg", width: 12_500, height: 8000 },
    null,
  ],
  [
    "a progressive JPEG of 100 megapixels",
    () => photo({ width: 12_500, height: 8000, progressive: true }),
    { media_type: "image/jpeg", width: null },
    "too_many_pixels",
  ],
  ["a drawing with a script", async () => Buffer.from(SVG), { media_type: "image/svg+xml" }, "active_content"],
  ["a page", async () => Buffer.from("<html><script>1</script>"), { media_type: "text/html" }, "active_content"],
  [
    "a PDF",
    async () => {
      const document = await PDFDocument.create();
      document.addPage();
      return document.save();
    },
    { media_type: "application/pdf" },
    null,
  ],
  ["noise", async () => randomBytes(2000), { media_type: "application/octet-stream" }, "unknown_format"],
])("%s is kept as it came, for what it is, and says if it cannot be shown", async (_name, make, expected, problem) => {
  const bytes = bytesOf(await make());
  const answer = await uploader.upload(bytes, { kind: "snapshot", media_type: "image/jpeg", filename: "IMG_1.jpg" });
  expect([201, 204]).toContain(answer.status);
  const item = await itemOf(answer.headers.get("nbx-evidence-item"));
  expect(item).toMatchObject({ ...expected, filename: "IMG_1.jpg" });
  expect(item.problem?.code ?? null).toBe(problem);
  const content = await fetch(item.content_url);
  expect(Buffer.from(await content.arrayBuffer()).equals(bytes)).toBe(true);
  expect(content.headers.get("content-disposition")).toBe("attachment; filename=IMG_1.jpg");
  expect(content.headers.get("x-content-type-options")).toBe("nosniff");
  if (item.media_type !== "application/pdf") {
    expect(content.headers.get("content-security-policy")).toMatch(/^sandbox/);
  }
});

test("2 GB are refused by their announcement", async () => {
  const before = await leftOfUploads();
  const capture = { ...describeCapture(new Uint8Array()), size: 2_000_000_000 };
  const answer = await uploader.create(capture, 2_000_000_000);
  expect(answer.status).toBe(413);
  expect(await problemOf(answer)).toMatchObject({ code: "payload_too_large" });
  expect(await leftOfUploads()).toEqual(before);
});

test("more bytes than were announced are not taken", async () => {
  const bytes = bytesOf(randomBytes(1000));
  const location = (await uploader.create(describeCapture(bytes.subarray(0, 500)), 500)).headers.get("location") ?? "";
  expect((await uploader.send(location, 0, bytes)).status).toBe(413);
  expect((await uploader.look(location)).headers.get("nbx-evidence-item")).toBeNull();
});

test.each<[string, Record<string, unknown>, string]>([
  ["no hash", { sha256: undefined }, "sha256"],
  ["another length", { size: 9 }, "size"],
  ["a kind that is made here", { kind: "clip" }, "kind"],
  ["a line break in the file's name", { filename: "a\r\nSet-Cookie: b=c" }, "filename"],
  ["a time that never was", { device_time: "2026-02-30T00:00:00Z" }, "device_time"],
  ["a clock that leads out of the calendar", { clock_offset_ms: 8.64e15 }, "clock_offset_ms"],
  ["an unknown field", { colour: "red" }, "colour"],
])("a capture with %s is a 400 that names the field", async (_name, change, param) => {
  const answer = await uploader.create({ ...describeCapture(Buffer.from("12345678")), ...change }, 8);
  expect(answer.status).toBe(400);
  expect(await problemOf(answer)).toMatchObject({ code: "validation_error", param });
});

test("an upload without a capture, or with one that is no JSON, is a 400", async () => {
  const headers = { authorization: `Bearer ${phone.access_token}`, "tus-resumable": "1.0.0", "upload-length": "5" };
  for (const metadata of [undefined, "capture", "capture e30=", "capture bm90IGpzb24=", "=;,"]) {
    const given: Record<string, string> =
      metadata === undefined ? headers : { ...headers, "upload-metadata": metadata };
    const answer = await fetch(`${instance.url}/uploads`, { method: "POST", headers: given });
    expect(answer.status).toBe(400);
  }
});

test("a file's name reaches the browser whole and harmless", async () => {
  const filename = 'Účet "č. 5"; ../../etc/pass\\wd – 🚗.txt';
  const answer = await uploader.upload(bytesOf(Buffer.from("text")), { filename });
  const item = await itemOf(answer.headers.get("nbx-evidence-item"));
  expect(item.filename).toBe(filename);
  const disposition = (await fetch(item.content_url)).headers.get("content-disposition") ?? "";
  expect(disposition).toMatch(/^attachment; filename="[^\r\n]*"; filename\*=UTF-8''/);
  expect(disposition).not.toContain("../");
});

test("a download link answers for parts of the file, and for nothing once its time is over", async () => {
  const bytes = bytesOf(randomBytes(10_000));
  const item = await itemOf((await uploader.upload(bytes)).headers.get("nbx-evidence-item"));
  const part = await fetch(item.content_url, { headers: { range: "bytes=100-199" } });
  expect(part.status).toBe(206);
  expect(part.headers.get("content-range")).toBe("bytes 100-199/10000");
  expect(Buffer.from(await part.arrayBuffer()).equals(bytes.subarray(100, 200))).toBe(true);
  const end = await fetch(item.content_url, { headers: { range: "bytes=-5" } });
  expect(Buffer.from(await end.arrayBuffer()).equals(bytes.subarray(9995))).toBe(true);
  const beyond = await fetch(item.content_url, { headers: { range: "bytes=20000-" } });
  expect(beyond.status).toBe(416);
  expect(beyond.headers.get("content-range")).toBe("bytes */10000");
  expect((await fetch(item.content_url, { method: "HEAD" })).headers.get("content-length")).toBe("10000");
  const file = { key: `${item.sha256.slice(0, 2)}/${item.sha256}`, mediaType: "text/plain" };
  const links = linksOfInstance();
  expect((await fetch(links.fileUrl(file))).status).toBe(200);
  const over = await fetch(links.fileUrl(file, Date.now() - 5 * 3600 * 1000));
  expect(over.status).toBe(404);
  expect(await problemOf(over)).toMatchObject({ code: "not_found" });
  const [first = "", mac = ""] = item.content_url.split(".").slice(-2);
  expect((await fetch(`${first}.${mac.replace(/^./, (start) => (start === "A" ? "B" : "A"))}`)).status).toBe(404);
  const missing = links.fileUrl({ ...file, key: `00/${"0".repeat(64)}` });
  expect((await fetch(missing)).status).toBe(404);
});

test("another organization's key, or another mode's, does not see the items", async () => {
  const item = await itemOf((await uploader.upload(bytesOf(randomBytes(10)))).headers.get("nbx-evidence-item"));
  const { database } = instance.testDatabase;
  await database.updateTable("sessions").set({ mode: "live" }).where("id", "=", session.id).execute();
  expect((await instance.api(`/v1/evidence/${item.id}`)).status).toBe(404);
  expect((await instance.api(`/v1/evidence/${item.id}/content`, { redirect: "manual" })).status).toBe(404);
  await database.updateTable("sessions").set({ mode: "test" }).where("id", "=", session.id).execute();
  expect((await instance.api(`/v1/evidence/${item.id}`)).status).toBe(200);
});

test("a large upload, and all the others, leave the server below 512 MB", async () => {
  const bytes = new Uint8Array(160 * 1024 * 1024);
  const answer = await uploader.upload(bytes);
  expect(answer.status).toBe(204);
  expect((await itemOf(answer.headers.get("nbx-evidence-item"))).size).toBe(bytes.length);
  const status = await readFile(`/proc/${instance.child("server").pid}/status`, "utf8");
  const peakMb = Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) / 1024;
  expect(peakMb).toBeGreaterThan(50);
  expect(peakMb).toBeLessThan(512);
});
