import { setTimeout as delay } from "node:timers/promises";
import { Session } from "@nexbasira/core/contract/session.ts";
import type { Browser, Page } from "puppeteer-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { click, launchBrowser, openPage, testId } from "../helpers/browser.ts";
import { type Call, startCall } from "../helpers/call.ts";
import { enterSession } from "../helpers/enter-session.ts";
import { Instance } from "../helpers/instance.ts";
import { PictureWatch } from "../helpers/picture-watch.ts";
import { RedisServer } from "../helpers/redis-server.ts";
import { waitFor } from "../helpers/wait-for.ts";

/** Longer than a node's lease in Redis, and than somebody may be missing from a room. */
const REDIS_AWAY_MS = 20_000;
/** No more than a moment, also on a machine that has other things to do; seen are less than 1 s where it has none. */
const MOMENT_MS = 6_000;

let redis: RedisServer;
let instance: Instance;
let browser: Browser;
let phoneBrowser: Browser;
let call: Call;
let picture: PictureWatch;
beforeAll(async () => {
  redis = await RedisServer.start();
  instance = await Instance.start(["server", "media"], { REDIS_URL: redis.url });
  [browser, phoneBrowser] = [await launchBrowser(), await launchBrowser()];
  call = await startCall(instance, browser, {}, phoneBrowser);
  picture = await PictureWatch.open(call.inspector, "field-video");
});
afterAll(async () => {
  await phoneBrowser?.close();
  await browser?.close();
  await instance?.stop();
  await redis?.stop();
});

/** What a phone does to a page in the background: its scripts and timers stand still (W3C Page Lifecycle). */
async function setAsleep(page: Page, asleep: boolean): Promise<void> {
  const session = await page.createCDPSession();
  await session.send("Page.setWebLifecycleState", { state: asleep ? "frozen" : "active" });
  await session.detach();
}

test("a second device takes the session over, the first one says so and can take it back", async () => {
  const { page: second } = await openPage(phoneBrowser, call.session.join_url);
  await click(second, "join");
  await call.phone.waitForSelector(testId("device-replaced"), { timeout: 20_000 });
  await picture.movesAfter(Date.now(), 20_000);
  // The first does not take it back by itself.
  expect(await second.$(testId("live"))).not.toBeNull();
  // Not by the mouse: in this browser, its page is behind the other one.
  await call.phone.$eval(testId("use-this-device"), (button) =>
    button.dispatchEvent(new MouseEvent("click", { bubbles: true })),
  );
  await second.waitForSelector(testId("device-replaced"), { timeout: 20_000 });
  await picture.movesAfter(Date.now(), 20_000);
});

test("picture and sound go on while the server is gone, and its link leads in as before when it is back", async () => {
  const killed = Date.now();
  await instance.child("server").stop("SIGKILL");
  await delay(3_000);
  const meanwhile = await picture.since(killed + 1_000);
  instance.spawn("server");
  await instance.ready("server");
  const ready = Date.now();
  expect(meanwhile.length).toBeGreaterThan(5);
  expect(await picture.movesAfter(ready, 20_000)).toBeLessThan(MOMENT_MS);
  expect((await fetch(`${instance.url}/join/${call.session.join_url.split("/s/")[1]}`)).status).toBe(200);
});

test("without Redis the call goes on, also through a new server, and new ones begin when it is back", async () => {
  await redis.kill();
  const killed = Date.now();
  await instance.child("server").stop("SIGKILL");
  instance.spawn("server");
  await delay(REDIS_AWAY_MS);
  const shown = await picture.since(killed);
  const gaps = shown.slice(1).map((time, i) => time - (shown[i] ?? time));
  // The new server has to start in it, which a busy machine takes its time for.
  expect(Math.max(...gaps)).toBeLessThan(REDIS_AWAY_MS / 2);
  expect(killed + REDIS_AWAY_MS - (shown.at(-1) ?? 0)).toBeLessThan(MOMENT_MS);
  await redis.startAgain();
  const request = { type: "field_inspection", reference: "INS-2", participant: { name: "Paul", channel: "link" } };
  const another = await instance.post("/v1/sessions", request, Session);
  // As soon as the node has announced itself again.
  await waitFor("a place for a new session", () => enterSession(instance, another), 30_000);
  await picture.movesAfter(Date.now(), 20_000);
});

test("a phone whose page stood still for 12 seconds is back in a moment", async () => {
  await setAsleep(call.phone, true);
  await delay(12_000);
  const woken = Date.now();
  await setAsleep(call.phone, false);
  expect(await picture.movesAfter(woken, 20_000)).toBeLessThan(MOMENT_MS);
  expect(await call.phone.$(testId("live"))).not.toBeNull();
});

test("an inspector's laptop that slept for 12 seconds shows the picture again in a moment", async () => {
  const { pid } = browser.process() ?? {};
  if (pid === undefined) throw new Error("the browser has no process");
  // All of it at once: puppeteer starts it as a group of its own.
  process.kill(-pid, "SIGSTOP");
  await delay(12_000);
  const woken = Date.now();
  process.kill(-pid, "SIGCONT");
  expect(await picture.movesAfter(woken, 20_000)).toBeLessThan(MOMENT_MS);
  await call.inspector.waitForSelector(testId("end"), { timeout: 20_000 });
});
