import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Retryable } from "../contract/errors.ts";
import { probe, transcode } from "./ffmpeg.ts";

const run = promisify(execFile);

describe("ffmpeg", () => {
  let directory: string;
  let inputPath: string;
  let outputPath: string;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "ffmpeg-"));
    // A space: no argument may be split at one.
    inputPath = join(directory, "in put.mkv");
    outputPath = join(directory, "out put.mp4");
    const sources = ["-f", "lavfi", "-i", "testsrc=s=320x240:r=30:d=3", "-f", "lavfi", "-i", "sine=d=3:r=48000"];
    await run("ffmpeg", [
      "-v",
      "error",
      ...sources,
      "-c:v",
      "libx264",
      "-preset",
      "ultrafast",
      "-c:a",
      "aac",
      inputPath,
    ]);
  });
  afterEach(() => rm(directory, { recursive: true }));

  const options = () => ({
    inputs: [{ path: inputPath }],
    filter: "[0:v]scale=160:120[picture]",
    outputOptions: ["-map", "[picture]", "-c:v", "libx264", "-preset", "ultrafast", "-f", "mp4"],
    outputPath,
    timeLimitMs: 20_000,
  });
  /** Runs until it is stopped: as fast as the clock, for an hour. */
  const endless = () => ({
    ...options(),
    inputs: [{ path: inputPath, options: ["-re", "-stream_loop", "-1", "-t", "3600"] }],
  });

  it("transcodes and says how far it is", async () => {
    const done: number[] = [];
    await transcode({ ...options(), inBackground: true, onProgress: (ms) => done.push(ms) });
    expect(done.length).toBeGreaterThan(0);
    expect(Math.max(...done)).toBeLessThanOrEqual(3100);
    const { streams, durationMs } = await probe(outputPath, { countPackets: true, timeLimitMs: 20_000 });
    expect(streams).toMatchObject([{ kind: "video", codec: "h264", width: 160, height: 120 }]);
    expect(streams[0]?.packets).toBeGreaterThanOrEqual(90);
    expect(Math.abs((durationMs ?? 0) - 3000)).toBeLessThan(50);
  });

  it("says what streams there are without reading the file through", async () => {
    const { streams } = await probe(inputPath, { timeLimitMs: 20_000 });
    expect(streams.map(({ kind, codec, packets }) => [kind, codec, packets])).toEqual([
      ["video", "h264", null],
      ["audio", "aac", null],
    ]);
    expect(streams[1]).toMatchObject({ sampleRate: 48_000, channels: 1 });
  });

  it("can be tried again when it fails, and says what ffmpeg said", async () => {
    const failing = transcode({ ...options(), filter: "[0:v]nosuchfilter[picture]" });
    await expect(failing).rejects.toThrow("nosuchfilter");
    await expect(failing).rejects.toThrow(Retryable);
  });

  it("kills ffmpeg when it is aborted, at once or before it started", async () => {
    const stop = new AbortController();
    const progress = Promise.withResolvers<void>();
    const running = transcode({ ...endless(), onProgress: () => progress.resolve(), signal: stop.signal });
    await progress.promise;
    stop.abort(new Error("no longer wanted"));
    await expect(running).rejects.toThrow("no longer wanted");
    expect(await processesOf(inputPath)).toBe("");

    await expect(transcode({ ...endless(), signal: stop.signal })).rejects.toThrow("no longer wanted");
    const soon = new AbortController();
    const starting = transcode({ ...endless(), signal: soon.signal });
    soon.abort(new Error("changed my mind"));
    await expect(starting).rejects.toThrow("changed my mind");
    expect(await processesOf(inputPath)).toBe("");
  });

  it("makes several files in one run", async () => {
    const picturePath = join(directory, "picture.jpg");
    await transcode({
      ...options(),
      filter: "[0:v]scale=160:120,split[picture][still]",
      moreOutputs: [{ path: picturePath, options: ["-map", "[still]", "-frames:v", "1", "-f", "image2"] }],
    });
    const [video] = (await probe(outputPath, { countPackets: true, timeLimitMs: 20_000 })).streams;
    expect(video?.packets).toBeGreaterThanOrEqual(90);
    const [picture] = (await probe(picturePath, { timeLimitMs: 20_000 })).streams;
    expect(picture).toMatchObject({ codec: "mjpeg", width: 160, height: 120 });
  });

  it("dies with the process that runs it, whatever that dies of", async () => {
    const module = JSON.stringify(join(import.meta.dirname, "ffmpeg.ts"));
    const script = `
      import { transcode } from ${module};
      await transcode({ ...JSON.parse(process.argv[1]), onProgress: (ms) => console.log(ms) });`;
    const child = spawn(process.execPath, [
      "--input-type=module-typescript",
      "-e",
      script,
      JSON.stringify({ ...endless(), timeLimitMs: 60_000 }),
    ]);
    await once(child.stdout, "data");
    expect(await processesOf(inputPath)).not.toBe("");
    child.kill("SIGKILL");
    await once(child, "close");
    await vi.waitFor(async () => expect(await processesOf(inputPath)).toBe(""), { timeout: 5000, interval: 50 });
  });

  it("kills ffmpeg when its time is over", async () => {
    const running = transcode({ ...endless(), timeLimitMs: 300 });
    await expect(running).rejects.toThrow("more than 300 ms");
    await expect(running).rejects.toThrow(Retryable);
    expect(await processesOf(inputPath)).toBe("");
  });

  it("refuses what is no media", async () => {
    await writeFile(outputPath, "<html>");
    await expect(probe(outputPath, { timeLimitMs: 20_000 })).rejects.toThrow(Retryable);
    await expect(
      probe(inputPath, { timeLimitMs: 20_000, signal: AbortSignal.abort(new Error("stop")) }),
    ).rejects.toThrow("stop");
  });

  it("opens files and nothing else", async () => {
    let requests = 0;
    const server = createServer((_request, response) => {
      requests += 1;
      response.end();
    });
    await once(server.listen(0, "127.0.0.1"), "listening");
    const address = server.address();
    const url = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}/video.mp4`;
    await expect(probe(url, { timeLimitMs: 20_000 })).rejects.toThrow("not on whitelist");
    await expect(transcode({ ...options(), inputs: [{ path: url }] })).rejects.toThrow("not on whitelist");
    expect(requests).toBe(0);
    server.close();
  });
});

/** The command lines of living processes that name a file. */
async function processesOf(path: string): Promise<string> {
  const { stdout } = await run("ps", ["-eo", "stat,args"]);
  return stdout
    .split("\n")
    .filter((line) => line.includes("ffmpeg") && line.includes(path) && !line.startsWith("Z"))
    .join("\n");
}
