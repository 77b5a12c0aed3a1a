import type { PictureSize } from "./media-unit.ts";
import { frameShownAt, JPEG_OPTIONS, type RenderExtra } from "./render-mp4.ts";

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

/**
 * Up to 20 pictures of a recording on one sheet without gaps, at equal distances in time: each tile stands for an equal
 * share of the recording, and shows the middle of it. The times are not drawn into it: that is for whoever prints it, in
 * their own letters and language.
 *
 * @param video - the size of the MP4's picture.
 */
export function layOutContactSheet(video: PictureSize, durationMs: number): ContactSheet {
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

/** The sheet as a JPEG, made while the MP4 is: a run of ffmpeg for each tile took an eighth of all the time. */
export function contactSheet(durationMs: number, outputPath: string): RenderExtra {
  return {
    of: "picture",
    filter: (video) => {
      const { columns, rows, tiles } = layOutContactSheet(video, durationMs);
      const shown = tiles.map(({ atMs }) => `eq(n,${frameShownAt(atMs)})`).join("+");
      const grid = `${columns}x${rows}:padding=0:margin=0:color=white`;
      return `select='${shown}',scale=${tiles[0]?.width}:${tiles[0]?.height},tile=${grid}`;
    },
    options: JPEG_OPTIONS,
    outputPath,
  };
}
