import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { RecordKind } from "@nexbasira/core/journal/format.ts";
import { listSegments, readSegment } from "@nexbasira/core/journal/journal-reader.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Child } from "../helpers/child.ts";
import { freePort } from "../helpers/free-port.ts";
import { MediaFixture, type TestPerson } from "../helpers/media-fixture.ts";
import { RoomClient } from "../helpers/room-client.ts";
import { waitFor } from "../helpers/wait-for.ts";

const MAIN = "server/media/main.ts";

let media: MediaFixture;
let environment: Record<string, string>;

beforeAll(async () => {
  media = await MediaFixture.open();
  environment = { ...media.environment, LOG_LEVEL: "info" };
  for (const name of ["MEDIA_PORT", "MEDIA_SIGNALLING_PORT"]) environment[name] = String(await freePort());
});

afterAll(() => media.close());

const url = () => `http://127.0.0.1:${environment.MEDIA_SIGNALLING_PORT}`;

async function start(): Promise<Child> {
  const child = new Child(MAIN, environment);
  await ready();
  return child;
}

function ready(): Promise<unknown> {
  return waitFor("the node to be ready", async () => (await fetch(`${url()}/readyz`)).ok, 30_000);
}

async function enter(person: TestPerson): Promise<RoomClient> {
  const client = await RoomClient.connect(url(), "/media/local/socket.io", { token: person.token });
  await client.ask("room.enter", {});
  return client;
}

/** A recorded room in another process: its phone announces a microphone, so a journal is begun. */
async function record() {
  const session = await media.session();
  const phone = await enter(session.participant);
  const { transport_id } = await phone.ask("transport.create", { direction: "send" });
  await phone.ask("producer.create", {
    transport_id,
    kind: "audio",
    source: "microphone",
    rtp_parameters: {
      codecs: [
        { mimeType: "audio/opus", payloadType: 100, clockRate: 48_000, channels: 2, parameters: {}, rtcpFeedback: [] },
      ],
      encodings: [{ ssrc: 1111 }],
      rtcp: { cname: "phone" },
    },
    paused: false,
  });
  await phone.notice("recording.changed", ({ state }) => state === "recording");
  await waitFor("the announcement in the journal", async () =>
    (await kindsOf(session.id, 1)).includes(RecordKind.streamAnnounced),
  );
  return { session, phone };
}

async function kindsOf(sessionId: string, part: number): Promise<unknown[]> {
  const recording = await media.database
    .selectFrom("recordings")
    .select("id")
    .where("session_id", "=", sessionId)
    .executeTakeFirstOrThrow();
  const kinds: unknown[] = [];
  for (const { path } of await listSegments(join(media.dataDir, "journals", recording.id, String(part)))) {
    for await (const entries of readSegment(path)) kinds.push(...entries.map(({ kind }) => kind));
  }
  return kinds;
}

test("it says how it is, and what it does", async () => {
  const child = await start();
  const { phone } = await record();
  expect((await fetch(`${url()}/healthz`)).status).toBe(200);
  expect((await fetch(`${url()}/nothing`)).status).toBe(404);
  const metrics = await (await fetch(`${url()}/metrics`)).text();
  expect(metrics).toMatch(/^nexbasira_media_rooms 1$/m);
  expect(metrics).toMatch(/^nexbasira_media_people 1$/m);
  expect(metrics).toMatch(/^nexbasira_media_producers 1$/m);
  expect(metrics).toMatch(/^nexbasira_media_worker_cpu_seconds_total \d/m);
  expect(metrics).toMatch(/^nexbasira_media_journal_bytes_total \d/m);
  expect(metrics).toMatch(/^nexbasira_media_messages_total\{name="room.enter",outcome="ok"\} 1$/m);
  phone.close();
  expect(await child.stop()).toBe(0);
  // No secret and no token in any line, whatever was logged.
  expect(child.lines.join("\n")).not.toContain(environment.AUTH_SECRET);
  expect(child.lines.join("\n")).not.toMatch(/token":"[^"]/);
});

test("SIGTERM makes every journal whole, closes the sockets, and nobody has left by it", async () => {
  const child = await start();
  const { session, phone } = await record();
  expect(await child.stop("SIGTERM")).toBe(0);
  await phone.closed();
  const kinds = await kindsOf(session.id, 1);
  expect(kinds).toContain(RecordKind.streamAnnounced);
  expect(kinds.at(-1)).toBe(RecordKind.partEnd);
  expect((await media.events(session.id)).map(({ type }) => type)).toEqual(["participant.joined"]);
});

test("a node that is killed leaves a journal to read, and its next life records a further part", async () => {
  const child = await start();
  const { session } = await record();
  await child.stop("SIGKILL");
  expect(await kindsOf(session.id, 1)).not.toContain(RecordKind.partEnd);
  const again = await start();
  const phone = await enter(session.participant);
  const { transport_id } = await phone.ask("transport.create", { direction: "send" });
  const codecs = [{ mimeType: "video/VP8", payloadType: 96, clockRate: 90_000, parameters: {}, rtcpFeedback: [] }];
  await phone.ask("producer.create", {
    transport_id,
    kind: "video",
    source: "camera",
    rtp_parameters: { codecs, encodings: [{ ssrc: 5 }], rtcp: { cname: "phone" } },
    paused: false,
  });
  await phone.notice("recording.changed", ({ state }) => state === "recording");
  phone.close();
  await again.stop();
  expect((await kindsOf(session.id, 2)).at(-1)).toBe(RecordKind.partEnd);
  // Back within the grace period: they never left.
  expect((await media.events(session.id)).map(({ type }) => type)).toEqual(["participant.joined"]);
});

test("when the mediasoup worker dies, the process makes its journals whole and ends with a failure", async () => {
  const child = await start();
  const { session } = await record();
  const worker = child.lines.map((line) => /"worker_pid":(\d+)/.exec(line)?.[1]).find(Boolean);
  process.kill(Number(worker), "SIGKILL");
  expect(await child.exited).toBe(1);
  expect((await kindsOf(session.id, 1)).at(-1)).toBe(RecordKind.partEnd);
});

test("a process whose parent is gone stops by itself, and its worker with it", async () => {
  const child = fork(join(import.meta.dirname, "../..", MAIN), {
    env: environment,
    stdio: ["ignore", "pipe", "ignore", "ipc"],
  });
  let output = "";
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  const worker = await waitFor("the worker", () => Number(/"worker_pid":(\d+)/.exec(output)?.[1]));
  child.disconnect();
  const [code] = await once(child, "exit");
  expect(code).toBe(0);
  await waitFor("the worker's end", () => hasEnded(worker));
});

function hasEnded(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    // ESRCH: no such process.
    return true;
  }
}

test("a port that is taken stops the start, with the reason in the log", async () => {
  const first = await start();
  const second = new Child(MAIN, { ...environment, MEDIA_PORT: String(await freePort()) });
  expect(await second.exited).toBe(1);
  expect(second.lines.join("\n")).toContain("EADDRINUSE");
  expect((await fetch(`${url()}/readyz`)).ok).toBe(true);
  await first.stop();
});
