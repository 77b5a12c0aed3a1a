import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { probe } from "@nexbasira/core/media-tools/ffmpeg.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { muxRecording } from "../../workers/recordings/mux-recording.ts";
import { transcodeRecording } from "../../workers/recordings/transcode-recording.ts";
import { beeps, encode, flashes, writePart } from "../helpers/synthetic-journal.ts";

const RECORDINGS = join(import.meta.dirname, "../../workers/recordings");

/** Makes both files and says how far it is. */
const CHILD = `
  import { writeSync } from "node:fs";
  import { muxRecording } from ${JSON.stringify(join(RECORDINGS, "mux-recording.ts"))};
  import { transcodeRecording } from ${JSON.stringify(join(RECORDINGS, "transcode-recording.ts"))};
  const [part, mkv, mp4] = process.argv.slice(1);
  const say = (step) => (share) => writeSync(1, (step + share) + "\\n");
  const recording = await muxRecording({ partDirectories: [part], outputPath: mkv, onProgress: say(0) });
  await transcodeRecording({ inputPath: mkv, recording, outputPath: mp4, onProgress: say(1) });
`;

describe("a finaliser that is killed", () => {
  let root: string;

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), "finaliser-"));
    const units = await encode("vp8", flashes(20, "1280x720"));
    const sound = await encode("opus", beeps(20));
    await writePart({
      directory: join(root, "1"),
      startedAt: 1_760_000_000_000,
      streams: [
        { units, mimeType: "video/VP8", travelMs: (index) => (index % 90 === 50 ? null : 20 + (index % 4) * 15) },
        { units: sound, mimeType: "audio/opus" },
      ],
    });
  });
  afterAll(() => rm(root, { recursive: true }));

  async function hash(path: string): Promise<string> {
    return createHash("sha256")
      .update(await readFile(path))
      .digest("hex");
  }

  async function finalise(name: string) {
    const mkv = join(root, `${name}.mkv`);
    const mp4 = join(root, `${name}.mp4`);
    const recording = await muxRecording({ partDirectories: [join(root, "1")], outputPath: mkv });
    await transcodeRecording({ inputPath: mkv, recording, outputPath: mp4 });
    const { streams, durationMs } = await probe(mp4, { countPackets: true, timeLimitMs: 30_000 });
    return { recording, mkv: await hash(mkv), streams, durationMs };
  }

  it("leaves no file that is not whole, and gives the same when it is run again", async () => {
    const unkilled = await finalise("unkilled");
    for (const share of [0, 0.3, 0.8, 1, 1.2]) {
      const paths = [join(root, "1"), join(root, "killed.mkv"), join(root, "killed.mp4")];
      const child = spawn(process.execPath, ["--input-type=module-typescript", "-e", CHILD, ...paths], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      child.stdout.setEncoding("utf8").on("data", (text: string) => {
        if (
          text
            .trim()
            .split("\n")
            .some((line) => Number(line) >= share)
        )
          child.kill("SIGKILL");
      });
      await once(child, "close");
      expect(child.signalCode).toBe("SIGKILL");
      expect(await finalise("killed")).toEqual(unkilled);
    }
  });
});
