import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { StreamAnnouncement } from "@nexbasira/core/journal/format.ts";
import { JournalWriter } from "@nexbasira/core/journal/journal-writer.ts";
import { EncodedPacketSink, FilePathSource, Input, MATROSKA } from "mediabunny";
import { H264Packetizer, OpusPacketizer, RtcpSenderInfo, RtcpSrPacket, Vp8Packetizer } from "werift";

import { waitFor } from "./wait-for.ts";

const run = promisify(execFile);

/** One encoded picture or packet of audio, `ms` after its sender began. */
export interface EncodedUnit {
  ms: number;
  data: Buffer;
}

/** As browsers send it: each key picture with what a decoder needs to know before it. */
const IN_BAND = ["-bsf:v", "dump_extra=freq=keyframe"];

/** Encodes what ffmpeg's test sources make, and answers the encoded units. `filter` is a lavfi source. */
export async function encode(
  kind: "vp8" | "h264" | "opus",
  filter: string,
  options: string[] = [],
): Promise<EncodedUnit[]> {
  const directory = await mkdtemp(join(tmpdir(), "media-"));
  const path = join(directory, "out.mkv");
  const codecs = {
    vp8: ["-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-b:v", "1500k", "-g", "60"],
    h264: [
      "-c:v",
      "libx264",
      "-preset",
      "ultrafast",
      "-profile:v",
      "baseline",
      "-tune",
      "zerolatency",
      "-g",
      "60",
      ...IN_BAND,
    ],
    opus: ["-c:a", "libopus", "-b:a", "32k", "-frame_duration", "20", "-application", "voip"],
  };
  try {
    const pixels = kind === "opus" ? [] : ["-pix_fmt", "yuv420p"];
    await run("ffmpeg", ["-v", "error", "-f", "lavfi", "-i", filter, ...codecs[kind], ...pixels, ...options, path]);
    const input = new Input({ source: new FilePathSource(path), formats: [MATROSKA] });
    const [track] = await input.getTracks();
    if (!track) throw new Error(`nothing was encoded of ${filter}`);
    const units: EncodedUnit[] = [];
    for await (const packet of new EncodedPacketSink(track).packets()) {
      units.push({ ms: packet.timestamp * 1000, data: Buffer.from(packet.data) });
    }
    input.dispose();
    return units;
  } finally {
    await rm(directory, { recursive: true });
  }
}

/** Once a second for 100 ms, at 0.5, 1.5, …: a white picture and a beep. */
export function flashes(seconds: number, size = "320x240"): string {
  return `color=black:s=${size}:r=30:d=${seconds},drawbox=c=white:t=fill:enable='between(mod(t,1),0.499,0.599)'`;
}

export function beeps(seconds: number): string {
  return `aevalsrc='if(between(mod(t,1),0.5,0.6),0.8*sin(2*PI*1000*t),0)':s=48000:d=${seconds}`;
}

/** Pictures that show their number in nine bars, the lowest bit at the left, white for 1. */
export function numbers(seconds: number): string {
  const bit = "mod(floor(N/pow(2,floor(X/16))),2)";
  return `nullsrc=s=144x16:r=30:d=${seconds},format=yuv420p,geq=lum='if(${bit},235,16)':cb=128:cr=128`;
}

interface Pause {
  fromMs: number;
  toMs: number;
}

/** One sender's stream, and what its network does to it. */
export interface SentStream {
  units: EncodedUnit[];
  mimeType: "video/VP8" | "video/H264" | "audio/opus";
  participantId?: string;
  role?: StreamAnnouncement["role"];
  /** When its sender begins, in milliseconds of the part. */
  startMs?: number;
  /** What the sender's clock reads at the part's beginning; with it, sender reports are sent each second. */
  clockMs?: number;
  /** How much faster than the part's clock the stream's RTP clock goes, in millionths: a device's own oscillator. */
  driftPpm?: number;
  /** How much faster than the part's clock the sender's clock goes, in millionths. */
  clockDriftPpm?: number;
  /** Of the first packet. */
  sequenceNumber?: number;
  timestamp?: number;
  /** Of each packet by its index: how long it travels; null where it never arrives; two numbers where it comes twice. */
  travelMs?: (index: number) => number | number[] | null;
  /** The sender mutes between these times of the part. */
  pause?: Pause | readonly Pause[];
  /** When and why it ends, in milliseconds of the part. Otherwise it lives as long as the part. */
  end?: { ms: number; reason: "closed" | "lost" };
}

export interface SyntheticPart {
  directory: string;
  /** Wall-clock time of the part's beginning. */
  startedAt: number;
  streams: SentStream[];
  /** The part's writer is closed then; without, when the last packet has arrived. */
  closeMs?: number;
}

type Action = { ms: number; act: (writer: JournalWriter) => void; size?: number };

const AT_ONCE_BYTES = 1_000_000;
const AUDIO_RATE = 48_000;
const VIDEO_RATE = 90_000;
const NTP_AT_1970_S = 2_208_988_800;

/** Writes the journal of a part as a media process would have, at once and in its own time. */
export async function writePart(part: SyntheticPart): Promise<void> {
  const { writer, clock } = await startPart(part);
  clock.ms = Math.max(clock.ms, part.closeMs ?? 0);
  await writer.close();
}

/** As `writePart`, and the writer goes on; what was sent is in the files. */
export async function startPart({ directory, startedAt, streams }: SyntheticPart) {
  const clock = { ms: 0, monotonicMs: () => clock.ms, wallMs: () => startedAt };
  const fail = (error: Error) => {
    throw error;
  };
  const options = { directory, clock, onSegment: () => undefined, onFailure: fail, onRecovery: () => undefined };
  const writer = await JournalWriter.open(options);
  const actions = streams.flatMap((stream, i) => actionsOf(stream, i + 1)).sort((a, b) => a.ms - b.ms);
  let bytes = 0;
  let awaited = 0;
  for (const { ms, act, size = 0 } of actions) {
    clock.ms = Math.max(clock.ms, ms);
    act(writer);
    bytes += size;
    // Minutes of packets in a moment: the writer, made for their own pace, would begin to drop them.
    if (bytes - awaited < AT_ONCE_BYTES) continue;
    await waitUntilWritten(directory, bytes);
    awaited = bytes;
  }
  await waitUntilWritten(directory, bytes);
  return { writer, clock };
}

async function waitUntilWritten(directory: string, bytes: number): Promise<void> {
  await waitFor("the journal to be written", async () => (await bytesIn(directory)) > bytes);
}

async function bytesIn(directory: string): Promise<number> {
  let size = 0;
  for (const name of await readdir(directory)) size += (await stat(join(directory, name))).size;
  return size;
}

function actionsOf(sent: SentStream, stream: number): Action[] {
  const { startMs = 0, end, clockMs, clockDriftPpm = 0 } = sent;
  const pauses = [sent.pause ?? []].flat();
  const announcement = announcementOf(sent, stream);
  const actions: Action[] = [{ ms: startMs, act: (writer) => writer.announceStream(announcement) }];
  const muted = (ms: number) => pauses.some(({ fromMs, toMs }) => ms >= fromMs && ms < toMs);
  for (const { sentMs, arrivalsMs, packet } of packetsOf(sent, announcement)) {
    if (muted(sentMs) || (end && sentMs >= end.ms)) continue;
    const act = (writer: JournalWriter) => writer.appendRtp(stream, packet);
    for (const ms of arrivalsMs) actions.push({ ms, act, size: packet.length });
  }
  for (const pause of pauses) {
    actions.push({ ms: pause.fromMs, act: (writer) => writer.pauseStream(stream) });
    actions.push({ ms: pause.toMs, act: (writer) => writer.resumeStream(stream) });
  }
  if (end) actions.push({ ms: end.ms, act: (writer) => writer.endStream(stream, end.reason) });
  if (clockMs !== undefined) {
    const lastMs = end?.ms ?? startMs + (sent.units.at(-1)?.ms ?? 0);
    for (let ms = startMs + 500; ms < lastMs; ms += 1000) {
      const report = senderReport(
        announcement,
        clockMs + ms * (1 + clockDriftPpm / 1e6),
        (sent.timestamp ?? 0) + ticks(announcement, ms - startMs, sent.driftPpm),
      );
      actions.push({ ms: ms + 20, act: (writer) => writer.appendRtcp(report) });
    }
  }
  return actions;
}

function announcementOf({ mimeType, participantId = "par_1", role = "participant" }: SentStream, stream: number) {
  const common = { stream, participantId, role, mimeType, ssrc: 1000 + stream, cname: participantId };
  const audio = { kind: "audio", clockRate: AUDIO_RATE, channels: 2, payloadType: 100 } as const;
  const video = { kind: "video", clockRate: VIDEO_RATE, payloadType: 101 } as const;
  return { ...common, ...(mimeType === "audio/opus" ? audio : video) } satisfies StreamAnnouncement;
}

function packetsOf(sent: SentStream, announcement: StreamAnnouncement) {
  const { units, startMs = 0, timestamp = 0, travelMs = () => 20 } = sent;
  const { payloadType, ssrc } = announcement;
  const options = { payloadType, ssrc, sequenceNumber: sent.sequenceNumber ?? 0 };
  const packetizer =
    sent.mimeType === "audio/opus"
      ? new OpusPacketizer(options)
      : sent.mimeType === "video/VP8"
        ? new Vp8Packetizer(options)
        : new H264Packetizer(options);
  let index = 0;
  return units.flatMap((unit) =>
    packetizer.packetize(unit.data, (timestamp + ticks(announcement, unit.ms, sent.driftPpm)) >>> 0).map((packet) => {
      const travel = travelMs(index);
      index += 1;
      const sentMs = startMs + unit.ms;
      const arrivalsMs = (travel === null ? [] : [travel].flat()).map((ms) => sentMs + ms);
      return { sentMs, arrivalsMs, packet: packet.serialize() };
    }),
  );
}

function ticks({ clockRate }: StreamAnnouncement, ms: number, driftPpm = 0): number {
  return Math.round((ms * (1 + driftPpm / 1e6) * clockRate) / 1000);
}

function senderReport({ ssrc }: StreamAnnouncement, wallMs: number, rtpTimestamp: number): Buffer {
  const seconds = BigInt(NTP_AT_1970_S) + BigInt(Math.floor(wallMs / 1000));
  const fraction = BigInt(Math.floor(((wallMs % 1000) / 1000) * 2 ** 32));
  const senderInfo = new RtcpSenderInfo({
    ntpTimestamp: (seconds << 32n) | fraction,
    rtpTimestamp: rtpTimestamp >>> 0,
    packetCount: 0,
    octetCount: 0,
  });
  return new RtcpSrPacket({ ssrc, senderInfo }).serialize();
}
