import type { DeviceCommand, DeviceState } from "@nexbasira/core/contract/device.ts";
import { JoinAnswer } from "@nexbasira/core/contract/join.ts";
import { Session } from "@nexbasira/core/contract/session.ts";
import { type Browser, launch, type Page } from "puppeteer-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { click, launchOptions, openPage, testId, waitForMotion } from "../helpers/browser.ts";
import { staffJoinRequest } from "../helpers/enter-session.ts";
import type { NetworkHost } from "../helpers/network/network-host.ts";
import { NetworkStage } from "../helpers/network/network-stage.ts";
import { RoomClient } from "../helpers/room-client.ts";
import { signIn } from "../helpers/sign-in.ts";
import { waitFor } from "../helpers/wait-for.ts";

/*
 * A phone in a call, and an inspector who has it do things: the phone is a real page with a network of its own, the
 * inspector a socket. The tests run in order and build on each other.
 */

const PHONE = { width: 360, height: 740, deviceScaleFactor: 2, isMobile: true, hasTouch: true };

let stage: NetworkStage;
let host: NetworkHost;
let session: Session;
let browser: Browser;
let phone: Page;
let inspector: RoomClient;

beforeAll(async () => {
  stage = await NetworkStage.open({ processes: ["server", "media"], hosts: [{ delay_ms: 20 }] });
  host = stage.host(0);
  const { executablePath, ...options } = launchOptions(
    // The second of Chromium's made-up cameras gives depths (Y16), which nothing encodes.
    "--use-fake-device-for-media-stream=device-count=3",
    `--unsafely-treat-insecure-origin-as-secure=${stage.instance.environment.PUBLIC_URL}`,
  );
  // On its host, and with other cameras.
  browser = await launch({
    ...options,
    executablePath: await host.executable(executablePath ?? "chromium"),
    pipe: true,
  });
  const participant = { name: "Marie L.", channel: "link" };
  const request = { type: "field_inspection", reference: "INS-1", participant, recording: false };
  session = await stage.instance.post("/v1/sessions", request, Session);
  inspector = await enterAs("inspector");
  ({ page: phone } = await openPage(browser, session.join_url, { viewport: PHONE }));
  // Chrome on Android gives it without asking, on a desktop it is a permission of its own.
  const devtools = await phone.createCDPSession();
  const browserContextId = phone.browserContext().id;
  await devtools.send("Browser.grantPermissions", {
    permissions: ["audioCapture", "videoCapture", "cameraPanTiltZoom"],
    ...(browserContextId === undefined ? {} : { browserContextId }),
  });
  // What the page's connections send is asked of them.
  await phone.evaluateOnNewDocument(() => {
    const Original = window.RTCPeerConnection;
    const connections: RTCPeerConnection[] = [];
    Object.assign(window, { connections });
    window.RTCPeerConnection = class extends Original {
      constructor(configuration?: RTCConfiguration) {
        super(configuration);
        connections.push(this);
      }
    };
  });
  await phone.reload({ waitUntil: "domcontentloaded" });
  await click(phone, "join");
  await waitForMotion(phone, "own-video");
}, 120_000);
afterEach(async () => {
  await host.impair({ rate_kbit: { up: null, down: null } });
});
afterAll(async () => {
  inspector?.close();
  await browser?.close();
  await stage?.close();
});

async function enterAs(role: "inspector" | "observer"): Promise<RoomClient> {
  const { credentials, environment } = stage.instance;
  const url = environment.PUBLIC_URL ?? "";
  const response = await fetch(`${url}/console/api/sessions/${session.id}/join`, {
    method: "POST",
    headers: await signIn({ url, credentials }),
    body: JSON.stringify(staffJoinRequest(role)),
  });
  const answer = JoinAnswer.parse(await response.json());
  const client = await RoomClient.connect(url, answer.socket_path, { token: answer.access_token });
  await client.ask("room.enter", {});
  return client;
}

const command = (what: DeviceCommand) => inspector.ask("device.command", { command: what });
const lastReport = (): DeviceState | undefined => inspector.all("device.reported").at(-1)?.state;
const reported = (what: string, fits: (state: DeviceState) => boolean, limit_ms = 15_000) =>
  waitFor(
    `the phone to report ${what}`,
    () => {
      const state = lastReport();
      return state !== undefined && fits(state) && state;
    },
    limit_ms,
  );

/** What the phone's own camera is set to. */
const settings = () =>
  phone.evaluate((selector) => {
    const video = document.querySelector<HTMLVideoElement>(selector);
    const [track] = video?.srcObject instanceof MediaStream ? video.srcObject.getVideoTracks() : [];
    const { width, height, deviceId } = track?.getSettings() ?? {};
    const zoom: unknown = Reflect.get(track?.getSettings() ?? {}, "zoom");
    return { width, height, deviceId, zoom };
  }, testId("own-video"));

interface SentStream {
  kind: string;
  frames: number;
  packets: number;
  height: number;
  /** Of simulcast; null for a stream in one layer. */
  layer: string | null;
}

/** What is sent now, by stream. */
const sent = (): Promise<SentStream[]> =>
  phone.evaluate(async () => {
    const connections: RTCPeerConnection[] = Reflect.get(window, "connections");
    const streams: SentStream[] = [];
    for (const connection of connections) {
      if (connection.connectionState !== "connected") continue;
      for (const entry of (await connection.getStats()).values()) {
        if (entry.type !== "outbound-rtp" || entry.active === false) continue;
        streams.push({
          kind: entry.kind,
          frames: entry.framesEncoded ?? 0,
          packets: entry.packetsSent,
          height: Math.min(entry.frameWidth ?? 0, entry.frameHeight ?? 0),
          layer: entry.rid ?? null,
        });
      }
    }
    return streams;
  });

/** Frames and packets of a kind in so many ms. */
async function sentWithin(ms: number): Promise<{ frames: number; voicePackets: number }> {
  const sum = (streams: SentStream[], kind: string, of: "frames" | "packets") =>
    streams.filter((stream) => stream.kind === kind).reduce((total, stream) => total + stream[of], 0);
  const before = await sent();
  const from = performance.now();
  await waitFor("the time to pass", () => performance.now() - from >= ms, ms + 1_000);
  const after = await sent();
  return {
    frames: sum(after, "video", "frames") - sum(before, "video", "frames"),
    voicePackets: sum(after, "audio", "packets") - sum(before, "audio", "packets"),
  };
}

test("the phone says what it can and how it is", async () => {
  const state = await reported("its camera", ({ camera }) => (camera?.lenses.length ?? 0) === 3);
  expect(state.camera).toMatchObject({ torch: null, resolution: 720, frozen: false, takes_photos: true });
  expect(state.camera?.zoom).toMatchObject({ factor: 1, least: 1, most: 4 });
  expect(state.camera?.resolutions).toContain(1_080);
  expect(state.battery?.level).toBeGreaterThan(0);
  expect(state).toMatchObject({ visible: true, waiting_captures: 0, sending: { level: "full", reason: null } });
  const measured = await reported("its network", ({ network }) => network.round_trip_ms !== null);
  expect(measured.network.round_trip_ms).toBeGreaterThanOrEqual(40);
});

test("zoom is set, and said to be done when the camera says so", async () => {
  expect(await command({ command: "zoom", factor: 2 })).toEqual({ outcome: "done" });
  expect((await settings()).zoom).toBe(200);
  await reported("the zoom", ({ camera }) => camera?.zoom?.factor === 2);
  expect(await inspector.refusal("device.command", { command: { command: "zoom", factor: 5 } })).toBe("unavailable");
});

test("the person zooms with a press", async () => {
  await click(phone, "zoom-1");
  await reported("the zoom", ({ camera }) => camera?.zoom?.factor === 1);
});

test("the resolution is set, and the rest of the camera stays as it was", async () => {
  await command({ command: "zoom", factor: 1.5 });
  expect(await command({ command: "resolution", resolution: 1_080 })).toEqual({ outcome: "done" });
  expect(await settings()).toMatchObject({ width: 1_920, height: 1_080, zoom: 150 });
  await command({ command: "resolution", resolution: 720 });
  expect(await settings()).toMatchObject({ width: 1_280, height: 720, zoom: 150 });
  expect(await inspector.refusal("device.command", { command: { command: "resolution", resolution: 719 } })).toBe(
    "unavailable",
  );
});

test("another lens is used, and begins with its whole picture", async () => {
  const { camera } = await reported("its lenses", (state) => state.camera?.lenses.length === 3);
  const other = camera?.lenses.at(2)?.lens_id ?? "";
  expect(await command({ command: "lens", lens_id: other })).toEqual({ outcome: "done" });
  expect((await settings()).deviceId).toBe(other);
  await waitFor("its picture to be sent", async () => (await sentWithin(1_000)).frames > 3, 20_000);
  await reported("the lens", (state) => state.camera?.lens_id === other && state.camera.zoom?.factor === 1);
  expect(await inspector.refusal("device.command", { command: { command: "lens", lens_id: "none" } })).toBe(
    "not_found",
  );
});

test("the picture is held on the phone, with the name of who holds it, until the person lets it go", async () => {
  expect(await command({ command: "freeze", on: true })).toEqual({ outcome: "done" });
  const bar = await phone.waitForSelector(testId("held"), { timeout: 10_000 });
  expect(await bar?.evaluate((element) => element.textContent)).toContain("Administrator is holding the picture");
  await reported("the held picture", ({ camera }) => camera?.frozen === true);
  const { frames } = await sentWithin(4_000);
  expect(frames).toBeLessThanOrEqual(8);
  expect(frames).toBeGreaterThanOrEqual(2);
  await click(phone, "release");
  await reported("the moving picture", ({ camera }) => camera?.frozen === false);
  await command({ command: "freeze", on: true });
  expect(await command({ command: "freeze", on: false })).toEqual({ outcome: "done" });
  await reported("the moving picture", ({ camera }) => camera?.frozen === false);
  await phone.waitForSelector(testId("held"), { hidden: true, timeout: 10_000 });
});

test("what the page may not switch, the person is asked for", async () => {
  expect(await command({ command: "torch", on: true })).toEqual({ outcome: "asked" });
  await phone.waitForSelector(testId("command-request"), { timeout: 10_000 });
  await click(phone, "command-request-action");
  await phone.waitForSelector(testId("command-request"), { hidden: true, timeout: 10_000 });
});

test("in the background it asks, and goes on with a press when the page is back", async () => {
  const cover = await phone.browserContext().newPage();
  await cover.bringToFront();
  await reported("the background", ({ visible }) => !visible);
  const answer = await command({ command: "zoom", factor: 3 }).finally(() => cover.close());
  expect(answer).toEqual({ outcome: "asked" });
  await phone.bringToFront();
  await reported("the page in front", ({ visible }) => visible);
  await click(phone, "command-request-action");
  await reported("the zoom", ({ camera }) => camera?.zoom?.factor === 3);
});

test("a camera that died without a word is acquired again, with its zoom", async () => {
  await phone.evaluate((selector) => {
    const video = document.querySelector<HTMLVideoElement>(selector);
    if (video?.srcObject instanceof MediaStream) for (const track of video.srcObject.getTracks()) track.stop();
  }, testId("own-video"));
  await waitForMotion(phone, "own-video", 10, 20_000);
  await waitFor("the zoom", async () => (await settings()).zoom === 300);
});

test("a picture that the browser paused goes on", async () => {
  await phone.$eval(testId("own-video"), (video) => video instanceof HTMLVideoElement && video.pause());
  await waitForMotion(phone, "own-video");
});

test("a narrow way takes the picture down to photos and leaves the voice alone, and a wide one brings it back", async () => {
  await reported("all of the picture", ({ sending }) => sending?.level === "full", 90_000);
  await host.impair({ rate_kbit: { up: 110, down: null } });
  const slow = await reported("photos", ({ sending }) => sending?.level === "stills", 30_000);
  expect(slow.sending?.reason).toBe("bandwidth");
  await phone.waitForSelector(`${testId("sending")}[data-level="stills"][data-reason="bandwidth"]`, { timeout: 5_000 });
  // What was sent before the way grew narrow has to get through first.
  await waitFor("a photo", async () => (await sentWithin(1_000)).frames > 0, 45_000);
  const { frames, voicePackets } = await sentWithin(6_000);
  expect(frames).toBeGreaterThanOrEqual(3);
  expect(frames).toBeLessThanOrEqual(9);
  // A packet each 20 ms.
  expect(voicePackets).toBeGreaterThan(270);
  await host.impair({ rate_kbit: { up: null, down: null } });
  await reported("all of the picture", ({ sending }) => sending?.level === "full", 90_000);
  await phone.waitForSelector(testId("sending"), { hidden: true, timeout: 5_000 });
});

test("with an observer the camera is sent in two layers, and the voice goes on as it was", async () => {
  const voice = inspector.all("producer.added").find(({ source }) => source === "microphone")?.producer_id;
  const observer = await enterAs("observer");
  await waitFor(
    "two layers",
    async () => {
      const layers = (await sent()).filter(({ layer, frames }) => layer !== null && frames > 0);
      const heights = layers.map(({ height }) => height);
      return layers.length === 2 && Math.max(...heights) === 2 * Math.min(...heights);
    },
    20_000,
  );
  expect((await sentWithin(2_000)).voicePackets).toBeGreaterThan(80);
  expect(observer.all("producer.removed").map(({ producer_id }) => producer_id)).not.toContain(voice);
  observer.close();
});

test("who has denied the camera is shown where to allow it, and it goes on by itself once they have", async () => {
  const url = stage.instance.environment.PUBLIC_URL ?? "";
  const other = await stage.instance.post(
    "/v1/sessions",
    { type: "field_inspection", reference: "INS-2", participant: { name: "Jan", channel: "link" } },
    Session,
  );
  const { args = [], ...options } = launchOptions(`--unsafely-treat-insecure-origin-as-secure=${url}`);
  // With it, the browser would allow everything.
  const asking = await launch({ ...options, args: args.filter((flag) => flag !== "--use-fake-ui-for-media-stream") });
  try {
    const devtools = await asking.target().createCDPSession();
    const allow = async (setting: "denied" | "granted") => {
      for (const name of ["camera", "microphone"]) {
        await devtools.send("Browser.setPermission", { permission: { name }, setting, origin: url });
      }
    };
    await allow("denied");
    const page = await asking.newPage();
    await page.setViewport(PHONE);
    await page.goto(other.join_url, { waitUntil: "domcontentloaded" });
    await click(page, "join");
    await page.waitForSelector(`${testId("permission-help")}[data-problem="denied"]`, { timeout: 20_000 });
    await page.waitForSelector(testId("permission-steps"), { timeout: 10_000 });
    expect((await page.$$(`${testId("permission-steps")} svg[data-testid]`)).length).toBe(3);
    await allow("granted");
    await page.waitForSelector(testId("permission-help"), { hidden: true, timeout: 10_000 });
    await waitForMotion(page, "own-video");
  } finally {
    await asking.close();
  }
});
