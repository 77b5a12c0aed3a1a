import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inTransaction } from "@nexbasira/core/database/database.ts";
import { closeRecording, findRecording, openRecordingPart } from "@nexbasira/core/database/recordings.ts";
import { JobQueue } from "@nexbasira/core/jobs/job-queue.ts";
import { probe } from "@nexbasira/core/media-tools/ffmpeg.ts";
import { DiskStorage } from "@nexbasira/core/storage/storage.ts";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { finalizeRecording } from "../../workers/recordings/finalize-recording.ts";
import { muxRecording } from "../../workers/recordings/mux-recording.ts";
import { transcodeRecording } from "../../workers/recordings/transcode-recording.ts";
import { MediaFixture } from "../helpers/media-fixture.ts";
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
    const units = await encode("vp8", flashes(24, "640x360"));
    const sound = await encode("opus", beeps(24));
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
    for (const share of [0, 0.3, 0.8, 1, 1.1]) {
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

/** An ffmpeg whose MP4s lack all but their first second, as a disk might have left them. */
const LOSING_FFMPEG = `#!/bin/sh
PATH=$REAL_PATH
ffmpeg "$@" || exit
for made; do
  case $made in
    *.mp4.partial) ffmpeg -v error -y -i "$made" -t 1 -c copy -f mp4 "$made.short" && mv "$made.short" "$made" ;;
  esac
done
`;

describe("a finaliser whose output is not whole", () => {
  it("keeps the journals until a run whose output can be read back, and deletes them then", async () => {
    const media = await MediaFixture.open();
    const tools = await mkdtemp(join(tmpdir(), "tools-"));
    const jobs = new JobQueue({ databaseUrl: media.environment.DATABASE_URL ?? "", works: false, onError: () => {} });
    try {
      await jobs.start();
      const journals = join(media.dataDir, "journals");
      const session = await media.session();
      const startedAt = Date.now() - 10_000;
      const recording = await inTransaction(media.database, async (transaction) => {
        await openRecordingPart(transaction, {
          id: "rec_finaliser",
          org_id: session.orgId,
          session_id: session.id,
          started_at: new Date(startedAt),
        });
        return closeRecording(transaction, session.id);
      });
      if (!recording) throw new Error("there is no recording");
      await writePart({
        directory: join(journals, recording.id, "1"),
        startedAt,
        streams: [
          { units: await encode("vp8", flashes(5)), mimeType: "video/VP8" },
          { units: await encode("opus", beeps(5)), mimeType: "audio/opus" },
        ],
      });
      const storage = new DiskStorage(join(media.dataDir, "storage"));
      const context = { database: media.database, jobs, links: media.links, storage, journals };
      const finalise = () => finalizeRecording(context, recording.id, new AbortController().signal);

      await writeFile(join(tools, "ffmpeg"), LOSING_FFMPEG, { mode: 0o755 });
      vi.stubEnv("REAL_PATH", process.env.PATH);
      vi.stubEnv("PATH", `${tools}:${process.env.PATH}`);
      await expect(finalise()).rejects.toThrow("not whole");
      vi.unstubAllEnvs();
      expect(await readdir(join(journals, recording.id, "1"))).toEqual(["000001.nbj"]);
      expect((await findRecording(media.database, recording.id))?.status).toBe("processing");

      await finalise();
      expect(await readdir(journals)).toEqual([]);
      const ready = await findRecording(media.database, recording.id);
      expect(ready?.status).toBe("ready");
      const [event] = await media.events(session.id);
      expect(event?.type).toBe("recording.ready");
      expect(event?.data).toMatchObject({ waveform_url: expect.stringContaining("/files/") });
      expect((await storage.read(ready?.waveform_key ?? "")).toString()).toMatch(/^<svg /);
    } finally {
      vi.unstubAllEnvs();
      await jobs.close();
      await media.close();
      await rm(tools, { recursive: true });
    }
  });
});
