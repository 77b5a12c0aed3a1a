import { rename, rm } from "node:fs/promises";
import { transcode } from "@nexbasira/core/media-tools/ffmpeg.ts";
import { fillSilence } from "./fill-silence.ts";
import type { PictureSize } from "./media-unit.ts";
import type { RecordingTrack } from "./recording-track.ts";

/** Pictures a second: what phones' cameras send. A slower one's pictures are shown longer. */
export const FRAMES_PER_SECOND = 30;

export interface RenderMp4Options {
  /** The Matroska file, its timestamps those of the recording's time line. */
  inputPath: string;
  /** What the file holds; the participant's cameras make the picture, all microphones the sound. */
  tracks: readonly RecordingTrack[];
  outputPath: string;
  /** What becomes the first picture's moment. */
  fromMs: number;
  /** A whole number of pictures later, this is where it ends. */
  frames: number;
  /** Pictures before this are not shown; the last one of them that is at or before `fromMs` is shown first. */
  firstPictureMs: number;
  /** x264's, traded between the processor's time and the file's size. */
  preset: string;
  timeLimitMs: number;
  /** x264 for somebody who waits: less to look ahead at, so that both processors work until the end. */
  atOnce?: boolean;
  extras?: readonly RenderExtra[];
  inBackground?: boolean;
  onProgress?: (share: number) => void;
  signal?: AbortSignal;
}

/** A further file, made of the same decoding as the MP4. */
export interface RenderExtra {
  of: "picture" | "sound";
  /** What the MP4's picture, of the size given, or its sound goes through: a chain in ffmpeg's language. */
  filter: (size: PictureSize) => string;
  /** One argument each. */
  options: readonly string[];
  outputPath: string;
}

/** Of an extra that is one JPEG. */
export const JPEG_OPTIONS = [
  "-fps_mode",
  "passthrough",
  "-frames:v",
  "1",
  "-c:v",
  "mjpeg",
  "-q:v",
  "3",
  "-f",
  "image2",
];

/** The number of the picture, from 0, that an MP4 shows at a time after its beginning. */
export function frameShownAt(ms: number): number {
  return Math.floor((ms * FRAMES_PER_SECOND) / 1000);
}

/** A camera's last picture stands so long when nothing follows it; then there is black. */
const HOLD_LAST_MS = 2000;
/** For a recording without a camera. */
const NO_CAMERA: PictureSize = { width: 640, height: 360 };
/** The longer side of the largest picture, in pixels. */
const MAX_SIDE = 1920;
const KEY_PICTURE_EVERY = 60;
/**
 * One graph for the whole file, though the picture's size changes on the way: built anew, it would begin its time anew.
 * A sender decides how large a picture claims to be: one that no phone makes is not decoded.
 */
const INPUT_OPTIONS = ["-reinit_filter", "0", "-max_pixels", String(4096 * 4096)];
/** What the camera's own encoder left of noise would be kept at any price: a phone sends 1 to 2 Mbit/s. */
const QUALITY = ["-crf", "23", "-maxrate", "3M", "-bufsize", "6M"];
const AT_ONCE = ["-tune", "zerolatency"];

/**
 * Decodes a stretch of a recording and encodes it as MP4 (H.264, AAC) of one size and a constant frame rate, exactly as
 * long as asked for: black where there is no camera yet or any more, still while it pauses, silent where nobody is
 * heard. The files have their names when they are whole.
 *
 * @throws {Retryable} when ffmpeg fails or takes too long.
 * @throws the signal's reason when aborted.
 */
export async function renderMp4(options: RenderMp4Options): Promise<PictureSize> {
  const { inputPath, tracks, outputPath, fromMs, frames, extras = [], signal } = options;
  const cameras = tracks.filter(({ kind, role }) => kind === "video" && role === "participant");
  const size = canvasSize(cameras, fromMs);
  const seconds = frames / FRAMES_PER_SECOND;
  const partialPath = `${outputPath}.partial`;
  const soundPath = `${outputPath}.sound.mka`;
  const hasSound = tracks.some(({ kind }) => kind === "audio");
  try {
    const inputs = [inputPath];
    if (hasSound) {
      await fillSilence({ inputPath, outputPath: soundPath, fromMs, toMs: fromMs + seconds * 1000, signal });
      inputs.push(soundPath);
    }
    const microphones = tracks.filter(({ kind }) => kind === "audio").length;
    // Another run's ffmpeg may still be writing to its file: it keeps that one, this run gets its own.
    await rm(partialPath, { force: true });
    const graph = [
      ...pictureGraph(cameras, size, options),
      ...soundGraph(microphones, fromMs, seconds),
      ...outputGraph("picture", "split", size, extras),
      ...outputGraph("sound", "asplit", size, extras),
    ];
    await transcode({
      inputs: inputs.map((path) => ({ path, options: INPUT_OPTIONS })),
      filter: graph.join(";"),
      outputOptions: [
        // The time line's zero is the recording's beginning, not its first packet.
        ...["-copyts", "-map", "[picture-mp4]", "-map", "[sound-mp4]", "-map_metadata", "-1", "-fflags", "+bitexact"],
        ...[
          "-c:v",
          "libx264",
          "-preset",
          options.preset,
          ...(options.atOnce ? AT_ONCE : []),
          ...QUALITY,
          "-g",
          String(KEY_PICTURE_EVERY),
        ],
        ...["-c:a", "aac", "-b:a", "96k", "-movflags", "+faststart", "-f", "mp4"],
      ],
      outputPath: partialPath,
      moreOutputs: extras.map((extra, i) => ({
        path: partialPathOf(extra),
        options: ["-map", `[extra${i}]`, "-map_metadata", "-1", "-fflags", "+bitexact", ...extra.options],
      })),
      timeLimitMs: options.timeLimitMs,
      inBackground: options.inBackground,
      onProgress: (doneMs) => options.onProgress?.(Math.min(1, doneMs / (seconds * 1000))),
      signal,
    });
    for (const extra of extras) await rename(partialPathOf(extra), extra.outputPath);
    await rename(partialPath, outputPath);
    return size;
  } finally {
    await rm(soundPath, { force: true });
    await rm(partialPath, { force: true });
    for (const extra of extras) await rm(partialPathOf(extra), { force: true });
  }
}

function partialPathOf({ outputPath }: RenderExtra): string {
  return `${outputPath}.partial`;
}

/** What is seen or heard, once for the MP4 and once for each extra that is made of it. */
function outputGraph(
  of: RenderExtra["of"],
  split: string,
  size: PictureSize,
  extras: readonly RenderExtra[],
): string[] {
  const taken = extras.flatMap((extra, i) => (extra.of === of ? [{ extra, i }] : []));
  const copies = taken.map(({ i }) => `[${of}-copy${i}]`).join("");
  return [
    `[${of}]${split}=${taken.length + 1}[${of}-mp4]${copies}`,
    ...taken.map(({ extra, i }) => `[${of}-copy${i}]${extra.filter(size)}[extra${i}]`),
  ];
}

/** The size that the cameras had for the longest time after `fromMs`, even in both directions, as H.264's chroma needs it. */
function canvasSize(cameras: readonly RecordingTrack[], fromMs: number): PictureSize {
  const shownMs = new Map<string, number>();
  let best: PictureSize = NO_CAMERA;
  let longest = 0;
  for (const { pictures, lastMs } of cameras) {
    for (const [i, { width, height, fromMs: sinceMs }] of pictures.entries()) {
      const key = `${width}x${height}`;
      const untilMs = pictures[i + 1]?.fromMs ?? lastMs + 1;
      const total = (shownMs.get(key) ?? 0) + Math.max(1, untilMs - Math.max(sinceMs, fromMs));
      shownMs.set(key, total);
      if (total > longest) {
        longest = total;
        best = { width, height };
      }
    }
  }
  const scale = Math.min(1, MAX_SIDE / Math.max(best.width, best.height));
  const even = (side: number) => Math.max(2, Math.round((side * scale) / 2) * 2);
  return { width: even(best.width), height: even(best.height) };
}

/**
 * Each camera in its time: the newest one from its first picture on. Pictures are put into the output's rhythm, black
 * ones before the first and where nothing follows the last, so that the picture lasts as long as the output whatever
 * the cameras do; a phone that is turned is scaled and centred.
 */
function pictureGraph(cameras: readonly RecordingTrack[], size: PictureSize, options: RenderMp4Options): string[] {
  const { fromMs, frames } = options;
  const black = `color=c=black:s=${size.width}x${size.height}:r=${FRAMES_PER_SECOND}`;
  const sections = cameras
    .toSorted((a, b) => a.firstMs - b.firstMs)
    .map((camera) => ({ camera, startFrame: frameAt(camera.firstMs - fromMs, frames) }));
  const graph = sections.flatMap(({ camera, startFrame }, i) => {
    const endFrame = sections[i + 1]?.startFrame ?? frames;
    const fromFrame = i === 0 ? 0 : startFrame;
    return endFrame > fromFrame ? [cameraChain(camera, size, fromFrame, endFrame, options)] : [];
  });
  if (graph.length === 0) return [`${black},trim=end_frame=${frames},format=yuv420p[picture]`];
  const inputs = graph.map((_, i) => `[section${i}]`).join("");
  return [...graph.map((chain, i) => `${chain}[section${i}]`), `${inputs}concat=n=${graph.length}[picture]`];
}

/** Frames count from the output's first. */
function cameraChain(
  { indexOfKind, firstMs, pictures }: RecordingTrack,
  { width, height }: PictureSize,
  startFrame: number,
  endFrame: number,
  { fromMs, firstPictureMs }: RenderMp4Options,
): string {
  const rate = FRAMES_PER_SECOND;
  const startMs = fromMs + (startFrame * 1000) / rate;
  const firstFrame = frameAt(firstMs - startMs, endFrame - startFrame);
  const sizes = `scale=${width}:${height}:force_original_aspect_ratio=decrease:force_divisible_by=2`;
  const oneSize = pictures.every((picture) => picture.width === width && picture.height === height);
  return [
    `[0:v:${indexOfKind}]trim=start=${(firstPictureMs - 0.5) / 1000}`,
    // A picture from before the beginning is the one that is still seen at the beginning.
    `setpts='max(0,PTS-${startMs / 1000}/TB)'`,
    ...(oneSize ? [] : [sizes, `pad=${width}:${height}:-1:-1:eval=frame`]),
    `setsar=1,fps=${rate}:round=near:start_time=${firstFrame / rate},setpts=PTS-STARTPTS`,
    `tpad=start=${firstFrame}:stop=${Math.round((HOLD_LAST_MS * rate) / 1000)}:stop_mode=clone`,
    `tpad=stop=-1,trim=end_frame=${endFrame - startFrame},format=yuv420p`,
  ].join(",");
}

/** The frame that is shown `ms` after the first, within 0 to `frames`. */
function frameAt(ms: number, frames: number): number {
  return Math.min(frames, Math.max(0, Math.round((ms * FRAMES_PER_SECOND) / 1000)));
}

/** Silence of the right length, into which each microphone is mixed at its own loudness; a limiter keeps two voices from clipping. */
function soundGraph(microphones: number, fromMs: number, seconds: number): string[] {
  const graph = [`anullsrc=r=48000:cl=stereo,atrim=duration=${seconds}[sound0]`];
  const inputs = ["[sound0]"];
  for (let i = 0; i < microphones; i += 1) {
    const shift = `asetpts=PTS-${fromMs / 1000}/TB`;
    // What is missing becomes silence, and sound stays in its place to the hundredth of a second. Only by cuts ("async=1"):
    // ffmpeg's stretching of a device's clock that runs fast was measured to run away, 25 s in 5 minutes.
    const place = "aresample=48000:async=1:min_hard_comp=0.01:first_pts=0";
    graph.push(`[1:a:${i}]${shift},${place},aformat=sample_fmts=fltp:channel_layouts=stereo[microphone${i}]`);
    inputs.push(`[microphone${i}]`);
  }
  const mix = `amix=inputs=${inputs.length}:normalize=0:duration=first,alimiter=limit=0.97:level=0:latency=1`;
  return [...graph, `${inputs.join("")}${mix}[sound]`];
}
