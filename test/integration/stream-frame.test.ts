import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { takeFrame } from "../../workers/recordings/take-frame.ts";
import {
  type EncodedUnit,
  encode,
  numbers,
  type SentStream,
  startPart,
  writePart,
} from "../helpers/synthetic-journal.ts";

const STARTED_AT = 1_760_000_000_000;
const SECONDS = 70;
const TRAVEL_MS = 20;

describe("the stream's picture of a moment", () => {
  let root: string;
  let vp8: EncodedUnit[];

  beforeAll(async () => {
    vp8 = await encode("vp8", numbers(SECONDS));
  });
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "frame-"));
  });
  afterEach(() => rm(root, { recursive: true }));

  const directory = () => join(root, "1");
  const outputPath = () => join(root, "frame.jpg");
  const camera = (more: Partial<SentStream> = {}): SentStream => ({ units: vp8, mimeType: "video/VP8", ...more });
  const write = (...streams: SentStream[]) => writePart({ directory: directory(), startedAt: STARTED_AT, streams });
  const take = (ms: number, more: { isLastTry?: boolean; participantId?: string } = {}) =>
    takeFrame({
      partDirectories: [directory()],
      participantId: "par_1",
      atMs: STARTED_AT + ms,
      isLastTry: false,
      outputPath: outputPath(),
      ...more,
    });

  it("is the last one that the camera saw before it, decoded from its key picture, with its own time", async () => {
    await write(camera({ clockMs: 5_000_000 }));
    const frame = await take(64_500);
    expect(frame).toMatchObject({ width: 144, height: 16 });
    const capturedAt = (frame?.capturedAt ?? 0) - STARTED_AT;
    expect(capturedAt).toBeLessThanOrEqual(64_500);
    expect(capturedAt).toBeGreaterThan(64_500 - 34);
    expect(await shownNumber(outputPath())).toBe(Math.round((capturedAt - TRAVEL_MS) * 0.03) % 512);
    expect((await readdir(root)).toSorted()).toEqual(["1", "frame.jpg"]);
  });

  it("is read from the newest segments only", async () => {
    await write(camera());
    await rm(join(directory(), "000001.nbj"));
    expect(await take(68_000)).not.toBeNull();
  });

  it("waits for what is still on its way, and at last is the newest there is", async () => {
    const part = { directory: directory(), startedAt: STARTED_AT, streams: [camera({ units: vp8.slice(0, 300) })] };
    const { writer } = await startPart(part);
    try {
      expect(await take(10_500)).toBeNull();
      const frame = await take(10_500, { isLastTry: true });
      expect((frame?.capturedAt ?? 0) - STARTED_AT).toBeGreaterThan(9_900);
      expect(await shownNumber(outputPath())).toBe(299);
    } finally {
      await writer.close();
    }
  });

  it("is none where the camera was off, where another one sent, and where nothing is recorded", async () => {
    await write(camera({ pause: { fromMs: 5_000, toMs: 30_000 } }));
    expect(await take(20_000)).toBeNull();
    expect(await take(4_000, { participantId: "par_2" })).toBeNull();
    expect(await takeFrameOfNothing()).toBeNull();
  });

  const takeFrameOfNothing = () =>
    takeFrame({ partDirectories: [], participantId: "par_1", atMs: 1, isLastTry: true, outputPath: outputPath() });

  it("comes of H.264 too, and in the size that a turned phone sends", async () => {
    const h264 = await encode("h264", "testsrc2=s=320x180:r=30:d=4");
    await write(camera({ units: h264, mimeType: "video/H264" }));
    expect(await take(3_000)).toMatchObject({ width: 320, height: 180 });
    expect(await sharp(outputPath()).metadata()).toMatchObject({ width: 320, height: 180, format: "jpeg" });
  });
});

/** What the nine bars of a picture say. */
async function shownNumber(path: string): Promise<number> {
  const { data, info } = await sharp(path).greyscale().raw().toBuffer({ resolveWithObject: true });
  return Array.from({ length: 9 }, (_, bit) => {
    const light = data[8 * info.width + bit * 16 + 8] ?? 0;
    return light > 128 ? 2 ** bit : 0;
  }).reduce((sum, value) => sum + value, 0);
}
