import { createSocket } from "node:dgram";
import { once } from "node:events";
import { CheckAnswer } from "@nexbasira/core/contract/check.ts";
import { Session } from "@nexbasira/core/contract/session.ts";
import { type Browser, launch, type Page } from "puppeteer-core";
import { io } from "socket.io-client";
import { afterAll, beforeAll, expect, test } from "vitest";
import { inBothThemes } from "../helpers/axe.ts";
import { click, fill, launchBrowser, launchOptions, openPage, testId } from "../helpers/browser.ts";
import { Instance } from "../helpers/instance.ts";
import { waitFor } from "../helpers/wait-for.ts";

const PHONE = { width: 360, height: 740, deviceScaleFactor: 2, isMobile: true, hasTouch: true };

let instance: Instance;
let browser: Browser;
let session: Session;

/** A TURN server that says nothing, for which the page waits 8 s; later one that refuses everybody. */
const turn = createSocket("udp4");
const refuseEverybody = () =>
  turn.on("message", (request, { port, address }) => {
    // STUN (RFC 8489, sections 5 and 14.8): the Allocate request's error response, with 403 Forbidden alone.
    const answer = Buffer.from([0x01, 0x13, 0, 8, ...request.subarray(4, 20), 0, 9, 0, 4, 0, 0, 4, 3]);
    turn.send(answer, port, address);
  });

beforeAll(async () => {
  turn.bind(0, "127.0.0.1");
  await once(turn, "listening");
  instance = await Instance.start(["server", "media"], {
    TURN_URLS: `turn:127.0.0.1:${turn.address().port},turns:127.0.0.1:9?transport=tcp`,
    TURN_SECRET: "not a server at all",
  });
  browser = await launchBrowser();
  const request = { type: "field_inspection", reference: "INS-1", participant: { name: "Marie L.", channel: "link" } };
  session = await instance.post("/v1/sessions", request, Session);
});
afterAll(async () => {
  await browser?.close();
  await instance?.stop();
  turn.close();
});

const token = () => session.join_url.split("/s/")[1] ?? "";

async function verdicts(page: Page): Promise<Record<string, string>> {
  const found = await page.$$eval('[data-testid^="check-"][data-verdict]', (elements) =>
    elements.map((element) => [element.getAttribute("data-testid") ?? "", element.getAttribute("data-verdict") ?? ""]),
  );
  return Object.fromEntries(found.map(([name = "", verdict = ""]) => [name.replace("check-", ""), verdict]));
}

/** Starts the check and waits for its end. */
async function check(page: Page): Promise<Record<string, string>> {
  await click(page, "start-check");
  await page.waitForSelector(`${testId("check-overall")}[data-verdict]`, { timeout: 60_000 });
  return verdicts(page);
}

const participants = async () =>
  (
    await instance.testDatabase.database
      .selectFrom("participants")
      .select("id")
      .where("session_id", "=", session.id)
      .execute()
  ).length;

test("a participant sees what works before anything of the session is entered", async () => {
  const { page, errors } = await openPage(browser, `${session.join_url}/check`, { viewport: PHONE });
  expect(await check(page)).toEqual({
    camera: "works",
    microphone: "works",
    speaker: "open",
    signalling: "works",
    udp: "works",
    tcp: "works",
    turn_udp: "fails",
    turn_tcp: "not_configured",
    turn_tls: "fails",
    quality: "works",
    overall: "works",
  });
  await click(page, "play-sound");
  await click(page, "sound-heard");
  expect((await verdicts(page)).speaker).toBe("works");
  expect(await inBothThemes(page)).toEqual([]);
  expect(errors).toEqual([]);
  expect(await participants()).toBe(0);
  const after = Session.parse(await (await instance.api(`/v1/sessions/${session.id}`)).json());
  expect(after.status).toBe("pending");
});

test("the same is behind a button on the welcome page, and camera and microphone are closed with it", async () => {
  const { page } = await openPage(browser, session.join_url, {
    viewport: PHONE,
    before: async (opening) => {
      await opening.evaluateOnNewDocument(() => {
        const tracks: MediaStreamTrack[] = [];
        Object.assign(window, { openedTracks: tracks });
        const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
        navigator.mediaDevices.getUserMedia = async (constraints) => {
          const stream = await ask(constraints);
          tracks.push(...stream.getTracks());
          return stream;
        };
      });
    },
  });
  await click(page, "open-check");
  refuseEverybody();
  expect(await check(page)).toMatchObject({ turn_udp: "fails", overall: "works" });
  const states = () => page.evaluate("openedTracks.map(({ readyState }) => readyState)");
  expect(await states()).toEqual(["live", "live"]);
  await page.keyboard.press("Escape");
  await waitFor("the camera to be closed", async () => String(await states()) === "ended,ended");
});

test("the page is used by keyboard alone, in German, without motion, in both themes", async () => {
  const { page } = await openPage(browser, "about:blank", { viewport: PHONE });
  await page.evaluateOnNewDocument(() => localStorage.setItem("nexbasira.language", "de"));
  await page.emulateMediaFeatures([{ name: "prefers-reduced-motion", value: "reduce" }]);
  await page.goto(`${session.join_url}/check`);
  await page.waitForSelector(testId("start-check"));
  const focused = () => page.evaluate(() => document.activeElement?.getAttribute("data-testid") ?? "");
  for (let step = 0; step < 10 && (await focused()) !== "start-check"; step++) await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.waitForSelector(`${testId("check-overall")}[data-verdict]`, { timeout: 60_000 });
  expect(await page.$eval(testId("check-overall"), (sentence) => sentence.textContent)).toBe(
    "Alles, was ein Gespräch braucht, funktioniert.",
  );
  for (let step = 0; step < 10 && (await focused()) !== "play-sound"; step++) await page.keyboard.press("Tab");
  expect(await focused()).toBe("play-sound");
  expect(await inBothThemes(page)).toEqual([]);
});

test("a camera and a microphone that are denied are said to be, with what to do", async () => {
  const options = launchOptions();
  // That one says yes to every question.
  const args = (options.args ?? []).filter((flag) => flag !== "--use-fake-ui-for-media-stream");
  const careful = await launch({ ...options, args });
  try {
    const { page } = await openPage(careful, "about:blank", { viewport: PHONE });
    const devtools = await page.createCDPSession();
    const browserContextId = page.browserContext().id;
    for (const name of ["camera", "microphone"]) {
      await devtools.send("Browser.setPermission", {
        permission: { name },
        setting: "denied",
        ...(browserContextId ? { browserContextId } : {}),
      });
    }
    await page.goto(`${session.join_url}/check`);
    expect(await check(page)).toMatchObject({ camera: "fails", microphone: "fails", udp: "works", overall: "limited" });
    expect(await page.$eval(testId("check-camera"), (row) => row.textContent)).toContain("blocked for this page");
  } finally {
    await careful.close();
  }
});

test("where UDP is refused by the browser, TCP is found to work and the line is measured over it", async () => {
  // Chromium's own switch for networks without UDP.
  const without = await launchBrowser(
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
  );
  try {
    const { page } = await openPage(without, `${session.join_url}/check`, { viewport: PHONE });
    expect(await check(page)).toMatchObject({ udp: "fails", tcp: "works", quality: "works", overall: "limited" });
  } finally {
    await without.close();
  }
});

test("a member finds the check in the console", async () => {
  const { page, errors } = await openPage(browser, `${instance.url}/console`, {
    viewport: { width: 1440, height: 900 },
  });
  await fill(page, "email", instance.credentials.admin.email);
  await fill(page, "password", instance.credentials.admin.password);
  await click(page, "sign-in");
  await page.waitForSelector(testId("new-inspection"), { timeout: 20_000 });
  // Who is asked for before the sign-in is nobody.
  errors.length = 0;
  await page.goto(`${instance.url}/console/check`);
  expect(await check(page)).toMatchObject({ signalling: "works", udp: "works", tcp: "works", overall: "works" });
  expect(await inBothThemes(page)).toEqual([]);
  expect(errors).toEqual([]);
});

test("only a link that is open, and a member, get a check; its token opens no room, a room's token no check", async () => {
  const open = (name: string) =>
    fetch(`${instance.url}/join/${name}/check`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: "{}",
    });
  expect((await open("0".repeat(48))).status).toBe(404);
  expect((await fetch(`${instance.url}/console/api/check`)).status).toBe(401);
  const answered = await open(token());
  expect(answered.headers.get("cache-control")).toBe("no-store");
  const answer = CheckAnswer.parse(await answered.json());
  const [server] = answer.ice_servers;
  const ends = Number(server?.username.split(":")[0]) * 1000 - Date.now();
  expect(ends).toBeGreaterThan(500_000);
  expect(ends).toBeLessThanOrEqual(600_000);
  const refusal = (namespace: string, auth: object) =>
    new Promise<string>((resolve) => {
      const socket = io(`${instance.url}${namespace}`, {
        path: answer.socket_path,
        auth,
        transports: ["websocket"],
        reconnection: false,
      });
      socket.on("connect", () => {
        socket.close();
        resolve("connected");
      });
      socket.on("connect_error", (error) => resolve(error.message));
    });
  expect(await refusal("/check", { token: answer.token })).toBe("connected");
  expect(await refusal("/check", { token: `${answer.token}x` })).toBe("authentication_error");
  expect(await refusal("/check", {})).toBe("authentication_error");
  expect(await refusal("/", { token: answer.token })).not.toBe("connected");
  const ended = await instance.post(
    "/v1/sessions",
    { type: "field_inspection", reference: "INS-2", participant: { name: "Marie L.", channel: "link" } },
    Session,
  );
  await instance.api(`/v1/sessions/${ended.id}`, { method: "DELETE" });
  expect((await open(ended.join_url.split("/s/")[1] ?? "")).status).toBe(410);
});
