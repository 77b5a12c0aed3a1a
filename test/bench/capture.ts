import { EventEnvelope } from "@nexbasira/core/contract/event.ts";
import { EvidenceItem } from "@nexbasira/core/contract/evidence.ts";
import { listItemsOfRequest } from "@nexbasira/core/database/evidence-items.ts";
import type { Page } from "puppeteer-core";
import { type Measured, percentile } from "../helpers/bench-report.ts";
import { click, waitForMotion } from "../helpers/browser.ts";
import { waitFor } from "../helpers/wait-for.ts";
import { startReceiver } from "../helpers/webhook-receiver.ts";
import { startBareCapture } from "./bare-capture.ts";
import { type Bench, type BenchContext, startInstallation } from "./bench.ts";
import { waitForJobs } from "./jobs.ts";
import { watchClick, watchUpload } from "./page-times.ts";
import { launchForCalls, newSession, openInspector, openPhone, signInToConsole } from "./product-call.ts";
import { measureSurvival } from "./snapshots-through-cuts.ts";
import { synthesizePhotos } from "./synthetic-photos.ts";

const LIMIT_MS = 30_000;

/**
 * The inspector's click on the shutter to `evidence.added` at a receiver of webhooks, in a call that is recorded. A fake
 * camera has no sensor, so the still camera is made to give photos of 12 megapixels. The bare tools get the same bytes;
 * they have no phone, so what the phone does before it sends is also shown by itself. Each snapshot's thumbnail is made
 * before the next click.
 */
export const capture: Bench<"captures" | "snapshots"> = {
  about:
    "click on the shutter to evidence.added at a receiver, beside undici, a hash and fsync; snapshots through cuts",
  options: { captures: 10, snapshots: 200 },
  limit_s: ({ captures, snapshots }) => 240 + 30 * captures + 20 * snapshots,
  run: async (context, { captures, snapshots }) => {
    const clicks = await measureClicks(context, captures);
    return [...clicks, ...(await measureSurvival(context, snapshots))];
  },
};

async function measureClicks(context: BenchContext, captures: number): Promise<Measured[]> {
  const { cleanup, say } = context;
  const receiver = await startReceiver();
  cleanup.add(() => receiver.close());
  const installation = await startInstallation(context, ["server", "media", "workers"]);
  const browser = await launchForCalls(context);
  const signedIn = await signInToConsole(browser, installation);
  const session = await newSession(installation, { callbacks: { "evidence.added": receiver.url } });
  const inspector = await openInspector(signedIn, installation, session);
  const phone = await openPhone(browser, session);
  await click(phone, "join");
  await waitForMotion(inspector, "field-video");
  const sendBare = await startBareCapture(context);

  const whole: number[] = [];
  const onPhone: number[] = [];
  const bare: number[] = [];
  const frames: number[] = [];
  const { database } = installation.testDatabase;
  for await (const photo of synthesizePhotos(captures)) {
    const { clickedAt, sentAt } = await takeSnapshot(inspector, phone, photo);
    const number = whole.length + 1;
    const arrived = () => receiver.received.map(readEvent);
    const original = await waitFor(
      `evidence.added ${number}`,
      () => arrived().filter(({ item }) => !item.provisional)[number - 1],
      LIMIT_MS,
    );
    if (original.item.size !== photo.length) throw new Error("the phone has sent another photo");
    whole.push(original.at - clickedAt);
    onPhone.push((await sentAt()) - clickedAt);
    await waitForJobs(database, "cut-frame", number, LIMIT_MS);
    const added = await listItemsOfRequest(database, original.item.request_id ?? "");
    const frame = added.find(({ provisional }) => provisional);
    // A frame that is later than its original is not kept.
    if (frame) {
      const told = await waitFor("its event", () => arrived().find(({ item }) => item.id === frame.id), LIMIT_MS);
      frames.push(told.at - clickedAt);
    }
    await waitForJobs(database, "make-derivatives", receiver.received.length, LIMIT_MS);
    bare.push(await sendBare(photo));
    say(`snapshot ${number} of ${captures}: ${last(whole)} ms, bare ${last(bare)} ms`);
  }
  const sending = whole.map((taken, i) => taken - (onPhone[i] ?? 0));
  const median = { unit: "ms", baseline: percentile(bare, 0.5) };
  return [
    { name: "click to evidence.added, p50", value: percentile(whole, 0.5), ...median },
    {
      name: "click to evidence.added, p95",
      value: percentile(whole, 0.95),
      unit: "ms",
      baseline: percentile(bare, 0.95),
    },
    { name: "of it click to begin of upload, p50", value: percentile(onPhone, 0.5), unit: "ms" },
    { name: "of it upload to evidence.added, p50", value: percentile(sending, 0.5), ...median },
    { name: "provisional frames that were before their original", value: frames.length, unit: `of ${captures}` },
    ...(frames.length === 0
      ? []
      : [{ name: "click to the provisional frame's evidence.added, p50", value: percentile(frames, 0.5), unit: "ms" }]),
  ];
}

function readEvent({ at, body }: { at: number; body: string }) {
  return { at, item: EvidenceItem.parse(EventEnvelope.parse(JSON.parse(body)).data) };
}

async function takeSnapshot(inspector: Page, phone: Page, photo: Buffer) {
  await loadCamera(phone, photo);
  const sentAt = await watchUpload(phone);
  const clicked = await watchClick(inspector);
  await click(inspector, "photo");
  return { clickedAt: await clicked(), sentAt };
}

/** The next photo that the page's still camera gives. */
async function loadCamera(phone: Page, photo: Buffer): Promise<void> {
  await phone.evaluate((base64) => {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    ImageCapture.prototype.takePhoto = () => Promise.resolve(new Blob([bytes], { type: "image/jpeg" }));
  }, photo.toString("base64"));
}

function last(values: readonly number[]): string {
  return (values.at(-1) ?? 0).toFixed(1);
}
