import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { promisify } from "node:util";
import { newId } from "@nexbasira/core/contract/ids.ts";
import { insertClip } from "@nexbasira/core/database/clips.ts";
import { inTransaction } from "@nexbasira/core/database/database.ts";
import { findEvidenceItemByCapture } from "@nexbasira/core/database/evidence-items.ts";
import { findSessionRecording } from "@nexbasira/core/database/recordings.ts";
import { JobQueue } from "@nexbasira/core/jobs/job-queue.ts";
import { muxRecording } from "../../workers/recordings/mux-recording.ts";
import { type Measured, percentile } from "../helpers/bench-report.ts";
import { enterSession } from "../helpers/enter-session.ts";
import { waitFor } from "../helpers/wait-for.ts";
import { type BenchContext, startInstallation, temporaryFolder } from "./bench.ts";
import { newSession } from "./product-call.ts";
import { recordCall } from "./record-call.ts";

const run = promisify(execFile);

const CALL_MS = 120_000;
const CLIP_MS = 15_000;
const LIMIT_MS = 60_000;
/** As the product encodes clips, and finished recordings. */
const CLIP_MP4 = "-c:v libx264 -preset ultrafast -crf 23 -maxrate 3M -bufsize 6M -g 60 -c:a aac -b:a 96k";
const WHOLE_MP4 =
  "-c:v libx264 -preset superfast -crf 23 -maxrate 3M -bufsize 6M -g 60 -c:a aac -b:a 96k -movflags +faststart";

/**
 * Clips of 15 s out of a call of 2 min (720p, 1.5 Mbit/s, a key frame every 10 s, as the recorder asks for them): from
 * the request in the database, as the room's node writes it, to the evidence item. Then the call ends, and its recording
 * is made. ffmpeg alone cuts the same stretches from the finished Matroska file, and encodes all of that.
 */
export async function measureClips(context: BenchContext, clips: number): Promise<Measured[]> {
  const { cleanup, say } = context;
  const folder = await temporaryFolder(context);
  const installation = await startInstallation(context, ["server", "media", "workers"]);
  const { database, url: databaseUrl } = installation.testDatabase;
  const session = await newSession(installation);
  const participant = await enterSession(installation, session);
  await recordCall(installation, participant, CALL_MS);
  const recording = await findSessionRecording(database, session.id);
  if (!recording) throw new Error("nothing was recorded");
  const startedAt = recording.started_at.getTime();
  const mkv = join(folder, "call.mkv");
  await muxRecording({ partDirectories: [join(installation.dataDir, "journals", recording.id, "1")], outputPath: mkv });
  const jobs = new JobQueue({ databaseUrl, works: false, onError: (error) => say(String(error)) });
  cleanup.add(() => jobs.close());
  await jobs.start();

  const cutByProduct = async (fromMs: number) => {
    const clip = {
      id: newId("clip"),
      session_id: session.id,
      participant_id: participant.participant_id,
      from_ms: startedAt + fromMs,
      to_ms: startedAt + fromMs + CLIP_MS,
      capture_id: randomUUID(),
    };
    return timed(async () => {
      await inTransaction(database, async (transaction) => {
        await insertClip(transaction, clip);
        await jobs.enqueue(transaction, "cut-clip", { clip_id: clip.id });
      });
      const find = () => findEvidenceItemByCapture(database, clip.capture_id);
      await waitFor("the clip's item", find, LIMIT_MS);
    });
  };
  const ffmpeg = (...args: string[]) =>
    timed(() => run("ffmpeg", ["-v", "error", "-nostdin", "-y", ...args], { cwd: folder }));
  // The first one of a worker's life also loads what all others use.
  await cutByProduct(0);
  const own: number[] = [];
  const bare: number[] = [];
  for (let i = 1; i <= clips; i += 1) {
    const fromMs = Math.floor(((CALL_MS - CLIP_MS) * i) / (clips + 1)) + ((i * 1234) % 1000);
    own.push(await cutByProduct(fromMs));
    const marks = ["-ss", String(fromMs / 1000), "-t", String(CLIP_MS / 1000)];
    bare.push(await ffmpeg(...marks, "-i", mkv, ...CLIP_MP4.split(" "), "clip.mp4"));
    say(`clip ${i} of ${clips}: ${own.at(-1)?.toFixed(2)} s, ffmpeg alone ${bare.at(-1)?.toFixed(2)} s`);
  }

  const finished = await timed(async () => {
    await installation.api(`/v1/sessions/${session.id}/end`, { method: "POST" });
    const isReady = async () => (await findSessionRecording(database, session.id))?.status === "ready";
    await waitFor("the recording", isReady, LIMIT_MS * 5);
  });
  const bareWhole =
    (await ffmpeg("-i", mkv, "-map", "0", "-c", "copy", "remuxed.mkv")) +
    (await ffmpeg("-i", "remuxed.mkv", ...WHOLE_MP4.split(" "), "bare.mp4"));
  const name = "clip of 15 s, request to item";
  return [
    { name: `${name}, p50`, value: percentile(own, 0.5), unit: "s", baseline: percentile(bare, 0.5) },
    {
      name: `${name}, p95`,
      value: percentile(own, 0.95),
      unit: "s",
      baseline: percentile(bare, 0.95),
      goal: { most: 2 },
    },
    { name: "end of a call of 2 min to its recording", value: finished, unit: "s", baseline: bareWhole },
  ];
}

/** In seconds. */
async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return (performance.now() - begun) / 1000;
}
