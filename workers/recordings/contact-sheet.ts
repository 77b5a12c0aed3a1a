import { mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { transcode } from "@nexbasira/core/media-tools/ffmpeg.ts";
import { extractPicture } from "./extract-picture.ts";
import type { PictureSize } from "./media-unit.ts";

export interface ContactSheetOptions {
  /** The MP4, as `transcodeRecording` made it. */
  inputPath: string;
  /** Of the video, as `transcodeRecording` answered it. */
  size: PictureSize;
  durationMs: number;
  /** A JPEG. */
  outputPath: string;
  signal?: AbortSignal;
}

/** A tile's place on the sheet, in pixels, and the moment that it shows, in milliseconds of the recording's time line. */
interface ContactSheetTile extends PictureSize {
  atMs: number;
  x: number;
  y: number;
}

export interface ContactSheet extends PictureSize {
  columns: number;
  rows: number;
  tiles: ContactSheetTile[];
}

const COLUMNS = 4;
const MAX_TILES = 20;
const TILE_EVERY_MS = 1000;
const TILE_FIT = { width: 320, height: 320 };
const TIME_LIMIT_MS = 60_000;

/**
 * Up to 20 pictures of a recording on one sheet without gaps, at equal distances in time. The times are not drawn into it: that is
 * for whoever prints it, in their own letters and language.
 *
 * @throws {Retryable} when ffmpeg fails.
 * @throws the signal's reason when aborted.
 */
export async function makeContactSheet(options: ContactSheetOptions): Promise<ContactSheet> {
  const { inputPath, durationMs, outputPath, signal } = options;
  const directory = `${outputPath}.tiles`;
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory);
  try {
    const sheet = layOut(options.size, durationMs);
    for (const [i, { atMs }] of sheet.tiles.entries()) {
      const tilePath = join(directory, `${String(i).padStart(2, "0")}.jpg`);
      await extractPicture({ inputPath, atMs, fit: TILE_FIT, outputPath: tilePath, signal });
    }
    const partialPath = join(directory, "sheet.jpg");
    const [first] = sheet.tiles;
    const grid = `${sheet.columns}x${sheet.rows}:padding=0:margin=0:color=white`;
    await transcode({
      inputs: [{ path: join(directory, "%02d.jpg"), options: ["-f", "image2", "-start_number", "0"] }],
      filter: `[0:v]scale=${first?.width}:${first?.height},tile=${grid}[sheet]`,
      outputOptions: ["-map", "[sheet]", "-frames:v", "1", "-c:v", "mjpeg", "-q:v", "3", "-f", "image2"],
      outputPath: partialPath,
      timeLimitMs: TIME_LIMIT_MS,
      inBackground: true,
      signal,
    });
    await rename(partialPath, outputPath);
    return sheet;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** Each tile stands for an equal share of the recording, and shows the middle of it. */
function layOut(video: PictureSize, durationMs: number): ContactSheet {
  const count = Math.min(MAX_TILES, Math.max(1, Math.floor(durationMs / TILE_EVERY_MS)));
  const columns = Math.min(COLUMNS, count);
  const rows = Math.ceil(count / columns);
  const scale = Math.min(1, TILE_FIT.width / video.width, TILE_FIT.height / video.height);
  const width = Math.round(video.width * scale);
  const height = Math.round(video.height * scale);
  const tiles = Array.from({ length: count }, (_, i) => ({
    atMs: Math.floor(((i + 0.5) * durationMs) / count),
    x: (i % columns) * width,
    y: Math.floor(i / columns) * height,
    width,
    height,
  }));
  return { columns, rows, tiles, width: width * columns, height: height * rows };
}
