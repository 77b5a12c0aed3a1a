import { EvidenceFile } from "@nexbasira/core/contract/evidence.ts";
import type { Browser } from "puppeteer-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { LEASE_MS } from "../../server/media/node-directory.ts";
import { click, framesShown, launchBrowser, waitForMotion } from "../helpers/browser.ts";
import { type Call, startCall } from "../helpers/call.ts";
import { Instance } from "../helpers/instance.ts";
import { waitFor } from "../helpers/wait-for.ts";

let instance: Instance;
let browser: Browser;
let call: Call;
beforeAll(async () => {
  instance = await Instance.start(["server", "media", "workers"]);
  browser = await launchBrowser();
  call = await startCall(instance, browser);
});
afterAll(async () => {
  await browser?.close();
  await instance?.stop();
});

const recordings = () => instance.testDatabase.database.selectFrom("recordings").selectAll();

test("both sides are live again soon after the media process is killed", async () => {
  const { inspector, phone } = call;
  await click(inspector, "own-camera");
  await waitForMotion(phone, "inspector-video");
  await waitFor("the recording", () => recordings().where("status", "=", "recording").executeTakeFirst());
  // Some seconds of the first part, counted in frames that the inspector has seen.
  await waitForMotion(inspector, "field-video", 60);
  const killed = Date.now();
  await instance.child("media").stop("SIGKILL");
  const before = [await framesShown(inspector, "field-video"), await framesShown(phone, "inspector-video")];
  instance.spawn("media");
  await waitFor(
    "both pictures",
    async () => {
      const now = [await framesShown(inspector, "field-video"), await framesShown(phone, "inspector-video")];
      // A new track counts from 0 again, or goes on in the same element.
      return now.every((frames, side) => frames !== before[side] && frames > 5);
    },
    20_000,
  );
  // Before the lease of the dead one would have ended: nobody waits for that.
  expect(Date.now() - killed).toBeLessThan(LEASE_MS);
});

test("the recording has both parts, and the time between is declared as a gap", async () => {
  const { inspector, session } = call;
  await waitFor("the second part", () => recordings().where("parts", "=", 2).executeTakeFirst());
  await waitForMotion(inspector, "field-video", 60);
  await click(inspector, "end");
  await click(inspector, "confirm-end");
  await waitFor(
    "the signed PDF",
    async () => {
      const answer = await instance.api(`/v1/sessions/${session.id}/evidence`);
      return EvidenceFile.parse(await answer.json()).status === "ready";
    },
    90_000,
  );
  const recording = await recordings().executeTakeFirstOrThrow();
  expect(recording).toMatchObject({ status: "ready", parts: 2 });
  const lost = recording.gaps.filter(({ reason }) => reason === "recorder_lost");
  expect(lost).toHaveLength(1);
  const [gap] = lost;
  expect((gap?.to_ms ?? 0) - (gap?.from_ms ?? 0)).toBeLessThan(LEASE_MS);
  // Both parts are in it: something before the gap and something after it.
  expect(gap?.from_ms).toBeGreaterThan(1_000);
  expect((recording.duration_ms ?? 0) - (gap?.to_ms ?? 0)).toBeGreaterThan(1_000);
});
