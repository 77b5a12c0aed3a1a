import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testId } from "../helpers/browser.ts";
import { type Call, startCall } from "../helpers/call.ts";
import { readReceivedSound } from "../helpers/connection-stats.ts";
import { measureDelivery } from "../helpers/network/measure-delivery.ts";
import type { NetworkHost } from "../helpers/network/network-host.ts";
import { NetworkStage } from "../helpers/network/network-stage.ts";
import { PictureWatch } from "../helpers/picture-watch.ts";

const SECONDS = 20;

let stage: NetworkStage;
let host: NetworkHost;
let call: Call;
beforeAll(async () => {
  stage = await NetworkStage.open({ processes: ["server", "media"], hosts: [{ delay_ms: 50 }] });
  host = stage.host(0);
  call = await startCall(stage.instance, await stage.launchBrowser(), {}, await stage.launchBrowser(host));
});
afterAll(() => stage?.close());

test("with 50 ms of delay and 5 % of loss both ways, 98 % of frames are seen and the journal lacks 1 packet in 1,000 at most", async () => {
  const { frames, journal } = await measureDelivery(stage.instance, call, { host, loss: 0.05, seconds: SECONDS });
  expect(frames.sent).toBeGreaterThan(5);
  expect(frames.seen / frames.sent).toBeGreaterThan(0.98);
  for (const { sent, kept } of [journal.video, journal.audio]) {
    expect(sent).toBeGreaterThan(500);
    expect(kept / sent).toBeGreaterThan(0.999);
  }
});

test("at 300 kbit/s the sound stays whole, the picture goes on with fewer frames, and both sides are told why", async () => {
  const picture = await PictureWatch.open(call.inspector, "field-video");
  await host.impair({ rate_kbit: { up: 300, down: null } });
  // The reason is told on both sides when the congestion control has found the rate.
  const told = await call.phone.waitForSelector(`${testId("sending")}[data-reason="bandwidth"]`, { timeout: 20_000 });
  expect(await told?.evaluate((element) => element.getAttribute("data-level"))).toBe("low_frame_rate");
  await call.inspector.waitForSelector(testId("phone-sending"), { timeout: 10_000 });
  const before = await readReceivedSound(call.inspector);
  const since = Date.now();
  await delay(12_000);
  const after = await readReceivedSound(call.inspector);
  const samples = after.totalSamplesReceived - before.totalSamplesReceived;
  const audible = (sound: typeof after) => sound.concealedSamples - sound.silentConcealedSamples;
  expect((audible(after) - audible(before)) / samples).toBeLessThan(0.02);
  expect((await picture.since(since)).length).toBeGreaterThan(0);
  await host.impair({ rate_kbit: { up: null, down: null } });
});
