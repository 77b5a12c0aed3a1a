import { execFile } from "node:child_process";
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { findSessionRecording } from "@nexbasira/core/database/recordings.ts";
import { RecordKind } from "@nexbasira/core/journal/format.ts";
import { listSegments, readSegment, readSegmentHeader } from "@nexbasira/core/journal/journal-reader.ts";
import { outlinePart } from "../../workers/recordings/scan-part.ts";
import { type Measured, percentile } from "../helpers/bench-report.ts";
import { click, waitForMotion } from "../helpers/browser.ts";
import type { Installation } from "../helpers/installation.ts";
import { waitFor } from "../helpers/wait-for.ts";
import { type BenchContext, startInstallation, temporaryFolder } from "./bench.ts";
import { launchForCalls, newSession, openInspector, openPhone, signInToConsole } from "./product-call.ts";

const run = promisify(execFile);

/** What a life of the media process has recorded before it is killed. */
const LIFE_MS = 2_000;
const LIMIT_MS = 60_000;

/**
 * A call in real Chromium, recorded, whose media process is killed and started again by what watches over it in
 * production. Lost: from the last packet in the journal to the kill. Back: from the kill to the first packet of the
 * participant in the next part. Then the call ends, and what was made of all parts is decoded.
 */
export async function measureMediaKills(context: BenchContext, kills: number): Promise<Measured[]> {
  const { say } = context;
  const folder = await temporaryFolder(context);
  const installation = await startInstallation(context, ["server", "media", "workers"]);
  const { database } = installation.testDatabase;
  const browser = await launchForCalls(context);
  const signedIn = await signInToConsole(browser, installation);
  const session = await newSession(installation);
  const inspector = await openInspector(signedIn, installation, session);
  const phone = await openPhone(browser, session);
  await click(phone, "join");
  await waitForMotion(inspector, "field-video");
  const recording = await waitFor("the recording", () => findSessionRecording(database, session.id));
  const journal = join(installation.dataDir, "journals", recording.id);

  const lostMs: number[] = [];
  const backS: number[] = [];
  for (let part = 1; part <= kills; part += 1) {
    const begun = await waitFor(`part ${part}`, () => firstPacketAt(journal, part), LIMIT_MS);
    await waitFor("some seconds of it", () => Date.now() > begun + LIFE_MS);
    const killed = await kill(installation);
    lostMs.push(killed - (await lastPacketAt(journal, part)));
    const back = await waitFor("the room to be back", () => firstPacketAt(journal, part + 1), LIMIT_MS);
    backS.push((back - killed) / 1000);
    say(`media process killed ${part} of ${kills} times: ${lostMs.at(-1)} ms lost, back in ${backS.at(-1)} s`);
  }
  await waitForMotion(inspector, "field-video", 30);
  await installation.api(`/v1/sessions/${session.id}/end`, { method: "POST" });
  const isReady = async () => {
    const row = await findSessionRecording(database, session.id);
    return row?.status === "ready" || row?.status === "failed" ? row : undefined;
  };
  const row = await waitFor("the recording to be made", isReady, 5 * LIMIT_MS);
  const answer = await installation.api(`/v1/sessions/${session.id}/recordings`);
  const files = /"content_url":"([^"]+)".*"mp4":{[^}]*"url":"([^"]+)"/.exec(await answer.text())?.slice(1) ?? [];
  const errors = await Promise.all(files.map((url, i) => decodingErrors(url, join(folder, String(i)))));
  const declared = row.gaps.filter(({ reason }) => reason === "recorder_lost").length;
  const name = `media process killed ${kills} times`;
  return [
    { name: `${name}: recording lost each time, p50`, value: percentile(lostMs, 0.5), unit: "ms" },
    { name: `${name}: recording lost, most`, value: Math.max(...lostMs), unit: "ms", goal: { most: 100 } },
    { name: `${name}: recorded again, p50`, value: percentile(backS, 0.5), unit: "s" },
    { name: `${name}: recorded again, longest`, value: Math.max(...backS), unit: "s", goal: { most: 3 } },
    { name: `${name}: gaps declared`, value: declared, unit: "", goal: { least: kills } },
    {
      name: `${name}: files that cannot be played`,
      value: 2 - errors.filter((text) => text === "").length,
      unit: "",
      goal: { most: 0 },
    },
  ];
}

/** When it was killed, in milliseconds since 1970. The next life begins at once. */
async function kill(installation: Installation): Promise<number> {
  const dead = installation.child("media").stop("SIGKILL");
  const killed = Date.now();
  await dead;
  installation.spawn("media");
  return killed;
}

/** Wall-clock times, in milliseconds since 1970. */
async function lastPacketAt(journal: string, part: number): Promise<number> {
  const outline = await outlinePart(join(journal, String(part)));
  if (!outline) throw new Error(`part ${part} cannot be read`);
  return Math.round(outline.startedAt + outline.endMs);
}

async function firstPacketAt(journal: string, part: number): Promise<number | undefined> {
  if (!(await readdir(journal)).includes(String(part))) return undefined;
  const [first] = await listSegments(join(journal, String(part)));
  const start = first && (await readSegmentHeader(first.path));
  if (!first || !start) return undefined;
  for await (const batch of readSegment(first.path)) {
    for (const entry of batch) {
      if (entry.kind === RecordKind.rtp) return Math.round(start.header.partStartedAt + entry.arrivalUs / 1000);
    }
  }
  return undefined;
}

async function decodingErrors(url: string, path: string): Promise<string> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`a recording's file answered ${response.status}`);
  await writeFile(path, new Uint8Array(await response.arrayBuffer()));
  const asTheyAre = ["-fps_mode", "passthrough", "-enc_time_base:v", "-1"];
  const { stderr } = await run("ffmpeg", ["-v", "error", "-i", path, "-map", "0", ...asTheyAre, "-f", "null", "-"]);
  return stderr;
}
