import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { EventEnvelope } from "@nexbasira/core/contract/event.ts";
import { EvidenceFile, Recording } from "@nexbasira/core/contract/evidence.ts";
import { z } from "zod";
import { type Measured, sum } from "../helpers/bench-report.ts";
import { enterSession } from "../helpers/enter-session.ts";
import type { Installation } from "../helpers/installation.ts";
import { Uploader } from "../helpers/upload-capture.ts";
import { waitFor } from "../helpers/wait-for.ts";
import { startReceiver } from "../helpers/webhook-receiver.ts";
import { type BareTimes, runBareTools } from "./bare-evidence.ts";
import { type Bench, startInstallation, temporaryFolder } from "./bench.ts";
import { type JobTimes, listDoneJobs, waitForJobs } from "./jobs.ts";
import { processorTime } from "./processor-time.ts";
import { newSession } from "./product-call.ts";
import { recordCall } from "./record-call.ts";
import { synthesizePhotos } from "./synthetic-photos.ts";

const LAST_EVENT = "signature.completed";
const PLACE = { latitude: 50.087451, longitude: 14.420671, accuracy_m: 12, age_s: 1.2 };

/**
 * The session's end, by the API, to `signature.completed` at a receiver of webhooks, and where the time goes. The photos
 * were uploaded during the call, so their thumbnails are there when it ends; the recording is the product's own, made
 * without its wall-clock time (see `recordCall`). The bare tools then work on the same recording, photos and document.
 */
export const evidence: Bench<"photos" | "minutes"> = {
  about: "end of session to signature.completed, beside ffmpeg, sharp and openssl",
  options: { photos: 50, minutes: 10 },
  limit_s: ({ photos, minutes }) => 300 + 20 * photos + 480 * minutes,
  run: async (context, { photos, minutes }) => {
    const { cleanup, say } = context;
    const receiver = await startReceiver();
    cleanup.add(() => receiver.close());
    const folder = await temporaryFolder(context);
    const installation = await startInstallation(context, ["server", "media", "workers"]);
    const { database } = installation.testDatabase;
    const session = await newSession(installation, { callbacks: { [LAST_EVENT]: receiver.url } });
    const participant = await enterSession(installation, session);
    const uploader = new Uploader(installation.url, participant.access_token);

    const paths: string[] = [];
    for await (const photo of synthesizePhotos(photos)) {
      const path = join(folder, `photo-${paths.length + 1}.jpg`);
      await writeFile(path, photo);
      await addPhoto(uploader, new Uint8Array(photo), paths.push(path));
    }
    say(`${photos} photos are uploaded`);
    await recordCall(installation, participant, minutes * 60_000);
    say(`${minutes} min are recorded`);
    await waitForJobs(database, "make-derivatives", photos, 60_000 + 10_000 * photos);

    say("the session ends");
    const ownWork = await startMeter(installation.child("workers").pid);
    const endedAt = Date.now();
    await installation.api(`/v1/sessions/${session.id}/end`, { method: "POST" });
    const signed = await waitFor(LAST_EVENT, () => receiver.received[0], 120_000 + 240_000 * minutes);
    const own = await ownWork();
    const file = EvidenceFile.parse(EventEnvelope.parse(JSON.parse(signed.body)).data);
    const jobs = await listDoneJobs(database, ["finalize-recording", "assemble-report", "sign-evidence"]);
    say(`${LAST_EVENT} after ${((signed.at - endedAt) / 1000).toFixed(1)} s; now the bare tools`);

    const files = await download(installation, folder, file);
    const bareWork = await startMeter(process.pid);
    const bare = await runBareTools(folder, { ...files, photos: paths });
    return [...describe(endedAt, jobs, signed.at, bare), ...describeWork(own, await bareWork())];
  },
};

/** What a process and its children use from now on, in seconds of a processor. */
async function startMeter(pid: number): Promise<() => Promise<number | undefined>> {
  const before = await processorTime(pid);
  return async () => {
    const after = await processorTime(pid);
    return before === undefined || after === undefined ? undefined : after - before;
  };
}

function describeWork(own: number | undefined, bare: number | undefined): Measured[] {
  if (own === undefined || bare === undefined) return [];
  return [{ name: "processor time of all of it", value: own, unit: "s", baseline: bare }];
}

/** Uploads a photo as the participant's phone does; `order` counts from 1. */
async function addPhoto(uploader: Uploader, photo: Uint8Array<ArrayBuffer>, order: number): Promise<void> {
  const response = await uploader.upload(photo, {
    kind: "snapshot",
    media_type: "image/jpeg",
    source: "photo",
    device_time: new Date().toISOString(),
    clock_offset_ms: 0,
    device_order: order,
    location: PLACE,
    location_status: "fixed",
  });
  if (!response.ok) throw new Error(`the upload was answered ${response.status}: ${await response.text()}`);
}

/** The recording as it was muxed and as it was encoded, and the signed PDF, as files. */
async function download(installation: Installation, folder: string, { session_id, pdf_url }: EvidenceFile) {
  const answer = await installation.api(`/v1/sessions/${session_id}/recordings`);
  const [recorded] = z.object({ data: z.array(Recording) }).parse(await answer.json()).data;
  const fetchTo = async (url: string | null | undefined, name: string) => {
    const response = await fetch(url ?? "");
    if (!response.ok) throw new Error(`${name} answered ${response.status}`);
    const path = join(folder, name);
    await writeFile(path, new Uint8Array(await response.arrayBuffer()));
    return path;
  };
  return {
    recording: await fetchTo(recorded?.content_url, "recording.mkv"),
    mp4: await fetchTo(recorded?.mp4?.url, "recording.mp4"),
    document: await fetchTo(pdf_url, "evidence.pdf"),
  };
}

/** The time from the end to the last event, cut at the moments at which work was handed on; the parts make the whole. */
function describe(endedAt: number, jobs: readonly JobTimes[], receivedAt: number, bare: BareTimes): Measured[] {
  const runsOf = (name: string) => {
    const runs = jobs.filter((job) => job.name === name);
    const [first, last] = [runs[0], runs.at(-1)];
    if (!first || !last) throw new Error(`${name} did not run`);
    return { dueAt: first.dueAt, startedAt: last.startedAt };
  };
  const [finalizing, report, signing] = ["finalize-recording", "assemble-report", "sign-evidence"].map(runsOf);
  if (!finalizing || !report || !signing) throw new Error("a job is missing");
  const part = (name: string, from: number, to: number, baseline?: number): Measured => ({
    name: `  ${name}`,
    value: (to - from) / 1000,
    unit: "s",
    ...(baseline === undefined ? {} : { baseline }),
  });
  return [
    {
      name: `end to ${LAST_EVENT}`,
      value: (receivedAt - endedAt) / 1000,
      unit: "s",
      baseline: sum(Object.values(bare)),
      goal: { mostRatio: 1.3 },
    },
    part("waiting, until the recording is begun", endedAt, finalizing.startedAt),
    part("recording: MKV, MP4, checks", finalizing.startedAt, report.dueAt, bare.recording),
    part("waiting, until the report is begun", report.dueAt, report.startedAt),
    part("report", report.startedAt, signing.dueAt, bare.previews),
    part("waiting, until signing is begun", signing.dueAt, signing.startedAt),
    part("signing, and the event's way to the receiver", signing.startedAt, receivedAt, bare.signature),
  ];
}
