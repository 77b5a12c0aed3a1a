import { randomBytes } from "node:crypto";
import { mkdtemp, readdir, rename, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { deriveSealingKeys, NO_SEALING_KEYS } from "../sealing/sealing-keys.ts";
import { RecordKind, SegmentHeader, StreamAnnouncement } from "./format.ts";
import {
  type JournalDamage,
  type JournalRecord,
  listSegments,
  readSegment,
  readSegmentHeader,
} from "./journal-reader.ts";
import { type JournalClock, JournalWriter } from "./journal-writer.ts";

const VIDEO: StreamAnnouncement = {
  stream: 1,
  participantId: "par_1",
  role: "participant",
  kind: "video",
  mimeType: "video/VP8",
  clockRate: 90000,
  payloadType: 101,
  ssrc: 0xfeedbeef,
  cname: "phone",
};
const AUDIO: StreamAnnouncement = {
  ...VIDEO,
  stream: 2,
  kind: "audio",
  mimeType: "audio/opus",
  clockRate: 48000,
  channels: 2,
  ssrc: 7,
};

/** A clock that the test moves. */
class HandClock implements JournalClock {
  ms = 5000;
  monotonicMs(): number {
    return this.ms;
  }
  wallMs(): number {
    return 1_700_000_000_000;
  }
}

const KEYS = deriveSealingKeys([randomBytes(32).toString("base64url")]);

async function readAll(directory: string): Promise<(JournalRecord | JournalDamage)[][]> {
  const segments = [];
  for (const { path } of await listSegments(directory)) {
    const entries = [];
    for await (const batch of readSegment(path, KEYS)) entries.push(...batch);
    segments.push(entries);
  }
  return segments;
}

function kinds(entries: (JournalRecord | JournalDamage)[] | undefined) {
  return entries?.map((entry) => entry.kind);
}

function payload(entries: (JournalRecord | JournalDamage)[] | undefined, index: number): unknown {
  const entry = entries?.[index];
  return entry && "payload" in entry ? JSON.parse(entry.payload.toString()) : undefined;
}

describe.each([
  { kept: "as it is", keys: NO_SEALING_KEYS },
  { kept: "encrypted", keys: KEYS },
])("JournalWriter, whose journal is kept $kept", ({ keys }) => {
  let root: string;
  let directory: string;
  const clock = new HandClock();
  const onSegment = vi.fn();
  const onFailure = vi.fn();
  const onRecovery = vi.fn();
  const options = () => ({ directory, clock, keys, onSegment, onFailure, onRecovery });

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "journal-"));
    directory = join(root, "rec_1", "1");
    clock.ms = 5000;
    vi.clearAllMocks();
  });
  afterEach(() => rm(root, { recursive: true }));

  it("keeps packets with their stream and arrival, byte for byte", async () => {
    const writer = await JournalWriter.open(options());
    writer.announceStream(VIDEO);
    clock.ms += 12.345;
    const packet = Buffer.from([0x80, 101, 0, 1, 2, 3]);
    writer.appendRtp(1, packet);
    packet.fill(0);
    writer.appendRtcp(Buffer.from([0x80, 200]));
    await writer.close();

    const [records] = await readAll(directory);
    expect(kinds(records)).toEqual([
      RecordKind.segmentHeader,
      RecordKind.streamAnnounced,
      RecordKind.rtp,
      RecordKind.rtcp,
      RecordKind.partEnd,
    ]);
    expect(records?.[2]).toMatchObject({
      stream: 1,
      arrivalUs: 12345,
      payload: Buffer.from([0x80, 101, 0, 1, 2, 3]),
    });
    const header = await readSegmentHeader(join(directory, "000001.nbj"), KEYS);
    expect(header).toEqual({ header: { version: 1, segment: 1, partStartedAt: 1_700_000_000_000 }, startUs: 0 });
  });

  it("starts a segment every 60 s that can be read alone", async () => {
    const writer = await JournalWriter.open(options());
    writer.announceStream(VIDEO);
    writer.announceStream(AUDIO);
    writer.pauseStream(2);
    clock.ms += 59_999;
    writer.appendRtp(1, Buffer.from("before"));
    expect(onSegment).not.toHaveBeenCalled();
    clock.ms += 1;
    writer.appendRtp(1, Buffer.from("after"));
    expect(onSegment.mock.calls).toEqual([[2]]);
    await writer.close();

    const [first, second] = await readAll(directory);
    expect(kinds(first)?.at(-1)).toBe(RecordKind.segmentEnd);
    expect(kinds(second)).toEqual([
      RecordKind.segmentHeader,
      RecordKind.streamAnnounced,
      RecordKind.streamAnnounced,
      RecordKind.streamPaused,
      RecordKind.rtp,
      RecordKind.partEnd,
    ]);
    expect(StreamAnnouncement.parse(payload(second, 1))).toEqual(VIDEO);
  });

  it("does not announce again what has ended", async () => {
    const writer = await JournalWriter.open(options());
    writer.announceStream(VIDEO);
    writer.endStream(1, "lost");
    clock.ms += 61_000;
    writer.appendRtcp(Buffer.from("x"));
    await writer.close();

    const [first, second] = await readAll(directory);
    expect(payload(first, 2)).toEqual({ reason: "lost" });
    expect(kinds(second)).toEqual([RecordKind.segmentHeader, RecordKind.rtcp, RecordKind.partEnd]);
  });

  it("has packets in the file while it is open", async () => {
    const writer = await JournalWriter.open(options());
    writer.appendRtp(1, Buffer.alloc(1000));
    await vi.waitFor(async () => expect((await stat(join(directory, "000001.nbj"))).size).toBeGreaterThan(1000));
    await writer.close();
  });

  it("keeps more than a chunk of pending records in order", async () => {
    const writer = await JournalWriter.open(options());
    for (let i = 0; i < 300; i += 1) writer.appendRtp(1, Buffer.alloc(1200, i));
    await writer.close();

    const [records] = await readAll(directory);
    const rtp = records?.filter((entry): entry is JournalRecord => entry.kind === RecordKind.rtp) ?? [];
    expect(rtp.map((record) => record.payload[0])).toEqual(Array.from({ length: 300 }, (_, i) => i % 256));
  });

  it("refuses a directory that holds a journal", async () => {
    await (await JournalWriter.open(options())).close();
    await expect(JournalWriter.open(options())).rejects.toThrow("empty directory");
  });

  it("ignores what comes after it was closed, and closes once", async () => {
    const writer = await JournalWriter.open(options());
    const closed = writer.close();
    writer.appendRtp(1, Buffer.from("late"));
    expect(writer.close()).toBe(closed);
    await closed;
    expect(kinds((await readAll(directory))[0])).toEqual([RecordKind.segmentHeader, RecordKind.partEnd]);
  });

  it("reports a disk that fails once, goes on trying and declares what it dropped", async () => {
    const writer = await JournalWriter.open(options());
    writer.announceStream(VIDEO);
    await rename(directory, `${directory}.gone`);
    clock.ms += 60_000;
    const packet = Buffer.alloc(60_000);
    for (let i = 0; i < 80; i += 1) writer.appendRtp(1, packet);
    await vi.waitFor(() => expect(onFailure).toHaveBeenCalledTimes(1));

    await rename(`${directory}.gone`, directory);
    await vi.waitFor(() => {
      clock.ms += 1000;
      expect(onRecovery).toHaveBeenCalledTimes(1);
    });
    writer.appendRtp(1, Buffer.from("after the gap"));
    await writer.close();

    const [, second, third] = await readAll(directory);
    const kept = second?.filter((entry) => entry.kind === RecordKind.rtp).length ?? 0;
    expect(kept).toBe(70);
    expect(kinds(third)).toEqual([
      RecordKind.segmentHeader,
      RecordKind.gap,
      RecordKind.streamAnnounced,
      RecordKind.rtp,
      RecordKind.partEnd,
    ]);
    expect(payload(third, 1)).toEqual({ fromUs: 60_000_000, records: 10 });
    expect(onSegment.mock.calls).toEqual([[2], [3]]);
    expect(onFailure).toHaveBeenCalledTimes(1);
  });

  it("writes headers that its schema accepts", async () => {
    await (await JournalWriter.open(options())).close();
    const [first] = await readAll(directory);
    expect(SegmentHeader.safeParse(payload(first, 0)).success).toBe(true);
    expect(await readdir(directory)).toEqual(["000001.nbj"]);
  });
});
