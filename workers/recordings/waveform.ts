import { open, writeFile } from "node:fs/promises";
import type { RenderExtra } from "./render-mp4.ts";

/** Telephone quality: a voice's loudness is all below. */
const RATE = 8000;
const BYTES_PER_SAMPLE = 2;
const FULL_SCALE = 32_768;
const READ_BYTES = 256 * 1024;
/** As many as a wide screen has room for; of a short recording none is shorter than a syllable. */
const MOST_COLUMNS = 1000;
const COLUMN_AT_LEAST_MS = 50;
/** Units of the drawing above and below its middle; silence is still a line. */
const HALF_HEIGHT = 50;
const SILENT_HEIGHT = 1;
/** Neither black nor white: it can be seen on both. Where it is used as a mask, only its shape counts. */
const COLOR = "#7c8794";

/** The recording's mixed sound as `drawWaveform` reads it, made while the MP4 is. */
export function waveformSound(outputPath: string): RenderExtra {
  return {
    of: "sound",
    filter: () => `aresample=${RATE},aformat=sample_fmts=s16:channel_layouts=mono`,
    options: ["-c:a", "pcm_s16le", "-f", "s16le"],
    outputPath,
  };
}

/**
 * Draws how loud a recording is over its time as an SVG of a few kilobytes, as wide as one likes: its left edge is the
 * beginning, its right edge the end. The same sound gives the same bytes.
 */
export async function drawWaveform(soundPath: string, durationMs: number, outputPath: string): Promise<void> {
  const columns = Math.min(MOST_COLUMNS, Math.max(1, Math.floor(durationMs / COLUMN_AT_LEAST_MS)));
  const heights = (await readPeaks(soundPath, durationMs, columns)).map(heightOf);
  const above = heights.map((height, i) => `V${HALF_HEIGHT - height}H${i + 1}`).join("");
  const below = heights.map((height, i) => `V${HALF_HEIGHT + height}H${i}`).toReversed();
  const size = `viewBox="0 0 ${columns} ${2 * HALF_HEIGHT}" preserveAspectRatio="none"`;
  const path = `<path fill="${COLOR}" d="M0 ${HALF_HEIGHT}${above}${below.join("")}Z"/>`;
  await writeFile(outputPath, `<svg xmlns="http://www.w3.org/2000/svg" ${size}>${path}</svg>\n`);
}

/** The largest sample of each column, 0 to 1. */
async function readPeaks(path: string, durationMs: number, columns: number): Promise<number[]> {
  const samples = Math.max(1, (durationMs / 1000) * RATE);
  const peaks = new Array<number>(columns).fill(0);
  const file = await open(path, "r");
  try {
    const buffer = Buffer.alloc(READ_BYTES);
    let rest = 0;
    let sample = 0;
    for (;;) {
      const { bytesRead } = await file.read(buffer, rest, READ_BYTES - rest, null);
      if (bytesRead === 0) return peaks;
      const filled = rest + bytesRead;
      let at = 0;
      for (; at + BYTES_PER_SAMPLE <= filled; at += BYTES_PER_SAMPLE) {
        const column = Math.min(columns - 1, Math.floor((sample * columns) / samples));
        peaks[column] = Math.max(peaks[column] ?? 0, Math.abs(buffer.readInt16LE(at)) / FULL_SCALE);
        sample += 1;
      }
      rest = buffer.copy(buffer, 0, at, filled);
    }
  } finally {
    await file.close();
  }
}

/** By its square root: a quiet voice is still seen beside a loud one. */
function heightOf(peak: number): number {
  return Math.max(SILENT_HEIGHT, Math.round(Math.sqrt(Math.min(1, peak)) * HALF_HEIGHT));
}
