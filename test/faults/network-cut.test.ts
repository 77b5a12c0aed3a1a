import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { muxRecording } from "../../workers/recordings/mux-recording.ts";
import { click, testId } from "../helpers/browser.ts";
import { type Call, startCall } from "../helpers/call.ts";
import type { NetworkHost } from "../helpers/network/network-host.ts";
import { NetworkStage } from "../helpers/network/network-stage.ts";
import { PictureWatch } from "../helpers/picture-watch.ts";
import { waitFor } from "../helpers/wait-for.ts";

/**
 * The picture moves again within this time after the network is back: seen are 0.3 to 4 s where nothing else runs. A page
 * makes its way anew after 8 s at the latest.
 */
const BACK_MS = 12_000;

/** What browsers still send of the last moments of a cut that they sat through: nothing of that is missing. */
const SENT_LATE_S = 2;

let stage: NetworkStage;
let host: NetworkHost;
let call: Call;
let picture: PictureWatch;
beforeAll(async () => {
  stage = await NetworkStage.open({ processes: ["server", "media"], hosts: [{}] });
  host = stage.host(0);
  call = await startCall(stage.instance, await stage.launchBrowser(), {}, await stage.launchBrowser(host));
  picture = await PictureWatch.open(call.inspector, "field-video");
});
afterAll(() => stage?.close());

/** The time is the condition here: that long nothing gets through, and nobody is told. */
async function cutFor(ms: number): Promise<number> {
  await host.impair({ cut: true });
  await delay(ms);
  await host.impair({ cut: false });
  return Date.now();
}

test("a cut of 3 seconds is mended without a new connection", async () => {
  const leaving = await call.inspector.waitForSelector(testId("field-video"));
  const mended = await cutFor(3_000);
  expect(await picture.movesAfter(mended, 30_000)).toBeLessThan(BACK_MS);
  // The same stream goes on in the same element.
  expect(await leaving?.evaluate((video) => video.isConnected)).toBe(true);
});

test("after 12 seconds of silence the picture moves again within seconds", async () => {
  const mended = await cutFor(12_000);
  expect(await picture.movesAfter(mended, 30_000)).toBeLessThan(BACK_MS);
});

test("after 40 seconds without a network the phone comes back by itself into the same session", async () => {
  await host.setLink(false);
  await call.phone.waitForSelector(testId("offline"), { timeout: 20_000 });
  await delay(40_000);
  const back = Date.now();
  await host.setLink(true);
  expect(await picture.movesAfter(back, 30_000)).toBeLessThan(BACK_MS);
  await waitFor("the bar to go", async () => (await call.phone.$(testId("offline"))) === null);
});

test("from Wi-Fi to the mobile network, with another address, the call goes on within seconds", async () => {
  const moved = Date.now();
  await host.move("mobile");
  // What was on its way may still be shown.
  await delay(300);
  const gone = (await picture.since(moved)).at(-1) ?? moved;
  expect(await picture.movesAfter(gone + 1, 30_000)).toBeLessThan(BACK_MS);
  const left = await stage.instance.testDatabase.database
    .selectFrom("participants")
    .select("left_at")
    .where("role", "=", "participant")
    .executeTakeFirstOrThrow();
  expect(left.left_at).toBeNull();
});

test("the recording declares what the cuts took from it", async () => {
  await click(call.inspector, "end");
  await click(call.inspector, "confirm-end");
  await waitFor("the phone to know", () => call.phone.$(testId("live")).then((live) => live === null));
  const { id } = await stage.instance.testDatabase.database
    .selectFrom("recordings")
    .select("id")
    .executeTakeFirstOrThrow();
  const { gaps } = await muxRecording({
    partDirectories: [join(stage.instance.dataDir, "journals", id, "1")],
    outputPath: join(stage.instance.dataDir, "recording.mkv"),
  });
  // A way that was mended and one that was made anew are declared alike, each under its own reason.
  const lost = gaps
    .filter(({ kind }) => kind === "video")
    .map(({ fromMs, toMs }) => Math.round((toMs - fromMs) / 1000));
  // 12 s and 40 s, each with the time that the way back took; what else there is comes from making the way anew.
  const [first, second, ...others] = lost.toSorted((a, b) => b - a);
  expect(first).toBeGreaterThanOrEqual(40);
  expect(first).toBeLessThanOrEqual(40 + BACK_MS / 1000);
  expect(second).toBeGreaterThanOrEqual(12 - SENT_LATE_S);
  expect(second).toBeLessThanOrEqual(12 + BACK_MS / 1000);
  for (const seconds of others) expect(seconds).toBeLessThanOrEqual(BACK_MS / 1000);
});
