import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { RecordKind, StreamAnnouncement, StreamEnd } from "@nexbasira/core/journal/format.ts";
import { type JournalRecord, listSegments, readSegment } from "@nexbasira/core/journal/journal-reader.ts";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { RtcpPacketConverter, RtcpSrPacket } from "werift";
import type { Room } from "../../server/media/room.ts";
import { InjectedProducer } from "../helpers/injected-producer.ts";
import { MediaFixture, type TestSession } from "../helpers/media-fixture.ts";
import { waitFor } from "../helpers/wait-for.ts";

let media: MediaFixture;

beforeAll(async () => {
  media = await MediaFixture.open();
  await media.start({ grace: 10_000, linger: 100 });
});

afterEach(() => vi.restoreAllMocks());
afterAll(() => media.close());

function roomOf(session: TestSession): Room {
  const room = media.node.rooms.find(session.id);
  if (!room) throw new Error("there is no such room");
  return room;
}

function recordingOf(session: TestSession) {
  return media.database.selectFrom("recordings").selectAll().where("session_id", "=", session.id).executeTakeFirst();
}

async function journalOf(session: TestSession, part: number): Promise<JournalRecord[]> {
  const recording = await recordingOf(session);
  const records: JournalRecord[] = [];
  for (const { path } of await listSegments(join(media.dataDir, "journals", recording?.id ?? "", String(part)))) {
    for await (const entries of readSegment(path)) {
      for (const entry of entries) {
        if (entry.kind === "damage") throw new Error(`${path} is damaged`);
        records.push({ ...entry, payload: Buffer.from(entry.payload) });
      }
    }
  }
  return records;
}

const announcements = (records: JournalRecord[]) =>
  records
    .filter(({ kind }) => kind === RecordKind.streamAnnounced)
    .map(({ payload }) => StreamAnnouncement.parse(JSON.parse(payload.toString())));

/** The numbers that the test put into the packets of a stream. */
const numbers = (records: JournalRecord[], stream: number) =>
  records
    .filter((record) => record.kind === RecordKind.rtp && record.stream === stream)
    .map(({ payload }) => Number(/packet (\d+)$/.exec(payload.toString("latin1"))?.[1]));

/** Whether packets of the person's newest stream are in the journal. */
async function isRecorded(session: TestSession, participantId: string): Promise<boolean> {
  const records = await journalOf(session, 1);
  const stream = announcements(records).findLast((announced) => announced.participantId === participantId);
  return stream !== undefined && numbers(records, stream.stream).length > 0;
}

test("both sides are recorded from the participant's first picture on, whole, with their senders' reports", async () => {
  const session = await media.session();
  const phone = await media.enter(session.participant);
  const console_ = await media.enter(session.inspector);
  const room = roomOf(session);
  const voice = await InjectedProducer.open(room, session.inspector.id, "microphone");
  expect(room.recording.state.state).toBe("off");
  const camera = await InjectedProducer.open(room, session.participant.id, "camera");
  const { started_at } = await console_.notice("recording.changed", ({ state }) => state === "recording");
  expect(Math.abs((started_at ?? 0) - Date.now())).toBeLessThan(10_000);
  expect((await phone.ask("room.enter", {})).recording).toEqual({ state: "recording", started_at });
  // Entering again began a new life of the phone's media.
  const again = await InjectedProducer.open(room, session.participant.id, "camera");
  await again.sendUntil("the picture in the journal", () => isRecorded(session, session.participant.id));
  await voice.sendUntil("the voice in the journal", () => isRecorded(session, session.inspector.id));
  again.send(50);
  voice.send(50);
  again.sendReport(3_900_000_000);
  voice.sendReport(3_900_000_001);
  await console_.ask("session.end", {});
  await waitFor("the room to be closed", () => media.node.rooms.find(session.id) === undefined);

  const records = await journalOf(session, 1);
  const streams = announcements(records);
  const of = (participantId: string) => streams.filter((stream) => stream.participantId === participantId);
  expect(of(session.participant.id)).toMatchObject([
    {
      role: "participant",
      kind: "video",
      mimeType: "video/VP8",
      clockRate: 90_000,
      cname: `of ${session.participant.id}`,
    },
    {
      role: "participant",
      kind: "video",
      mimeType: "video/VP8",
      clockRate: 90_000,
      cname: `of ${session.participant.id}`,
    },
  ]);
  const [spoken] = of(session.inspector.id);
  expect(spoken).toMatchObject({
    role: "inspector",
    kind: "audio",
    mimeType: "audio/opus",
    clockRate: 48_000,
    channels: 2,
  });
  const shown = of(session.participant.id)[1];
  // The last 50 of each, none missing, in order.
  for (const [stream, sender] of [
    [shown, again],
    [spoken, voice],
  ] as const) {
    const written = numbers(records, stream?.stream ?? 0);
    const last = 100 + sender.sent.length;
    expect(written.slice(-50)).toEqual(Array.from({ length: 50 }, (_, index) => last - 49 + index));
  }
  const reports = records
    .filter(({ kind }) => kind === RecordKind.rtcp)
    .flatMap(({ payload }) => RtcpPacketConverter.deSerialize(payload))
    .filter((packet) => packet instanceof RtcpSrPacket);
  expect(reports.map((report) => [report.ssrc, Number(report.senderInfo.ntpTimestamp >> 32n)])).toEqual([
    [shown?.ssrc, 3_900_000_000],
    [spoken?.ssrc, 3_900_000_001],
  ]);
  // The picture that was lost, those that ended with the session, and the mark that nothing is missing.
  const ends = records
    .filter(({ kind }) => kind === RecordKind.streamEnded)
    .map(({ payload }) => StreamEnd.parse(JSON.parse(payload.toString())).reason);
  expect(ends).toEqual(["lost", "closed", "closed"]);
  expect(records.at(-1)?.kind).toBe(RecordKind.partEnd);
  expect(await recordingOf(session)).toMatchObject({ status: "processing", parts: 1 });
  expect(await media.auditActions(session.id)).toContain("recording.started");
  expect(camera.producer.closed).toBe(true);
});

test("nothing is recorded without the participant's consent, or where the session asks for none", async () => {
  for (const session of [await media.session({ recordingConsent: false }), await media.session({ recording: false })]) {
    await media.enter(session.participant);
    const console_ = await media.enter(session.inspector);
    const room = roomOf(session);
    await InjectedProducer.open(room, session.participant.id, "camera");
    await room.recording.reconsider();
    expect(room.recording.state).toEqual({ state: "off", started_at: null });
    expect(await recordingOf(session)).toBeUndefined();
    expect(await console_.refusal("clip.create", { from_ms: Date.now() - 1000, to_ms: Date.now() })).toBe("conflict");
  }
});

test("a consent that is taken back at the next entering ends the recording, and one given again begins a further part", async () => {
  const session = await media.session();
  const phone = await media.enter(session.participant);
  const room = roomOf(session);
  await InjectedProducer.open(room, session.participant.id, "camera");
  await phone.notice("recording.changed", ({ state }) => state === "recording");
  const decide = async (granted: boolean) => {
    await media.database
      .insertInto("consents")
      .values({
        session_id: session.id,
        participant_id: session.participant.id,
        kind: "recording",
        granted,
        text_version: "test",
        language: "en",
      })
      .execute();
    await phone.ask("room.enter", {});
    await InjectedProducer.open(room, session.participant.id, "camera");
    await room.recording.reconsider();
    return room.recording.state.state;
  };
  expect(await decide(false)).toBe("off");
  expect((await journalOf(session, 1)).at(-1)?.kind).toBe(RecordKind.partEnd);
  expect(await decide(true)).toBe("recording");
  expect(await recordingOf(session)).toMatchObject({ parts: 2 });
});

test("only those who agreed are recorded, from their next entering on", async () => {
  const session = await media.session();
  const phone = await media.enter(session.participant);
  await media.consent(session.id, session.inspector, { recording: false });
  const console_ = await media.enter(session.inspector);
  const room = roomOf(session);
  const unheard = await InjectedProducer.open(room, session.inspector.id, "microphone");
  const camera = await InjectedProducer.open(room, session.participant.id, "camera");
  await phone.notice("recording.changed", ({ state }) => state === "recording");
  await camera.sendUntil("the picture in the journal", () => isRecorded(session, session.participant.id));
  unheard.send(50);
  await media.enter(session.observer);
  const late = await InjectedProducer.open(room, session.observer.id, "microphone");
  await late.sendUntil("a late joiner's voice", () => isRecorded(session, session.observer.id));
  expect(announcements(await journalOf(session, 1)).map(({ participantId }) => participantId)).toEqual([
    session.participant.id,
    session.observer.id,
  ]);

  await media.consent(session.id, session.inspector, { recording: true });
  await media.consent(session.id, session.observer, { recording: false });
  await console_.ask("room.enter", {});
  const heard = await InjectedProducer.open(room, session.inspector.id, "microphone");
  await heard.sendUntil("the voice of one who agrees now", () => isRecorded(session, session.inspector.id));
  await media.enter(session.observer);
  const silent = await InjectedProducer.open(room, session.observer.id, "microphone");
  silent.send(50);
  await room.close();
  const streams = announcements(await journalOf(session, 1)).map(({ participantId }) => participantId);
  expect(streams).toEqual([session.participant.id, session.observer.id, session.inspector.id]);
});

test("of a picture in two layers the better one is recorded, however much there is of it", async () => {
  const session = await media.session();
  const phone = await media.enter(session.participant);
  const room = roomOf(session);
  const camera = await InjectedProducer.open(room, session.participant.id, "camera", 2);
  expect(camera.producer.type).toBe("simulcast");
  await phone.notice("recording.changed", ({ state }) => state === "recording");
  const isBetterRecorded = async () =>
    (await journalOf(session, 1)).some(({ kind, payload }) => kind === RecordKind.rtp && payload.at(-1) === 1);
  // A picture every 20 ms, at the rate of this wait: some 0.4 and 4 Mbit/s.
  await waitFor("the better layer in the journal", () => {
    camera.sendLayers([1, 10]);
    return isBetterRecorded();
  });
});

test("a muted stream is silent on purpose in the journal", async () => {
  const session = await media.session();
  const phone = await media.enter(session.participant);
  const room = roomOf(session);
  const voice = await InjectedProducer.open(room, session.participant.id, "microphone");
  await phone.notice("recording.changed", ({ state }) => state === "recording");
  await phone.ask("producer.pause", { producer_id: voice.producer.id });
  await phone.ask("producer.resume", { producer_id: voice.producer.id });
  await room.close();
  const kinds = (await journalOf(session, 1)).map(({ kind }) => kind);
  expect(kinds.filter((kind) => kind === RecordKind.streamPaused || kind === RecordKind.streamResumed)).toEqual([
    RecordKind.streamPaused,
    RecordKind.streamResumed,
  ]);
});

/** A session whose participant's camera is recorded by now. */
async function recordCamera() {
  const session = await media.session();
  const phone = await media.enter(session.participant);
  const room = roomOf(session);
  const camera = await InjectedProducer.open(room, session.participant.id, "camera");
  await phone.notice("recording.changed", ({ state }) => state === "recording");
  await camera.sendUntil("the picture in the journal", () => isRecorded(session, session.participant.id));
  return { session, room, camera };
}

test("each segment begins with the request for a key frame", async () => {
  const { session, room, camera } = await recordCamera();
  const { keyFrameRequests } = camera;
  const now = performance.now.bind(performance);
  vi.spyOn(performance, "now").mockImplementation(() => now() + 61_000);
  await camera.sendUntil("the next request", () => camera.keyFrameRequests > keyFrameRequests);
  await room.close();
  const recording = await recordingOf(session);
  expect(await listSegments(join(media.dataDir, "journals", recording?.id ?? "", "1"))).toHaveLength(2);
});

test("a key frame is asked for every 10 seconds, so that a clip is not decoded from far back", async () => {
  const { room, camera } = await recordCamera();
  const { keyFrameRequests } = camera;
  const isAsked = () => {
    camera.send();
    return camera.keyFrameRequests > keyFrameRequests;
  };
  await waitFor("the next request", isAsked, 20_000);
  await room.close();
});

test("a clip is a job for the marks that are given, while a recording runs", async () => {
  const session = await media.session();
  await media.enter(session.participant);
  const console_ = await media.enter(session.inspector);
  const room = roomOf(session);
  await InjectedProducer.open(room, session.participant.id, "camera");
  const { started_at } = await console_.notice("recording.changed", ({ state }) => state === "recording");
  const from_ms = started_at ?? 0;
  expect(await console_.refusal("clip.create", { from_ms: from_ms - 60_000, to_ms: from_ms })).toBe("validation_error");
  await waitFor("some recording", () => Date.now() > from_ms);
  await console_.ask("clip.create", { from_ms: from_ms - 500, to_ms: Date.now() + 500 });
  const clips = await media.database.selectFrom("clips").selectAll().where("session_id", "=", session.id).execute();
  expect(clips).toMatchObject([{ participant_id: session.inspector.id, from_ms }]);
  expect(clips[0]?.to_ms).toBeLessThanOrEqual(Date.now());
  expect(await media.auditActions(session.id)).toContain("clip.requested");
});

test("a journal that cannot be written is shown as failed, and the call goes on", async () => {
  const session = await media.session();
  const phone = await media.enter(session.participant);
  const console_ = await media.enter(session.inspector);
  const journals = join(media.dataDir, "journals");
  await rm(journals, { recursive: true, force: true });
  await writeFile(journals, "no directory");
  try {
    const room = roomOf(session);
    const camera = await InjectedProducer.open(room, session.participant.id, "camera");
    await console_.notice("recording.changed", ({ state }) => state === "failed");
    expect(camera.producer.closed).toBe(false);
    expect((await phone.ask("clock.read", {})).server_time_ms).toBeGreaterThan(0);
    // With the disk back, the next thing that is sent is recorded.
    await rm(journals);
    await mkdir(journals);
    await InjectedProducer.open(room, session.participant.id, "microphone");
    await console_.notice("recording.changed", ({ state }) => state === "recording");
    expect(await recordingOf(session)).toMatchObject({ parts: 1 });
  } finally {
    await rm(journals, { recursive: true, force: true });
  }
});
