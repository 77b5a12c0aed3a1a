import { execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { renderRecording } from "../../workers/recordings/render-recording.ts";
import type { Measured } from "../helpers/bench-report.ts";
import { beeps, encode, flashes, writePart } from "../helpers/synthetic-journal.ts";
import { type BenchContext, temporaryFolder } from "./bench.ts";

const run = promisify(execFile);

const SECONDS = 30;
const RENDER = join(import.meta.dirname, "../../workers/recordings/render-recording.ts");

/** Makes a recording's files and says how far it is. */
const CHILD = `
  import { writeSync } from "node:fs";
  import { renderRecording } from ${JSON.stringify(RENDER)};
  const [part, directory] = process.argv.slice(1);
  const onProgress = (share) => writeSync(1, share + "\\n");
  await renderRecording({ parts: [part], directory, signal: new AbortController().signal, onProgress });
  onProgress(2);
  setInterval(() => undefined, 1000);
`;

/**
 * The finaliser's process is killed again and again, each time a little further, the last time when it is done; what is
 * made after that is compared with what was made undisturbed: the Matroska file by its bytes, the MP4 by each decoded
 * picture and sound.
 */
export async function measureFinaliserKills(context: BenchContext, kills: number): Promise<Measured[]> {
  const folder = await temporaryFolder(context);
  const part = join(folder, "1");
  const units = await encode("vp8", flashes(SECONDS, "640x360"));
  const travelMs = (index: number) => (index % 190 === 50 ? null : 20 + (index % 4) * 15);
  await writePart({
    directory: part,
    startedAt: 1_760_000_000_000,
    streams: [
      { units, mimeType: "video/VP8", travelMs },
      { units: await encode("opus", beeps(SECONDS)), mimeType: "audio/opus" },
    ],
  });
  const unkilled = await render(part, join(folder, "unkilled"));
  let leftRunning = 0;
  for (let kill = 1; kill <= kills; kill += 1) {
    const directory = join(folder, `killed-${kill}`);
    await killAt(part, directory, kill === kills ? 2 : kill / kills);
    if (await isRunning(directory)) leftRunning += 1;
    context.say(`finaliser killed ${kill} of ${kills} times`);
  }
  const killed = await render(part, join(folder, "at-last"));
  const name = `finaliser killed ${kills} times`;
  const differing = killed.frames.filter((frame, i) => frame !== unkilled.frames[i]).length;
  const missing = Math.abs(killed.frames.length - unkilled.frames.length);
  return [
    { name: `${name}: pictures and sounds that differ`, value: differing + missing, unit: "", goal: { most: 0 } },
    { name: `${name}: MKV files that differ`, value: killed.mkv === unkilled.mkv ? 0 : 1, unit: "", goal: { most: 0 } },
    { name: `${name}: ffmpeg left running`, value: leftRunning, unit: "", goal: { most: 0 } },
  ];
}

async function render(part: string, directory: string) {
  await mkdir(directory);
  const { mkv, mp4 } = await renderRecording({
    parts: [part],
    directory,
    signal: new AbortController().signal,
    onProgress: () => undefined,
  });
  const { stdout } = await run("ffmpeg", ["-v", "error", "-i", mp4, "-f", "framemd5", "-"], { maxBuffer: 1e8 });
  const hash = createHash("sha256")
    .update(await readFile(mkv))
    .digest("hex");
  return { mkv: hash, frames: stdout.split("\n").filter((line) => line !== "" && !line.startsWith("#")) };
}

async function killAt(part: string, directory: string, share: number): Promise<void> {
  await mkdir(directory);
  const child = spawn(process.execPath, ["--input-type=module-typescript", "-e", CHILD, part, directory], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const closed = once(child, "close");
  for await (const line of createInterface({ input: child.stdout })) {
    if (Number(line) >= share) child.kill("SIGKILL");
  }
  await closed;
  if (child.signalCode !== "SIGKILL") throw new Error(`the finaliser ended by itself with ${child.exitCode}`);
}

/** Whether a process that works in a directory is there a second after its parent's death. */
async function isRunning(directory: string): Promise<boolean> {
  const deadline = performance.now() + 1000;
  for (;;) {
    const { stdout } = await run("ps", ["-eo", "stat,args"]);
    const found = stdout.split("\n").some((line) => line.includes(directory) && !line.startsWith("Z"));
    if (!found || performance.now() > deadline) return found;
  }
}
