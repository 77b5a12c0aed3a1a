import { type FileHandle, open, rename, rm } from "node:fs/promises";
import {
  EncodedAudioPacketSource,
  EncodedPacket,
  EncodedVideoPacketSource,
  MkvOutputFormat,
  Output,
  StreamTarget,
  type StreamTargetChunk,
} from "mediabunny";
import type { PictureSize } from "./media-unit.ts";

/** What a container takes. Timestamps are whole milliseconds and go on. */
export interface MatroskaUnit {
  readonly data: Uint8Array;
  readonly key: boolean;
  readonly ms: number;
  readonly durationMs: number;
  readonly picture?: PictureSize;
  readonly description?: Uint8Array;
}

export interface MatroskaTrack {
  codec: "vp8" | "avc" | "opus";
  /** Of audio. */
  channels: number;
  /** Shown by players where a viewer chooses a track. */
  name: string;
  units: AsyncIterator<MatroskaUnit>;
}

export interface WriteMatroskaOptions {
  tracks: readonly MatroskaTrack[];
  outputPath: string;
  /** Called with how far all tracks have come, in milliseconds. */
  onProgress?: (ms: number) => void;
  signal?: AbortSignal;
}

interface OpenTrack {
  readonly units: AsyncIterator<MatroskaUnit>;
  next: MatroskaUnit | null;
  /** Of the last unit that the muxer was given. */
  givenMs: number;
  addTo(output: Output): void;
  give(unit: MatroskaUnit): Promise<void>;
  close(): void;
}

/** Opus frames always decode at this rate (RFC 7845 section 5.1). */
const OPUS_RATE = 48_000;
/** What the reference encoder looks ahead, in samples; decoders drop it at the start. */
const OPUS_PRE_SKIP = 312;
const CHUNK_BYTES = 1024 * 1024;

/**
 * Writes a Matroska file of units that are encoded already, under a temporary name until it is whole. The same units
 * give the same bytes: there is no date and no random number in the file. A track without a unit is left out; where
 * there is none with one, no file is written.
 *
 * The muxer holds a track's units back until every other open track has one of at least that time, so tracks are asked
 * in turn, always the one that is furthest behind: one unit of each is in memory, however long another one is silent.
 *
 * @throws the signal's reason when aborted.
 */
export async function writeMatroska(options: WriteMatroskaOptions): Promise<void> {
  const { tracks } = options;
  try {
    const opened: OpenTrack[] = [];
    for (const track of tracks) {
      const first = await nextUnit(track.units);
      if (first) opened.push(openTrack(track, first));
    }
    if (opened.length > 0) await writeFile(opened, options);
  } finally {
    for (const { units } of tracks) await units.return?.();
  }
}

async function writeFile(tracks: readonly OpenTrack[], options: WriteMatroskaOptions): Promise<void> {
  const { outputPath } = options;
  const partialPath = `${outputPath}.partial`;
  // Another run's file is not written into: that run may have died and its remains still be open somewhere.
  await rm(partialPath, { force: true });
  const file = await open(partialPath, "wx");
  try {
    const target = new StreamTarget(writableOf(file), { chunked: true, chunkSize: CHUNK_BYTES });
    const output = new Output({ format: new MkvOutputFormat(), target });
    try {
      await writeTracks(output, tracks, options);
    } catch (error) {
      await output.cancel();
      throw error;
    }
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(partialPath, outputPath);
}

async function writeTracks(
  output: Output,
  tracks: readonly OpenTrack[],
  { onProgress, signal }: WriteMatroskaOptions,
): Promise<void> {
  for (const track of tracks) track.addTo(output);
  await output.start();
  for (let track = furthestBehind(tracks); track?.next; track = furthestBehind(tracks)) {
    signal?.throwIfAborted();
    onProgress?.(track.givenMs);
    await track.give(track.next);
    track.givenMs = track.next.ms;
    track.next = await nextUnit(track.units);
    if (!track.next) track.close();
  }
  await output.finalize();
}

function openTrack({ units, codec, channels, name }: MatroskaTrack, next: MatroskaUnit): OpenTrack {
  if (codec === "opus") {
    const source = new EncodedAudioPacketSource(codec);
    const description = opusHead(channels);
    const decoderConfig = { codec, numberOfChannels: channels, sampleRate: OPUS_RATE, description };
    return {
      units,
      next,
      givenMs: -1,
      addTo: (output) => void output.addAudioTrack(source, { name }),
      give: (unit) => source.add(packetOf(unit), { decoderConfig }),
      close: () => source.close(),
    };
  }
  const source = new EncodedVideoPacketSource(codec);
  const { picture, description } = next;
  const decoderConfig = {
    codec: codec === "vp8" ? codec : avcCodecString(description),
    codedWidth: picture?.width,
    codedHeight: picture?.height,
    description,
  };
  return {
    units,
    next,
    givenMs: -1,
    addTo: (output) => void output.addVideoTrack(source, { name }),
    give: (unit) => source.add(packetOf(unit), { decoderConfig }),
    close: () => source.close(),
  };
}

function packetOf({ data, key, ms, durationMs }: MatroskaUnit): EncodedPacket {
  return new EncodedPacket(data, key ? "key" : "delta", ms / 1000, durationMs / 1000);
}

async function nextUnit(units: AsyncIterator<MatroskaUnit>): Promise<MatroskaUnit | null> {
  const { done, value } = await units.next();
  return done ? null : value;
}

function furthestBehind(tracks: readonly OpenTrack[]): OpenTrack | undefined {
  const waiting = tracks.filter((track) => track.next);
  return waiting.reduce<OpenTrack | undefined>((a, b) => (a && a.givenMs <= b.givenMs ? a : b), undefined);
}

/** The identification header (RFC 7845 section 5.1), which Matroska keeps as the codec's private data. */
function opusHead(channels: number): Uint8Array {
  const head = Buffer.alloc(19);
  head.write("OpusHead", 0, "latin1");
  head.writeUInt8(1, 8);
  head.writeUInt8(channels, 9);
  head.writeUInt16LE(OPUS_PRE_SKIP, 10);
  head.writeUInt32LE(OPUS_RATE, 12);
  return head;
}

/** `avc1.` with profile, constraints and level (RFC 6381 section 3.3), which stand at the start of the configuration. */
function avcCodecString(description: Uint8Array | undefined): string {
  return `avc1.${Buffer.from(description?.subarray(1, 4) ?? []).toString("hex")}`;
}

/** Unlike mediabunny's own file target, this one goes on after a short write, so that a full disk is an error and no hole. */
function writableOf(file: FileHandle): WritableStream<StreamTargetChunk> {
  return new WritableStream({
    async write({ data, position }) {
      for (let done = 0; done < data.length; ) {
        const { bytesWritten } = await file.write(data, done, data.length - done, position + done);
        done += bytesWritten;
      }
    },
  });
}
