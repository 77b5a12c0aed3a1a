import { execFile } from "node:child_process";
import { join } from "node:path";
import ffmpeg from "fluent-ffmpeg";
import { z } from "zod";
import { Retryable } from "../contract/errors.ts";

/**
 * The one file before ffmpeg and ffprobe, which are found by PATH. fluent-ffmpeg is archived upstream: nothing else
 * imports it, so that it can be replaced here.
 */

interface TranscodeInput {
  path: string;
  /** Options before this input's `-i`, one argument each. */
  options?: readonly string[];
}

interface TranscodeOutput {
  path: string;
  /** One argument each. */
  options: readonly string[];
}

export interface TranscodeOptions {
  inputs: readonly TranscodeInput[];
  /** A filter graph in ffmpeg's language; its outputs are mapped in `outputOptions`. */
  filter: string;
  /** One argument each. */
  outputOptions: readonly string[];
  /** Overwritten if it exists; what it holds after a failure is worth nothing. */
  outputPath: string;
  /** Further files of the same run, as `outputPath`. */
  moreOutputs?: readonly TranscodeOutput[];
  /** ffmpeg is killed when it has run for so long. */
  timeLimitMs: number;
  /** Leaves the processor to others that want it: for what nobody waits for while calls go on. */
  inBackground?: boolean;
  /** Called about twice a second with how much of the output is made, in milliseconds of its time. */
  onProgress?: (doneMs: number) => void;
  signal?: AbortSignal;
}

const FFMPEG = join(import.meta.dirname, "ffmpeg-of-parent.sh");
const BACKGROUND_NICENESS = 10;
const MESSAGE_LINES = 5;
/** Inputs come from recordings: a container must not make ffmpeg open other files or addresses. */
const INPUT_GUARD = ["-protocol_whitelist", "file"];

/**
 * Runs ffmpeg to its end. It dies with this process.
 *
 * @throws {Retryable} when it fails, with its last messages, or exceeds its time.
 * @throws the signal's reason when aborted; ffmpeg is dead by then.
 */
export async function transcode(options: TranscodeOptions): Promise<void> {
  const deadline = AbortSignal.timeout(options.timeLimitMs);
  const stop = options.signal ? AbortSignal.any([options.signal, deadline]) : deadline;
  options.signal?.throwIfAborted();
  const command = buildCommand(options);
  await new Promise<void>((resolve, reject) => {
    const kill = () => void command.kill("SIGTERM");
    // Before "start" there is no process to kill, and an abort in that time would be missed.
    command.once("start", () => (stop.aborted ? kill() : stop.addEventListener("abort", kill, { once: true })));
    command.once("end", () => {
      stop.removeEventListener("abort", kill);
      resolve();
    });
    command.once("error", (error: Error, _stdout: string | null, stderr: string | null) => {
      stop.removeEventListener("abort", kill);
      if (options.signal?.aborted) reject(options.signal.reason);
      else if (deadline.aborted) reject(new Retryable(`ffmpeg took more than ${options.timeLimitMs} ms`));
      else reject(new Retryable(`ffmpeg failed: ${lastLines(stderr) || error.message}`, { cause: error }));
    });
    command.run();
  });
}

function buildCommand(options: TranscodeOptions) {
  const { inputs, filter, outputOptions, outputPath, moreOutputs = [], inBackground, onProgress } = options;
  const command = ffmpeg(inBackground ? { niceness: BACKGROUND_NICENESS } : {});
  command.setFfmpegPath(FFMPEG);
  for (const { path, options = [] } of inputs) {
    // As separate arguments: of an array, fluent-ffmpeg would split each element at its space.
    command.input(path).inputOptions(...INPUT_GUARD, ...options);
  }
  command.complexFilter(filter);
  command.output(outputPath);
  command.outputOptions("-hide_banner", "-nostdin", "-loglevel", "warning", "-stats", ...outputOptions);
  for (const output of moreOutputs) command.output(output.path).outputOptions(...output.options);
  if (onProgress) {
    command.on("stderr", (line: string) => {
      const done = progressOf(line);
      if (done !== null) onProgress(done);
    });
  }
  return command;
}

function lastLines(messages: string | null): string {
  return (messages ?? "").trim().split("\n").slice(-MESSAGE_LINES).join("\n");
}

/** Milliseconds from ffmpeg's line of statistics, null for any other line. */
function progressOf(line: string): number | null {
  const match = /\btime=(\d+):(\d\d):(\d\d(?:\.\d+)?)/.exec(line);
  if (!match) return null;
  return Math.round(((Number(match[1]) * 60 + Number(match[2])) * 60 + Number(match[3])) * 1000);
}

interface MediaStream {
  kind: "video" | "audio" | "other";
  /** ffmpeg's name of the codec: `vp8`, `h264`, `opus`, `aac`, `mjpeg`. */
  codec: string;
  width?: number;
  height?: number;
  sampleRate?: number;
  channels?: number;
  /** Null where the container does not say it. */
  durationMs: number | null;
  /** Packets that were counted by reading the whole file; null where that was not asked for. */
  packets: number | null;
}

export interface MediaInfo {
  /** Null where the container does not say it. */
  durationMs: number | null;
  streams: MediaStream[];
}

export interface ProbeOptions {
  /** Read the whole file and count every stream's packets. */
  countPackets?: boolean;
  timeLimitMs: number;
  signal?: AbortSignal;
}

const Seconds = z.coerce.number().transform((seconds) => Math.round(seconds * 1000));
const ProbeOutput = z.object({
  streams: z.array(
    z.object({
      codec_type: z.string(),
      codec_name: z.string().default("unknown"),
      width: z.number().optional(),
      height: z.number().optional(),
      sample_rate: z.coerce.number().optional(),
      channels: z.number().optional(),
      duration: Seconds.optional(),
      nb_read_packets: z.coerce.number().optional(),
    }),
  ),
  format: z.object({ duration: Seconds.optional() }),
});

/**
 * What ffprobe finds in a file.
 *
 * @throws {Retryable} when it cannot be read as media, or not in time.
 * @throws the signal's reason when aborted.
 */
export async function probe(path: string, options: ProbeOptions): Promise<MediaInfo> {
  const count = options.countPackets ? ["-count_packets"] : [];
  const args = ["-v", "error", ...INPUT_GUARD, ...count, "-show_streams", "-show_format", "-of", "json", path];
  const { streams, format } = ProbeOutput.parse(JSON.parse(await runProbe(args, options)));
  return {
    durationMs: format.duration ?? null,
    streams: streams.map((stream) => ({
      kind: stream.codec_type === "video" || stream.codec_type === "audio" ? stream.codec_type : "other",
      codec: stream.codec_name,
      width: stream.width,
      height: stream.height,
      sampleRate: stream.sample_rate,
      channels: stream.channels,
      durationMs: stream.duration ?? null,
      packets: stream.nb_read_packets ?? null,
    })),
  };
}

/** Not fluent-ffmpeg's own `ffprobe`: that has neither a time limit nor a way to be killed. */
function runProbe(args: string[], { signal, timeLimitMs }: ProbeOptions): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile("ffprobe", args, { signal, timeout: timeLimitMs, killSignal: "SIGKILL" }, (error, stdout, stderr) => {
      if (!error) resolve(stdout);
      else if (signal?.aborted) reject(signal.reason);
      else reject(new Retryable(`ffprobe failed: ${stderr.trim() || error.message}`, { cause: error }));
    });
  });
}
