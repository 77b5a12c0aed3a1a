import { join } from "node:path";
import { renderRecording } from "../../workers/recordings/render-recording.ts";
import { type Measured, percentile } from "../helpers/bench-report.ts";
import { beeps, type EncodedUnit, encode, flashes, type SentStream, writePart } from "../helpers/synthetic-journal.ts";
import { brightness, loudness, onsets, rises } from "../helpers/watch-media.ts";
import { type BenchContext, temporaryFolder } from "./bench.ts";

const STARTED_AT = 1_760_000_000_000;
/** The phone's clock is wrong by a day and goes wrong further. */
const PHONE_CLOCK = { clockMs: STARTED_AT + 86_400_000, clockDriftPpm: 20 };
/** Encoded once for each way to hold the phone, and sent again and again. */
const ROUND_MS = 20_000;
const MINUTE_MS = 60_000;
/** Pictures take longer through encoder and network than sound does. */
const TRAVEL_MS = { video: 140, audio: 15, jitter: 60 };
/** A pair of which one was muted is none. */
const PAIR_WITHIN_MS = 400;

/**
 * A flash and a click each second, over the whole recording: the distance of each pair in the MP4. The RTP packets are
 * synthetic and their time goes as fast as the disk takes them; journal writer and finaliser are the product's. The
 * camera's and the microphone's oscillators drift apart by 130 millionths (234 ms in 30 minutes), the phone's clock
 * drifts from the server's, the network delays the picture by an eighth of a second more than the sound and every packet
 * by another time; every two minutes the phone is turned, and camera and microphone are muted in turns.
 */
export async function measureLipSync(context: BenchContext, minutes: number): Promise<Measured[]> {
  const folder = await temporaryFolder(context);
  const directory = join(folder, "1");
  const durationMs = minutes * MINUTE_MS;
  const round = ROUND_MS / 1000;
  const lying = await encode("vp8", flashes(round, "320x240"));
  const upright = await encode("vp8", flashes(round, "240x320"));
  const clicks = await encode("opus", beeps(round));
  const isTurned = (fromMs: number) => Math.floor(fromMs / (2 * MINUTE_MS)) % 2 === 1;
  const jitter = (base: number) => (index: number) => base + ((index * 7919) % TRAVEL_MS.jitter);
  const camera: SentStream = {
    ...PHONE_CLOCK,
    mimeType: "video/VP8",
    units: repeated((fromMs) => (isTurned(fromMs) ? upright : lying), durationMs),
    driftPpm: 60,
    timestamp: 0xf0000000,
    travelMs: jitter(TRAVEL_MS.video),
    pause: mutes(durationMs, 70_000, 5_000),
  };
  const microphone: SentStream = {
    ...PHONE_CLOCK,
    mimeType: "audio/opus",
    units: repeated(() => clicks, durationMs),
    driftPpm: -70,
    timestamp: 12_345,
    travelMs: jitter(TRAVEL_MS.audio),
    pause: mutes(durationMs, 20_000, 8_000),
  };
  await writePart({ directory, startedAt: STARTED_AT, streams: [camera, microphone], closeMs: durationMs });
  context.say(`${minutes} min of flashes and clicks are journalled`);
  const begun = performance.now();
  const { mp4 } = await renderRecording({
    parts: [directory],
    directory: folder,
    signal: new AbortController().signal,
    onProgress: () => undefined,
  });
  const tookS = (performance.now() - begun) / 1000;
  const offsets = pairOffsets(
    rises(await brightness(mp4), 100).map((frame) => (frame * 1000) / 30),
    onsets(await loudness(mp4)),
  );
  const name = `lip sync over ${minutes} min, mutes and rotations`;
  return [
    { name: `${name}: pairs of flash and click`, value: offsets.length, unit: "pairs", goal: { least: 45 * minutes } },
    { name: `${name}: offset, p50`, value: percentile(offsets, 0.5), unit: "ms" },
    { name: `${name}: offset, largest`, value: Math.max(...offsets), unit: "ms", goal: { most: 40 } },
    { name: "  of it, the finaliser's time", value: tookS, unit: "s" },
  ];
}

function repeated(roundAt: (fromMs: number) => readonly EncodedUnit[], durationMs: number): EncodedUnit[] {
  const rounds = Array.from({ length: Math.ceil(durationMs / ROUND_MS) }, (_, i) => i * ROUND_MS);
  return rounds
    .flatMap((fromMs) => roundAt(fromMs).map(({ ms, data }) => ({ ms: fromMs + ms, data })))
    .filter(({ ms }) => ms < durationMs);
}

/** Every two minutes, from `fromMs` of them on. */
function mutes(durationMs: number, fromMs: number, forMs: number) {
  return Array.from({ length: Math.ceil(durationMs / (2 * MINUTE_MS)) }, (_, i) => {
    const start = i * 2 * MINUTE_MS + fromMs;
    return { fromMs: start, toMs: start + forMs };
  });
}

/** Of each flash that has a click: how far apart they are. */
function pairOffsets(flashesMs: readonly number[], clicksMs: readonly number[]): number[] {
  return flashesMs.flatMap((flash) => {
    const nearest = Math.min(...clicksMs.map((click) => Math.abs(click - flash)));
    return nearest <= PAIR_WITHIN_MS ? [nearest] : [];
  });
}
