import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/** How bright each picture of a file is, 0 to 255, at the rate given, from time 0 of the file. */
export async function brightness(path: string, rate = 30): Promise<number[]> {
  const filter = `fps=${rate}:start_time=0,scale=1:1:flags=area,format=gray`;
  return [...(await decode(["-copyts", "-i", path, "-map", "0:v:0", "-vf", filter, "-f", "rawvideo"]))];
}

/** The number that each picture of a file shows, of a source made by `numbers`. */
export async function shownNumbers(path: string): Promise<number[]> {
  const filter = "scale=9:1:flags=area,format=gray";
  const bars = await decode(["-i", path, "-map", "0:v:0", "-vf", filter, "-fps_mode", "passthrough", "-f", "rawvideo"]);
  return Array.from({ length: bars.length / 9 }, (_, picture) => {
    const bits = [...bars.subarray(picture * 9, picture * 9 + 9)].map((level) => (level > 128 ? 1 : 0));
    return bits.reduce<number>((number, bit, i) => number + bit * 2 ** i, 0);
  });
}

/** The loudness of each millisecond of a file, 0 to 1, from time 0 of the file. */
export async function loudness(path: string): Promise<number[]> {
  const filter = "aresample=8000:async=1:first_pts=0,aformat=channel_layouts=mono";
  const samples = await decode(["-copyts", "-i", path, "-map", "0:a:0", "-af", filter, "-f", "s16le"]);
  const perMs = 8;
  return Array.from({ length: Math.floor(samples.length / 2 / perMs) }, (_, ms) => {
    let peak = 0;
    for (let i = 0; i < perMs; i += 1) peak = Math.max(peak, Math.abs(samples.readInt16LE((ms * perMs + i) * 2)));
    return peak / 32768;
  });
}

/** The indices at which a value passes the threshold upwards; of the first value nobody knows what was before it. */
export function rises(values: readonly number[], threshold: number): number[] {
  return values.flatMap((value, i) => (value >= threshold && (values[i - 1] ?? threshold) < threshold ? [i] : []));
}

/** Of beeps and flashes: where each begins, in milliseconds. A beep's own oscillation counts once. */
export function onsets(loud: readonly number[], threshold = 0.1, quietMs = 200): number[] {
  let last = Number.NEGATIVE_INFINITY;
  return loud.flatMap((value, ms) => {
    if (value < threshold) return [];
    const isOnset = ms - last > quietMs;
    last = ms;
    return isOnset ? [ms] : [];
  });
}

async function decode(args: string[]): Promise<Buffer> {
  const options = { encoding: "buffer", maxBuffer: 512 * 1024 * 1024 } as const;
  const { stdout } = await run("ffmpeg", ["-v", "error", ...args, "pipe:1"], options);
  return stdout;
}
