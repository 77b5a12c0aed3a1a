import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Permanent, Retryable } from "@nexbasira/core/contract/errors.ts";
import { probe } from "@nexbasira/core/media-tools/ffmpeg.ts";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { cutClip } from "../../workers/recordings/cut-clip-media.ts";
import {
  beeps,
  type EncodedUnit,
  encode,
  numbers,
  type SentStream,
  startPart,
  writePart,
} from "../helpers/synthetic-journal.ts";
import { loudness, onsets, shownNumbers } from "../helpers/watch-media.ts";

const STARTED_AT = 1_760_000_000_000;
/** Over two minutes: three segments. */
const SECONDS = 126;
const TRAVEL_MS = 20;

describe("a clip", () => {
  let root: string;
  let vp8: EncodedUnit[];
  let opus: EncodedUnit[];

  beforeAll(async () => {
    vp8 = await encode("vp8", numbers(SECONDS));
    opus = await encode("opus", beeps(SECONDS));
  });
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "clip-"));
  });
  afterEach(() => rm(root, { recursive: true }));

  const directory = () => join(root, "1");
  const outputPath = () => join(root, "clip.mp4");
  const camera = (more: Partial<SentStream> = {}): SentStream => ({ units: vp8, mimeType: "video/VP8", ...more });
  const microphone = (more: Partial<SentStream> = {}): SentStream => ({ units: opus, mimeType: "audio/opus", ...more });
  const write = (...streams: SentStream[]) => writePart({ directory: directory(), startedAt: STARTED_AT, streams });
  const cut = (fromMs: number, toMs: number) =>
    cutClip({ partDirectories: [directory()], fromMs, toMs, outputPath: outputPath() });
  /** Numbers have nine bits. */
  const numbersFrom = (first: number, count: number) => Array.from({ length: count }, (_, i) => (first + i) % 512);

  it("holds exactly the pictures between its marks, with their sound", async () => {
    await write(camera({ clockMs: 5_000_000 }), microphone({ clockMs: 5_000_000 }));
    const clip = await cut(57_000, 65_000);
    // The picture that arrived at 56.987 s is the one that is seen at the mark.
    expect(clip).toMatchObject({ startedAt: STARTED_AT, width: 144, height: 16, gaps: [] });
    expect(clip.fromMs).toBeLessThanOrEqual(57_000);
    expect(clip.fromMs).toBeGreaterThan(56_966);
    expect(Math.abs(clip.toMs - 65_000)).toBeLessThan(34);
    const first = Math.round(((clip.fromMs - TRAVEL_MS) * 30) / 1000);
    expect(await shownNumbers(outputPath())).toEqual(numbersFrom(first, Math.round((clip.toMs - clip.fromMs) * 0.03)));

    const { durationMs, streams } = await probe(outputPath(), { timeLimitMs: 10_000 });
    expect(Math.abs((durationMs ?? 0) - (clip.toMs - clip.fromMs))).toBeLessThanOrEqual(25);
    expect(streams.map(({ codec }) => codec)).toEqual(["h264", "aac"]);
    const beepsMs = onsets(await loudness(outputPath()));
    expect(beepsMs).toHaveLength(8);
    for (const [i, ms] of beepsMs.entries()) expect(Math.abs(ms - (57_520 + i * 1000 - clip.fromMs))).toBeLessThan(20);
  });

  it("reads only the segments around its marks", async () => {
    await write(camera(), microphone());
    await rm(join(directory(), "000001.nbj"));
    const clip = await cut(122_000, 124_000);
    expect(clip.gaps).toEqual([]);
    expect(await shownNumbers(outputPath())).toEqual(numbersFrom(Math.round((clip.fromMs - TRAVEL_MS) * 0.03), 60));
  });

  it("is cut while the recording goes on, up to what is recorded", async () => {
    const part = { directory: directory(), startedAt: STARTED_AT, streams: [camera({ units: vp8.slice(0, 300) })] };
    const { writer } = await startPart(part);
    try {
      const clip = await cut(4_000, 34_000);
      expect(Math.abs(clip.toMs - 10_000)).toBeLessThan(40);
      const shown = await shownNumbers(outputPath());
      expect(shown).toEqual(numbersFrom(119, 180));
      await expect(cut(11_000, 12_000)).rejects.toThrow(Retryable);
    } finally {
      await writer.close();
    }
  });

  it("begins with the picture that stood when the camera was muted", async () => {
    await write(camera({ pause: { fromMs: 5_000, toMs: 9_010 } }), microphone());
    const clip = await cut(7_000, 12_000);
    expect(clip.fromMs).toBe(7_000);
    const shown = await shownNumbers(outputPath());
    expect(shown).toHaveLength(150);
    expect(shown.slice(0, 60).every((number) => number === 149)).toBe(true);
    expect(onsets(await loudness(outputPath()))).toHaveLength(5);
  });

  it("says what is missing from it", async () => {
    await write(camera({ travelMs: (index) => (index === 10 * 30 ? null : TRAVEL_MS) }), microphone());
    const { gaps } = await cut(9_000, 15_000);
    expect(gaps).toHaveLength(1);
    expect(gaps[0]).toMatchObject({ reason: "packets_lost", kind: "video" });
    const elsewhere = await cut(20_000, 22_000);
    expect(elsewhere.gaps).toEqual([]);
  });

  it("looks further back when the segments around it have no key picture before the mark", async () => {
    const oneKey = await encode("vp8", numbers(100), ["-g", "9999"]);
    await write(camera({ units: oneKey }));
    const clip = await cut(95_000, 96_000);
    expect(await shownNumbers(outputPath())).toEqual(numbersFrom(Math.round((clip.fromMs - TRAVEL_MS) * 0.03), 30));
  });

  it("is refused where nobody sent anything", async () => {
    await write(microphone({ pause: { fromMs: 2_000, toMs: 50_000 } }));
    await expect(cut(20_000, 25_000)).rejects.toThrow(Permanent);
  });

  it("is refused where there is no journal to cut it from", async () => {
    await expect(cutClip({ partDirectories: [], fromMs: 0, toMs: 1, outputPath: outputPath() })).rejects.toThrow(
      Permanent,
    );
  });
});
