import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm, stat, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { probe } from "@nexbasira/core/media-tools/ffmpeg.ts";
import { EncodedPacketSink, FilePathSource, Input, MATROSKA } from "mediabunny";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { checkRecording } from "../../workers/recordings/check-recording.ts";
import { contactSheet, layOutContactSheet } from "../../workers/recordings/contact-sheet.ts";
import { type MuxedRecording, muxRecording } from "../../workers/recordings/mux-recording.ts";
import { poster } from "../../workers/recordings/poster.ts";
import type { RenderExtra } from "../../workers/recordings/render-mp4.ts";
import { transcodeRecording } from "../../workers/recordings/transcode-recording.ts";
import { drawWaveform, waveformSound } from "../../workers/recordings/waveform.ts";
import { beeps, type EncodedUnit, encode, flashes, type SentStream, writePart } from "../helpers/synthetic-journal.ts";
import { brightness, loudness, onsets, rises } from "../helpers/watch-media.ts";

const run = promisify(execFile);
const STARTED_AT = 1_760_000_000_000;
const SECONDS = 8;

describe("a recording", () => {
  let root: string;
  let vp8: EncodedUnit[];
  let h264: EncodedUnit[];
  let opus: EncodedUnit[];

  beforeAll(async () => {
    vp8 = await encode("vp8", flashes(SECONDS));
    h264 = await encode("h264", flashes(SECONDS));
    opus = await encode("opus", beeps(SECONDS));
  });
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "recording-"));
  });
  afterEach(() => rm(root, { recursive: true }));

  const part = (number: number) => join(root, String(number));
  const mkv = () => join(root, "recording.mkv");
  const mp4 = () => join(root, "recording.mp4");
  const camera = (more: Partial<SentStream> = {}): SentStream => ({ units: vp8, mimeType: "video/VP8", ...more });
  const microphone = (more: Partial<SentStream> = {}): SentStream => ({ units: opus, mimeType: "audio/opus", ...more });
  const write = (...streams: SentStream[]) => writePart({ directory: part(1), startedAt: STARTED_AT, streams });
  const mux = (parts = 1) =>
    muxRecording({ partDirectories: Array.from({ length: parts }, (_, i) => part(i + 1)), outputPath: mkv() });

  async function render(recording: MuxedRecording, extras: RenderExtra[] = []) {
    const shares: number[] = [];
    const onProgress = (share: number) => shares.push(share);
    const size = await transcodeRecording({ inputPath: mkv(), recording, outputPath: mp4(), extras, onProgress });
    await checkRecording({ matroskaPath: mkv(), mp4Path: mp4(), recording });
    const info = await probe(mp4(), { timeLimitMs: 10_000 });
    return { size, shares, durationMs: info.durationMs ?? 0, streams: info.streams };
  }

  /** Milliseconds of the file's time, of every flash and beep in it. */
  async function flashesAndBeeps(path: string) {
    const flashesMs = rises(await brightness(path), 100).map((frame) => (frame * 1000) / 30);
    return { flashesMs, beepsMs: onsets(await loudness(path)) };
  }

  async function unitsOf(kind: "video" | "audio") {
    const input = new Input({ source: new FilePathSource(mkv()), formats: [MATROSKA] });
    const track = kind === "video" ? await input.getPrimaryVideoTrack() : await input.getPrimaryAudioTrack();
    const units: { ms: number; hash: string }[] = [];
    if (!track) return units;
    for await (const packet of new EncodedPacketSink(track).packets()) {
      units.push({ ms: Math.round(packet.timestamp * 1000), hash: hash(packet.data) });
    }
    input.dispose();
    return units;
  }

  /** What ffmpeg has to say when it decodes everything. */
  async function decodingErrors(path: string): Promise<string> {
    const { stderr } = await run("ffmpeg", ["-v", "error", "-i", path, "-map", "0", "-f", "null", "-"]);
    return stderr;
  }

  it("holds every unit as it was sent, however the network mixed, repeated and delayed the packets", async () => {
    const travelMs = (index: number) => {
      if (index % 50 === 7) return 1500;
      if (index % 11 === 3) return [20, 35];
      return index % 2 === 0 ? 55 : 20;
    };
    await write(
      camera({ sequenceNumber: 65_500, timestamp: 0xffff0000, travelMs }),
      microphone({ sequenceNumber: 65_530, timestamp: 0xfffffff0, travelMs }),
    );
    const recording = await mux();
    expect((await unitsOf("video")).map(({ hash }) => hash)).toEqual(vp8.map(({ data }) => hash(data)));
    expect((await unitsOf("audio")).map(({ hash }) => hash)).toEqual(opus.map(({ data }) => hash(data)));
    expect(recording.gaps).toEqual([]);
    expect(recording.tracks.map(({ kind, role, units }) => [role, kind, units])).toEqual([
      ["participant", "video", vp8.length],
      ["participant", "audio", opus.length],
    ]);
  });

  it("keeps picture and sound together within 40 ms when they travel differently long", async () => {
    const jitter = (base: number) => (index: number) => base + ((index * 37) % 60);
    await write(
      camera({ clockMs: STARTED_AT + 90_000_000, travelMs: jitter(260), timestamp: 123_456 }),
      microphone({ clockMs: STARTED_AT + 90_000_000, travelMs: jitter(15), timestamp: 987 }),
    );
    const recording = await mux();
    const { durationMs, shares } = await render(recording);
    const { flashesMs, beepsMs } = await flashesAndBeeps(mp4());
    expect(flashesMs).toHaveLength(SECONDS);
    expect(beepsMs).toHaveLength(SECONDS);
    for (const [i, ms] of flashesMs.entries()) expect(Math.abs(ms - (beepsMs[i] ?? 0))).toBeLessThanOrEqual(40);
    expect(Math.abs(durationMs - recording.durationMs)).toBeLessThanOrEqual(500);
    expect(shares.every((share) => share >= 0 && share <= 1)).toBe(true);
  });

  it("keeps them together by their arrivals when there are no sender reports", async () => {
    await write(camera({ travelMs: (index) => 20 + (index % 5) * 20 }), microphone());
    await render(await mux());
    const { flashesMs, beepsMs } = await flashesAndBeeps(mp4());
    expect(flashesMs).toHaveLength(SECONDS);
    for (const [i, ms] of flashesMs.entries()) expect(Math.abs(ms - (beepsMs[i] ?? 0))).toBeLessThanOrEqual(40);
  });

  it("drops what cannot be decoded after a loss, up to the next key picture, and says so", async () => {
    await write(camera({ travelMs: (index) => (index === 75 ? null : 20) }), microphone());
    const recording = await mux();
    const sent = vp8.map(({ ms }) => Math.round(ms));
    const kept = (await unitsOf("video")).map(({ ms }) => ms - 20);
    const missing = sent.filter((ms) => !kept.includes(ms));
    expect(missing.length).toBeGreaterThan(0);
    const nextKey = kept.find((ms) => ms > (missing.at(-1) ?? 0)) ?? 0;
    expect(missing).toEqual(sent.filter((ms) => ms >= (missing[0] ?? 0) && ms < nextKey));
    expect(await decodingErrors(mkv())).toBe("");
    const lastBefore = kept.filter((ms) => ms < (missing[0] ?? 0)).at(-1) ?? 0;
    expect(recording.gaps).toEqual([
      { fromMs: lastBefore + 20, toMs: nextKey + 20, reason: "packets_lost", kind: "video", participantId: "par_1" },
    ]);
  });

  it("keeps sound in its place when some of it is lost", async () => {
    await write(microphone({ travelMs: (index) => (index >= 110 && index < 120 ? null : 20) }));
    const recording = await mux();
    expect(recording.gaps).toEqual([
      { fromMs: 2221, toMs: 2421, reason: "packets_lost", kind: "audio", participantId: "par_1" },
    ]);
    await render(recording);
    const { beepsMs } = await flashesAndBeeps(mp4());
    expect(beepsMs).toHaveLength(SECONDS);
    for (const [i, ms] of beepsMs.entries()) expect(Math.abs(ms - (i * 1000 + 520))).toBeLessThanOrEqual(20);
  });

  it("leaves 3 s empty where the media process was dead for 3 s", async () => {
    const first = vp8.filter(({ ms }) => ms < 4000);
    const firstSound = opus.filter(({ ms }) => ms < 4000);
    await write(camera({ units: first }), microphone({ units: firstSound }));
    await cutPartEnd();
    await writePart({
      directory: part(2),
      startedAt: STARTED_AT + 7000,
      streams: [camera({ sequenceNumber: 900, timestamp: 5 }), microphone({ sequenceNumber: 4, timestamp: 77 })],
    });
    const recording = await mux(2);
    const endMs = recording.gaps[0]?.fromMs ?? 0;
    expect(Math.abs(endMs - 4000)).toBeLessThan(40);
    expect(recording.gaps).toEqual([
      { fromMs: endMs, toMs: 7000, reason: "recorder_lost", kind: null, participantId: null },
      { fromMs: 7000, toMs: 7020, reason: "connection_lost", kind: "video", participantId: "par_1" },
      { fromMs: 7000, toMs: 7020, reason: "connection_lost", kind: "audio", participantId: "par_1" },
    ]);
    expect(recording.tracks).toHaveLength(2);
    const { durationMs } = await render(recording);
    expect(Math.abs(durationMs - 15_000)).toBeLessThanOrEqual(500);
    const { flashesMs, beepsMs } = await flashesAndBeeps(mp4());
    const expected = [0, 1, 2, 3, 7, 8, 9, 10, 11, 12, 13, 14].map((second) => second * 1000 + 520);
    expect(flashesMs).toHaveLength(expected.length);
    expect(beepsMs).toHaveLength(expected.length);
    for (const [i, ms] of expected.entries()) {
      expect(Math.abs((flashesMs[i] ?? 0) - ms)).toBeLessThanOrEqual(40);
      expect(Math.abs((beepsMs[i] ?? 0) - ms)).toBeLessThanOrEqual(40);
    }
  });

  it("ends with the last whole record where the writer was killed in one", async () => {
    await write(camera(), microphone());
    const segment = join(part(1), "000001.nbj");
    const { size } = await stat(segment);
    await truncate(segment, Math.floor(size * 0.6) + 5);
    const recording = await mux();
    expect(recording.gaps).toEqual([]);
    const units = await unitsOf("video");
    expect(units.length).toBeGreaterThan(100);
    expect(units.map(({ hash }) => hash)).toEqual(vp8.slice(0, units.length).map(({ data }) => hash(data)));
    expect(await decodingErrors(mkv())).toBe("");
    await render(recording);
  });

  it("goes on behind bytes that the disk lost, and says so", async () => {
    await write(camera(), microphone());
    const segment = join(part(1), "000001.nbj");
    const bytes = await readFile(segment);
    bytes.fill(0, Math.floor(bytes.length / 2), Math.floor(bytes.length / 2) + 4000);
    await writeFile(segment, bytes);
    const recording = await mux();
    expect(recording.gaps.map(({ reason }) => reason)).toContain("journal_damaged");
    const units = await unitsOf("video");
    expect(units.at(-1)?.hash).toBe(hash(vp8.at(-1)?.data ?? Buffer.alloc(0)));
    expect(await decodingErrors(mkv())).toBe("");
  });

  it("declares what a sender without a network left out, though no packet's number is missing", async () => {
    const before = vp8.filter(({ ms }) => ms < 2000);
    const after = vp8.filter(({ ms }) => ms < 1000).map((unit) => ({ ...unit, ms: unit.ms + 9000 }));
    const end = { ms: 16_000, reason: "closed" } as const;
    await write(camera({ units: [...before, ...after], end }));
    const { gaps } = await mux();
    expect(gaps).toMatchObject([
      { reason: "connection_lost", kind: "video" },
      { reason: "connection_lost", kind: "video" },
    ]);
    const seconds = gaps.map(({ fromMs, toMs }) => [Math.round(fromMs / 1000), Math.round(toMs / 1000)]);
    expect(seconds).toEqual([
      [2, 9],
      [10, 16],
    ]);
  });

  it("takes a long mute for no gap, though its word came within the last packet's time", async () => {
    const before = opus.filter(({ ms }) => ms < 2000);
    const after = opus.filter(({ ms }) => ms < 1000).map((unit) => ({ ...unit, ms: unit.ms + 9000 }));
    const last = before.at(-1)?.ms ?? 0;
    await write(microphone({ units: [...before, ...after], pause: { fromMs: last + 5, toMs: 9000 } }));
    expect((await mux()).gaps).toEqual([]);
  });

  it("has black before the camera comes on and after it went, with the sound in its place", async () => {
    const short = vp8.filter(({ ms }) => ms < 2000);
    await write(microphone(), camera({ units: short, startMs: 3000, end: { ms: 5100, reason: "closed" } }));
    const recording = await mux();
    expect(recording.gaps).toEqual([]);
    const { durationMs } = await render(recording);
    expect(Math.abs(durationMs - recording.durationMs)).toBeLessThanOrEqual(50);
    const { flashesMs, beepsMs } = await flashesAndBeeps(mp4());
    expect(flashesMs).toHaveLength(2);
    expect(Math.abs((flashesMs[0] ?? 0) - 3520)).toBeLessThanOrEqual(40);
    expect(beepsMs).toHaveLength(SECONDS);
  });

  it("makes one picture size of a phone that is turned", async () => {
    const upright = await encode("vp8", flashes(4, "240x320"));
    const turned = [...vp8.filter(({ ms }) => ms < 3000), ...upright.map((unit) => ({ ...unit, ms: unit.ms + 3000 }))];
    await write(camera({ units: turned }), microphone());
    const recording = await mux();
    expect(recording.tracks[0]?.pictures).toEqual([
      { width: 320, height: 240, fromMs: 20 },
      { width: 240, height: 320, fromMs: 3020 },
    ]);
    const { size, streams, durationMs } = await render(recording);
    expect(size).toEqual({ width: 240, height: 320 });
    expect(streams.find(({ kind }) => kind === "video")).toMatchObject({ width: 240, height: 320, codec: "h264" });
    expect(Math.abs(durationMs - recording.durationMs)).toBeLessThanOrEqual(50);
    const { flashesMs } = await flashesAndBeeps(mp4());
    expect(flashesMs.map((ms) => Math.round(ms / 1000 - 0.52))).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });

  it("takes a mute for silence and no gap, and is in time after it", async () => {
    const pause = { fromMs: 2200, toMs: 5200 };
    await write(camera({ clockMs: STARTED_AT }), microphone({ clockMs: STARTED_AT, pause }));
    const recording = await mux();
    expect(recording.gaps.filter(({ kind }) => kind === "video")).toEqual([]);
    await render(recording);
    const { flashesMs, beepsMs } = await flashesAndBeeps(mp4());
    expect(flashesMs).toHaveLength(SECONDS);
    expect(beepsMs.map((ms) => Math.round(ms / 1000 - 0.52))).toEqual([0, 1, 5, 6, 7]);
    for (const ms of beepsMs) expect(Math.abs((ms % 1000) - 520)).toBeLessThanOrEqual(40);
  });

  it("joins a participant's streams over a reconnection, and declares the time between", async () => {
    const first = camera({ units: vp8.filter(({ ms }) => ms < 3000), end: { ms: 5000, reason: "lost" } });
    await write(first, camera({ startMs: 6000, sequenceNumber: 77, timestamp: 1 }));
    const recording = await mux();
    expect(recording.tracks).toHaveLength(1);
    expect(recording.gaps).toEqual([
      { fromMs: 2987, toMs: 6020, reason: "connection_lost", kind: "video", participantId: "par_1" },
    ]);
    await render(recording);
    const { flashesMs } = await flashesAndBeeps(mp4());
    expect(flashesMs.map((ms) => Math.round(ms / 1000 - 0.52))).toEqual([0, 1, 2, 6, 7, 8, 9, 10, 11, 12, 13]);
  });

  it("takes H.264 as it is, and mixes all voices", async () => {
    const voice = { participantId: "usr_1", role: "inspector" as const, startMs: 250 };
    await write(camera({ units: h264, mimeType: "video/H264" }), microphone(), microphone(voice));
    const recording = await mux();
    expect(recording.tracks.map(({ role, kind }) => [role, kind])).toEqual([
      ["participant", "video"],
      ["participant", "audio"],
      ["inspector", "audio"],
    ]);
    const { streams } = await probe(mkv(), { countPackets: true, timeLimitMs: 10_000 });
    expect(streams[0]).toMatchObject({ codec: "h264", packets: h264.length, width: 320, height: 240 });
    expect(await decodingErrors(mkv())).toBe("");
    await render(recording);
    const { flashesMs, beepsMs } = await flashesAndBeeps(mp4());
    expect(flashesMs).toHaveLength(SECONDS);
    // Two voices, a quarter of a second apart, whose beeps of 100 ms leave silence between them.
    expect(onsets(await loudness(mp4()), 0.1, 60)).toHaveLength(2 * SECONDS);
    expect(beepsMs.length).toBeGreaterThan(0);
  });

  it("shows the new device where a participant went on with another one, whatever it encodes", async () => {
    const first = camera({ units: vp8.filter(({ ms }) => ms < 3500), end: { ms: 3500, reason: "closed" } });
    const second = camera({ units: h264, mimeType: "video/H264", startMs: 3000 });
    await write(first, second, microphone());
    const recording = await mux();
    expect(recording.tracks.map(({ kind, indexOfKind }) => [kind, indexOfKind])).toEqual([
      ["video", 0],
      ["video", 1],
      ["audio", 0],
    ]);
    await render(recording);
    const { flashesMs } = await flashesAndBeeps(mp4());
    expect(flashesMs.map((ms) => Math.round(ms / 1000 - 0.52))).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  it("takes two cameras at once for two tracks", async () => {
    await write(camera(), camera({ startMs: 1000 }));
    expect((await mux()).tracks.map(({ kind, units }) => [kind, units])).toEqual([
      ["video", vp8.length],
      ["video", vp8.length],
    ]);
    expect(await decodingErrors(mkv())).toBe("");
  });

  it("has a still picture where there was no camera", async () => {
    await write(microphone());
    const recording = await mux();
    const { durationMs, streams } = await render(recording);
    expect(streams.map(({ codec }) => codec)).toEqual(["h264", "aac"]);
    expect(Math.abs(durationMs - recording.durationMs)).toBeLessThanOrEqual(50);
  });

  it("has a silent track where nobody could be heard", async () => {
    await write(camera());
    const { streams } = await render(await mux());
    expect(streams.map(({ codec }) => codec)).toEqual(["h264", "aac"]);
  });

  it("writes no file where nothing was sent", async () => {
    await writePart({ directory: part(1), startedAt: STARTED_AT, streams: [], closeMs: 2000 });
    expect(await mux()).toEqual({ startedAt: STARTED_AT, durationMs: 2000, tracks: [], gaps: [] });
    await expect(stat(mkv())).rejects.toThrow("ENOENT");
  });

  it("gives the same bytes when it is made again, also after it was stopped in the middle", async () => {
    await write(camera({ travelMs: (index) => (index % 70 === 9 ? null : 20 + (index % 3) * 30) }), microphone());
    await mux();
    const first = hash(await readFile(mkv()));
    await rm(mkv());
    const stop = new AbortController();
    const onProgress = (share: number) => {
      if (share > 0.5) stop.abort(new Error("stopped"));
    };
    const options = { partDirectories: [part(1)], outputPath: mkv() };
    await expect(muxRecording({ ...options, onProgress, signal: stop.signal })).rejects.toThrow("stopped");
    await expect(stat(mkv())).rejects.toThrow("ENOENT");
    await mux();
    expect(hash(await readFile(mkv()))).toBe(first);
  });

  it("can be stopped while it is encoded, and leaves nothing behind", async () => {
    await write(camera(), microphone());
    const recording = await mux();
    const stop = new AbortController();
    const encoding = transcodeRecording({
      inputPath: mkv(),
      recording,
      outputPath: mp4(),
      onProgress: () => stop.abort(new Error("stopped")),
      signal: stop.signal,
    });
    await expect(encoding).rejects.toThrow("stopped");
    await expect(stat(mp4())).rejects.toThrow("ENOENT");
    await render(recording);
  });

  it("is refused when a file has lost something", async () => {
    await write(camera(), microphone());
    const recording = await mux();
    await render(recording);
    const { size } = await stat(mkv());
    await truncate(mkv(), Math.floor(size / 2));
    await expect(checkRecording({ matroskaPath: mkv(), mp4Path: mp4(), recording })).rejects.toThrow("packets instead");
  });

  it("has a poster and a contact sheet whose tiles say what moment they show", async () => {
    // So that some of the tiles' moments are within a flash, and some are not.
    await write(camera({ startMs: 20 }), microphone({ startMs: 20 }));
    const recording = await mux();
    const { durationMs } = recording;
    const posterPath = join(root, "poster.jpg");
    const outputPath = join(root, "sheet.jpg");
    const { size } = await render(recording, [poster(recording, posterPath), contactSheet(durationMs, outputPath)]);
    const [still] = (await probe(posterPath, { timeLimitMs: 10_000 })).streams;
    expect(still).toMatchObject({ codec: "mjpeg", width: 320, height: 240 });
    const sheet = layOutContactSheet(size, durationMs);
    expect(sheet.tiles).toHaveLength(8);
    expect([sheet.columns, sheet.rows]).toEqual([4, 2]);
    const { streams } = await probe(outputPath, { timeLimitMs: 10_000 });
    expect(streams[0]).toMatchObject({ codec: "mjpeg", width: sheet.width, height: sheet.height });
    const pixels = await grey(outputPath, sheet.width, sheet.height);
    const whiteTiles = sheet.tiles.filter(({ x, y, width, height }) => {
      return (pixels[(y + height / 2) * sheet.width + x + width / 2] ?? 0) > 128;
    });
    const frames = await brightness(mp4());
    const isFlash = ({ atMs }: { atMs: number }) => (frames[Math.floor((atMs * 30) / 1000)] ?? 0) > 128;
    expect(whiteTiles).toEqual(sheet.tiles.filter(isFlash));
    expect(whiteTiles.length).toBeGreaterThan(0);
    expect(whiteTiles.length).toBeLessThan(8);
  });

  it("has a contact sheet that is whole where its last row is not full", async () => {
    await write(camera({ units: vp8.filter(({ ms }) => ms < 5400) }));
    const recording = await mux();
    const outputPath = join(root, "sheet.jpg");
    const { size } = await render(recording, [contactSheet(recording.durationMs, outputPath)]);
    const sheet = layOutContactSheet(size, recording.durationMs);
    expect([sheet.columns, sheet.rows, sheet.tiles.length]).toEqual([4, 2, 5]);
    const { streams } = await probe(outputPath, { timeLimitMs: 10_000 });
    expect(streams[0]).toMatchObject({ codec: "mjpeg", width: sheet.width, height: sheet.height });
  });

  it("has a waveform that rises where it is loud, the same each time", async () => {
    await write(microphone());
    const recording = await mux();
    const soundPath = join(root, "sound.s16");
    const draw = async (name: string) => {
      await render(recording, [waveformSound(soundPath)]);
      await drawWaveform(soundPath, recording.durationMs, join(root, name));
      return readFile(join(root, name), "utf8");
    };
    const svg = await draw("first.svg");
    expect(svg).toBe(await draw("second.svg"));
    const [, columns = ""] = /viewBox="0 0 (\d+) 100"/.exec(svg) ?? [];
    expect(Number(columns)).toBe(Math.floor(recording.durationMs / 50));
    const tops = [...svg.matchAll(/V(\d+)H/g)].slice(0, Number(columns)).map(([, y]) => Number(y));
    const loud = tops.flatMap((y, i) => (y < 25 ? [(i * recording.durationMs) / Number(columns)] : []));
    const beepsMs = loud.filter((ms, i) => ms - (loud[i - 1] ?? Number.NEGATIVE_INFINITY) > 200);
    expect(beepsMs).toHaveLength(SECONDS);
    for (const [i, ms] of beepsMs.entries()) expect(Math.abs(ms - (i * 1000 + 520))).toBeLessThanOrEqual(60);
    expect(tops.filter((y) => y === 49).length).toBeGreaterThan(tops.length / 2);
  });

  /** As a killed writer leaves it: without the record that ends the part. */
  async function cutPartEnd(): Promise<void> {
    const segment = join(part(1), "000001.nbj");
    await truncate(segment, (await stat(segment)).size - 18);
  }

  async function grey(path: string, width: number, height: number): Promise<Buffer> {
    const args = ["-v", "error", "-i", path, "-pix_fmt", "gray", "-f", "rawvideo", "pipe:1"];
    const { stdout } = await run("ffmpeg", args, { encoding: "buffer", maxBuffer: 2 * width * height });
    return stdout;
  }
});

function hash(data: Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}
