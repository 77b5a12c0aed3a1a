import { execFile } from "node:child_process";
import { createHash, randomUUID } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { AuditRecord } from "@nexbasira/core/audit/audit-record.ts";
import { readCheckpoint } from "@nexbasira/core/audit/checkpoint-note.ts";
import { AuditCheckpointPage } from "@nexbasira/core/contract/audit.ts";
import {
  EvidenceFile,
  type EvidenceItem,
  EvidenceItemPage,
  type Recording,
  RecordingPage,
} from "@nexbasira/core/contract/evidence.ts";
import { EvidenceManifest } from "@nexbasira/core/contract/evidence-manifest.ts";
import { newId } from "@nexbasira/core/contract/ids.ts";
import { JoinAnswer } from "@nexbasira/core/contract/join.ts";
import { Session } from "@nexbasira/core/contract/session.ts";
import { inTransaction } from "@nexbasira/core/database/database.ts";
import { openRecordingPart } from "@nexbasira/core/database/recordings.ts";
import { findSession } from "@nexbasira/core/database/sessions.ts";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { verify } from "../../sdk/verify/src/index.ts";
import { formatTime } from "../../workers/report/format.ts";
import { TEXTS } from "../../workers/report/texts.ts";
import { enterSession, staffJoinRequest } from "../helpers/enter-session.ts";
import { Instance } from "../helpers/instance.ts";
import { makeHeic } from "../helpers/make-heic.ts";
import { RoomClient } from "../helpers/room-client.ts";
import { signIn } from "../helpers/sign-in.ts";
import { beeps, encode, flashes, writePart } from "../helpers/synthetic-journal.ts";
import { Uploader } from "../helpers/upload-capture.ts";
import { waitFor } from "../helpers/wait-for.ts";

const run = promisify(execFile);
const MOST_OUTPUT = { maxBuffer: 64_000_000 };
const TEXT = TEXTS.cs;
const PLACE = { latitude: 50.087451, longitude: 14.420671, accuracy_m: 12, age_s: 1.2 };
const stroke = (id: string) => ({
  op: "add" as const,
  gesture: id,
  shape: {
    kind: "freehand" as const,
    id,
    color: "#e5484d",
    width: 0.01,
    points: [[0.1, 0.5] as [number, number], [0.5, 0.2] as [number, number], [0.9, 0.4] as [number, number]],
  },
});
const MESSAGES = [
  { audience: "everyone", text: "Ukažte prosím okno zblízka." },
  { audience: "everyone", text: "你好，漏水 👍" },
  { audience: "staff", text: "Nejspíš starší škoda." },
] as const;

let instance: Instance;
let folder: string;
let photo: Buffer;
let session: Session;
let file: EvidenceFile;
let recording: Recording | undefined;
let items: EvidenceItem[];
let zip: string;

const read = (path: string) => readFile(join(folder, path));
const list = async () =>
  EvidenceItemPage.parse(await (await instance.api(`/v1/evidence?session_id=${session.id}`)).json()).data;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "whole-evidence-"));
  instance = await Instance.start(["server", "media", "workers"]);
  session = await instance.post(
    "/v1/sessions",
    {
      type: "field_inspection",
      reference: "INS/42871 é",
      participant: { name: "李小龍", channel: "link", locale: "cs" },
      signature: { level: "ses" },
    },
    Session,
  );
  await holdCall();
  await instance.api(`/v1/sessions/${session.id}/end`, { method: "POST" });
  file = await waitFor(
    "the evidence file",
    async () => {
      const now = EvidenceFile.parse(await (await instance.api(`/v1/sessions/${session.id}/evidence`)).json());
      return now.status === "ready" ? now : undefined;
    },
    90_000,
  );
  // The checkpoint of the signed document comes after the document, and its time stamp after that.
  await waitFor("the time stamps of the end's and the document's checkpoints", async () => {
    const { data } = AuditCheckpointPage.parse(await (await instance.api("/v1/audit/checkpoints")).json());
    return data.length === 2 && data.every(({ anchors }) => anchors.some(({ status }) => status === "anchored"));
  });
  items = await list();
  const recordings = await instance.api(`/v1/sessions/${session.id}/recordings`);
  [recording] = RecordingPage.parse(await recordings.json()).data;
  zip = join(folder, "bundle.zip");
  const download = await instance.api(`/v1/sessions/${session.id}/evidence/bundle`);
  expect(download.status).toBe(200);
  await writeFile(zip, new Uint8Array(await download.arrayBuffer()));
  await run("unzip", ["-q", zip, "-d", folder]);
}, 180_000);
afterAll(async () => {
  await instance?.stop();
  await rm(folder, { recursive: true });
});

/** Both sides in the room, and everything that a session can have: captured, drawn, written, signed, recorded. */
async function holdCall(): Promise<void> {
  const participant = await enterSession(instance, session);
  const joined = await fetch(`${instance.url}/console/api/sessions/${session.id}/join`, {
    method: "POST",
    headers: await signIn(instance),
    body: JSON.stringify(staffJoinRequest("inspector")),
  });
  const inspector = JoinAnswer.parse(await joined.json());
  const enter = async ({ socket_path, access_token }: JoinAnswer) => {
    const client = await RoomClient.connect(instance.url, socket_path, { token: access_token });
    await client.ask("room.enter", {});
    return { client, uploader: new Uploader(instance.url, access_token) };
  };
  const [phone, console_] = [await enter(participant), await enter(inspector)];

  photo = await sharp({ create: { width: 640, height: 480, channels: 3, background: "#8899aa" } })
    .jpeg()
    .toBuffer();
  const original = await upload(phone.uploader, photo, { source: "photo", location: PLACE, location_status: "fixed" });
  const heic = { source: "photo", media_type: "image/heic", location: PLACE, location_status: "fixed" } as const;
  await upload(phone.uploader, await makeHeic(320, 240), heic);
  const frame = await sharp(photo).modulate({ brightness: 0.5 }).jpeg().toBuffer();
  await upload(console_.uploader, frame, { source: "stream", request_id: randomUUID() });
  const lost = await upload(phone.uploader, Buffer.from("a policy"), { kind: "document", media_type: "text/plain" });
  await instance.testDatabase.database
    .updateTable("evidence_items")
    .set({ storage_key: null, deleted_at: new Date() })
    .where("id", "=", lost)
    .execute();

  const annotation = await console_.client.ask("board.open", { kind: "annotation", item_id: original });
  await console_.client.ask("board.operate", { ...annotation, operations: [stroke("a")] });
  await console_.client.ask("board.save", annotation);
  // Nobody saves this one: the report does.
  const board = await console_.client.ask("board.open", { kind: "whiteboard" });
  await phone.client.ask("board.operate", { ...board, operations: [stroke("b")] });
  for (const [index, message] of MESSAGES.entries()) {
    const { client } = index === 1 ? phone : console_;
    await client.ask("chat.send", { ...message, message_id: randomUUID() });
  }
  await phone.client.ask("signature.submit", { name: "李小龍", operations: [stroke("s")] });
  await record(participant.participant_id);
  for (const { client } of [phone, console_]) client.close();
}

async function upload(uploader: Uploader, bytes: Buffer, change: Parameters<Uploader["upload"]>[1]): Promise<string> {
  const capture = { kind: "snapshot", media_type: "image/jpeg", ...change } as const;
  const answer = await uploader.upload(new Uint8Array(bytes), capture);
  const id = answer.headers.get("nbx-evidence-item");
  if (id === null) throw new Error(`an upload answered ${answer.status}: ${await answer.text()}`);
  return id;
}

/** Six seconds as the media process leaves them, of which the camera's connection was lost for two. */
async function record(participantId: string): Promise<void> {
  const startedAt = Date.now() - 6_000;
  const part = await inTransaction(instance.testDatabase.database, async (transaction) => {
    const row = await findSession(transaction, session.id);
    const of = { id: newId("recording"), session_id: session.id, started_at: new Date(startedAt) };
    return row && openRecordingPart(transaction, { ...of, org_id: row.org_id });
  });
  if (!part) throw new Error("the session takes no recording");
  const [units, sound] = [await encode("vp8", flashes(2)), await encode("opus", beeps(6))];
  const camera = { mimeType: "video/VP8", participantId, clockMs: startedAt } as const;
  await writePart({
    directory: join(instance.dataDir, "journals", part.id, String(part.parts)),
    startedAt,
    streams: [
      { ...camera, units, end: { ms: 2000, reason: "lost" } },
      { ...camera, units, startMs: 4000 },
      { mimeType: "audio/opus", participantId, clockMs: startedAt, units: sound },
    ],
  });
}

/** A page's text without its spaces and line breaks: hashes are printed in groups, long words are broken. */
const squeeze = (text: string) => text.replaceAll(/\s+/g, "");

describe("a session in which everything happened", () => {
  let pages: string[];
  beforeAll(async () => {
    const { stdout } = await run("pdftotext", ["-layout", join(folder, "evidence.pdf"), "-"], MOST_OUTPUT);
    pages = stdout.split("\f").slice(0, -1);
  });

  const itemOf = (fits: (item: EvidenceItem) => boolean) => {
    const item = items.find(fits);
    if (!item) throw new Error("there is no such item");
    return item;
  };
  const numberOf = (text: string) => pages.findIndex((page) => squeeze(page).includes(squeeze(text))) + 1;
  /** The page that an item's, recording's or signature's own hash is printed on first. */
  const pageOf = (hash: string) => squeeze(pages[numberOf(hash) - 1] ?? "");
  /** Width, height of the pictures on a page, by poppler. */
  async function picturesOn(page: number): Promise<[width: number, height: number][]> {
    const of = ["-list", "-f", String(page), "-l", String(page), join(folder, "evidence.pdf")];
    const { stdout } = await run("pdfimages", of);
    const lines = stdout.split("\n").filter((line) => / image /.test(line));
    return lines.map((line) => {
      const [, , , width, height] = line.trim().split(/\s+/).map(Number);
      return [width ?? 0, height ?? 0];
    });
  }

  test("has the recording's hashes, its gap and its pictures on a page", async () => {
    if (!recording?.sha256 || !recording.mp4) throw new Error("the recording is not ready");
    const page = pageOf(recording.sha256);
    expect(page).toContain(recording.mp4.sha256);
    expect(recording.gaps).toContainEqual(expect.objectContaining({ reason: "connection_lost" }));
    expect(page).toContain(squeeze(TEXT.recording.reasons.connection_lost));
    expect(page).not.toContain(squeeze(TEXT.recording.noTiles));
    const pictures = await picturesOn(numberOf(recording.sha256));
    expect(pictures.length).toBeGreaterThan(0);
  });

  test("has an annotation beside its untouched original, and the boards", async () => {
    const annotation = itemOf(({ kind }) => kind === "annotation");
    const page = pageOf(annotation.sha256);
    for (const text of [TEXT.item.annotated, TEXT.item.original]) expect(page).toContain(squeeze(text));
    expect(page).toContain(createHash("sha256").update(photo).digest("hex"));
    expect(await picturesOn(numberOf(annotation.sha256))).toEqual([
      [640, 480],
      [640, 480],
    ]);
    const board = itemOf(({ kind }) => kind === "whiteboard");
    expect(await picturesOn(numberOf(board.sha256))).toHaveLength(1);
  });

  test("says of a HEIC photo that it cannot be shown, with its hash, time and position", async () => {
    const heic = itemOf(({ media_type }) => media_type === "image/heic");
    const page = pageOf(heic.sha256);
    for (const text of [TEXT.problems.format_not_shown, formatTime(new Date(heic.captured_at)), "50.087451, 14.420671"])
      expect(page).toContain(squeeze(text));
    expect(await picturesOn(numberOf(heic.sha256))).toEqual([]);
  });

  test("says of a frame that its original never came, and of a deleted file that it is gone", () => {
    const frame = pageOf(itemOf(({ provisional }) => provisional).sha256);
    for (const text of [TEXT.item.provisional, TEXT.sources.stream]) expect(frame).toContain(squeeze(text));
    expect(pageOf(itemOf(({ kind }) => kind === "document").sha256)).toContain(squeeze(TEXT.problems.gone));
  });

  test("has the drawn signature and the chat, word for word, as the log has it, and no note of the organization", async () => {
    const number = numberOf(TEXT.signature.sha256);
    expect(await picturesOn(number)).toHaveLength(1);
    expect(squeeze(pages[number - 1] ?? "")).toContain("李小龍");
    const chat = squeeze(pages[numberOf(TEXT.chat.note) - 1] ?? "");
    for (const { audience, text } of MESSAGES) {
      if (audience === "everyone") expect(chat).toContain(squeeze(text));
      else expect(squeeze(pages.join(""))).not.toContain(squeeze(text));
    }
    await run("pdfdetach", ["-save", "1", "-o", join(folder, "attached.json"), join(folder, "evidence.pdf")]);
    const { messages, entries } = EvidenceManifest.parse(JSON.parse((await read("attached.json")).toString()));
    expect(messages.map(({ text }) => text)).toEqual(
      MESSAGES.map(({ audience, text }) => (audience === "everyone" ? text : null)),
    );
    const sent = entries.map(({ record }) => AuditRecord.parse(JSON.parse(record))).filter(isSent);
    expect(sent.map(({ object_hash }) => object_hash)).toEqual(
      MESSAGES.map(({ text }) => createHash("sha256").update(text).digest("hex")),
    );
    for (const { recorded_at } of sent.filter((_, index) => messages[index]?.text !== null))
      expect(chat).toContain(squeeze(formatTime(new Date(recorded_at))));
  });
});

const isSent = ({ action }: AuditRecord) => action === "chat.sent";

test("the bundle is one that our verifier and others' programs check", async () => {
  const manifest = EvidenceManifest.parse(JSON.parse((await read("manifest.json")).toString()));
  const original = manifest.items.find(({ sha256 }) => sha256 === createHash("sha256").update(photo).digest("hex"));
  expect((await read(original?.path ?? "")).equals(photo)).toBe(true);
  const pdf = await read("evidence.pdf");
  expect(createHash("sha256").update(pdf).digest("hex")).toBe(file.pdf_sha256);

  // The report's own manifest: everything up to the end is proven, and stamped by the development authority.
  await run("pdfdetach", ["-save", "1", "-o", join(folder, "attached.json"), join(folder, "evidence.pdf")]);
  const attached = EvidenceManifest.parse(JSON.parse((await read("attached.json")).toString()));
  expect(attached.items.map(({ id, sha256 }) => [id, sha256])).toEqual(
    manifest.items.map(({ id, sha256 }) => [id, sha256]),
  );
  expect(attached.messages).toEqual(manifest.messages);
  const actionsOf = ({ entries }: EvidenceManifest) =>
    entries.map(({ record }) => AuditRecord.parse(JSON.parse(record)).action);
  expect(actionsOf(attached)).toEqual(expect.arrayContaining(["evidence.added", "session.completed"]));
  expect(attached.anchors).toMatchObject([{ kind: "rfc3161", development: true }]);

  const rootsPath = join(instance.environment.CERTS_DIR ?? "", "authority", "roots.pem");
  const roots = [(await readFile(rootsPath)).toString()];
  const { answers } = await verify(new Uint8Array(await readFile(zip)), { roots });
  expect([answers.integrity, answers.completeness]).toMatchObject([{ verdict: "yes" }, { verdict: "yes" }]);

  // openssl, with the root that the operator has, over the files as they lie there.
  const note = `audit/checkpoint-${readCheckpoint(manifest.checkpoint).size}.txt`;
  expect((await read(note)).toString()).toBe(manifest.checkpoint);
  const [anchor] = manifest.anchors;
  const stamp = ["ts", "-verify", "-data", join(folder, note), "-in", join(folder, anchor?.path ?? "")];
  const { stdout, stderr } = await run("openssl", [...stamp, "-token_in", "-CAfile", rootsPath]);
  expect(stdout + stderr).toContain("Verification: OK");

  const { stdout: names } = await run("zipinfo", ["-1", zip]);
  const certificates = names.split("\n").filter((name) => name.startsWith("certificates/"));
  expect(certificates.length).toBeGreaterThan(1);
  for (const certificate of certificates)
    await run("openssl", ["x509", "-noout", "-subject", "-in", join(folder, certificate)]);
  expect((await read("README.txt")).toString()).toContain("TEST");

  const { stdout: printed } = await run("pdftotext", ["-layout", join(folder, "evidence.pdf"), "-"], MOST_OUTPUT);
  for (const text of ["李小龍", "INS/42871 é", readCheckpoint(attached.checkpoint).origin])
    expect(printed).toContain(text);
});
