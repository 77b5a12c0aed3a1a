import { EncodedPacketSink, FilePathSource, Input, type InputAudioTrack, MATROSKA } from "mediabunny";
import { opusDurationMs } from "./depacketize-audio.ts";
import { type MatroskaUnit, writeMatroska } from "./write-matroska.ts";

/** 20 ms of digital silence: CELT, full band, stereo, and a frame of the two bytes that say "silence" (RFC 6716 section 4.3). */
const SILENT_PACKET = Uint8Array.of(0xfc, 0xff, 0xfe);
const SILENT_MS = 20;
const FILL_EVERY_MS = 1000;

export interface FillSilenceOptions {
  /** A Matroska file with Opus tracks. */
  inputPath: string;
  outputPath: string;
  fromMs: number;
  toMs: number;
  signal?: AbortSignal;
}

/**
 * Copies a file's audio tracks and puts a packet of silence wherever one has none for a second, from `fromMs` to
 * `toMs`. A filter graph that mixes tracks waits for the one that is furthest behind: without these packets, a
 * microphone that is muted for an hour would make ffmpeg hold an hour of sound of all others in memory.
 *
 * @throws the signal's reason when aborted.
 */
export async function fillSilence(options: FillSilenceOptions): Promise<void> {
  const { inputPath, outputPath, fromMs, toMs, signal } = options;
  const input = new Input({ source: new FilePathSource(inputPath), formats: [MATROSKA] });
  try {
    const tracks = await input.getAudioTracks();
    const filled = await Promise.all(
      tracks.map(async (track, i) => ({
        codec: "opus" as const,
        channels: await track.getNumberOfChannels(),
        name: String(i),
        units: filledUnits(track, fromMs, toMs),
      })),
    );
    await writeMatroska({ tracks: filled, outputPath, signal });
  } finally {
    input.dispose();
  }
}

async function* filledUnits(track: InputAudioTrack, fromMs: number, toMs: number): AsyncGenerator<MatroskaUnit> {
  let fillMs = fromMs;
  for await (const packet of new EncodedPacketSink(track).packets()) {
    const ms = Math.round(packet.timestamp * 1000);
    if (ms >= toMs) break;
    yield* silence(fillMs, ms);
    // Not the container's own idea: without a stated duration, it takes a packet to last until the next.
    const durationMs = Math.ceil(opusDurationMs(packet.data));
    yield { data: packet.data, key: true, ms, durationMs };
    // A sender that saves packets in a pause for breath (DTX) is not disturbed: its decoder goes on where it was.
    fillMs = Math.max(fillMs, ms + FILL_EVERY_MS);
  }
  yield* silence(fillMs, toMs);
}

function* silence(fromMs: number, toMs: number): Generator<MatroskaUnit> {
  for (let ms = fromMs; ms + SILENT_MS <= toMs; ms += FILL_EVERY_MS) {
    yield { data: SILENT_PACKET, key: true, ms, durationMs: SILENT_MS };
  }
}
