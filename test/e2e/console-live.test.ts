import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Session } from "@nexbasira/core/contract/session.ts";
import type { Browser, HTTPRequest, Page } from "puppeteer-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { violations } from "../helpers/axe.ts";
import { click, launchBrowser, openPage, testId, waitForMotion } from "../helpers/browser.ts";
import { enterLive } from "../helpers/enter-live.ts";
import { fakePhone, setBattery } from "../helpers/fake-phone.ts";
import { Instance } from "../helpers/instance.ts";
import { openMemberPage } from "../helpers/member-page.ts";
import { waitFor } from "../helpers/wait-for.ts";

/* What the inspector sees of the phone and has it do, and what everybody sees of what was captured. */

const PHONE = { width: 360, height: 740, deviceScaleFactor: 2, isMobile: true, hasTouch: true };

let instance: Instance;
let browser: Browser;
let session: Session;
let inspector: Page;
let observer: Page;
let phone: Page;

beforeAll(async () => {
  instance = await Instance.start(["server", "media", "workers"]);
  browser = await launchBrowser("--use-fake-device-for-media-stream=device-count=3");
  session = await makeSession(true);
  inspector = await openMemberPage(instance, browser, "inspector");
  observer = await openMemberPage(instance, browser, "observer");
});
afterAll(async () => {
  await browser?.close();
  await instance?.stop();
});

/** What both sides showed when a test failed. */
afterEach(async ({ task }) => {
  if (task.result?.state !== "fail") return;
  const folder = join(import.meta.dirname, "../../test-results");
  await mkdir(folder, { recursive: true });
  for (const [name, page] of Object.entries({ inspector, observer, phone })) {
    if (page?.isClosed() === false) await page.screenshot({ path: join(folder, `console-live-${name}.png`) });
  }
  for (const name of ["server", "media", "workers"] as const) {
    await writeFile(join(folder, `console-live-${name}.log`), instance.child(name).lines.join("\n"));
  }
});

function makeSession(recording: boolean): Promise<Session> {
  const participant = { name: "Marie Lefèvre", channel: "link" };
  const request = { type: "field_inspection", reference: "INS-42871", participant, recording };
  return instance.post("/v1/sessions", request, Session);
}

async function openPhone(opened: Session, options: { torch: boolean }): Promise<Page> {
  const before = (page: Page) => fakePhone(page, options);
  const { page } = await openPage(browser, opened.join_url, { viewport: PHONE, before });
  await click(page, "join");
  return page;
}

/** The phone's captures wait on it until the function is called. */
async function holdUploads(page: Page): Promise<() => Promise<void>> {
  const held: HTTPRequest[] = [];
  let holds = true;
  const take = (request: HTTPRequest) => {
    if (holds && new URL(request.url()).pathname.startsWith("/uploads")) held.push(request);
    else void request.continue();
  };
  page.on("request", take);
  await page.setRequestInterception(true);
  return async () => {
    holds = false;
    for (const request of held) await request.continue();
  };
}

/** Waits until the element has the attribute with this value. */
function waitForState(page: Page, name: string, attribute: string, value: string): Promise<unknown> {
  return page.waitForSelector(`${testId(name)}[${attribute}="${value}"]`, { timeout: 20_000 });
}

const consentsOf = (role: "inspector" | "observer") =>
  instance.testDatabase.database
    .selectFrom("consents")
    .innerJoin("participants", "participants.id", "consents.participant_id")
    .select(["consents.granted", "consents.language"])
    .where("participants.session_id", "=", session.id)
    .where("participants.role", "=", role)
    .where("consents.kind", "=", "recording")
    .orderBy("consents.given_at")
    .execute();

test("a member is asked before they enter a recorded session, once, and can change their answer", async () => {
  await inspector.goto(`${instance.url}/console/sessions/${session.id}`, { waitUntil: "domcontentloaded" });
  await inspector.waitForSelector(testId("enter-unrecorded"), { timeout: 20_000 });
  expect(await inspector.$(testId("people"))).toBeNull();
  expect(await consentsOf("inspector")).toEqual([]);
  expect(await violations(inspector)).toEqual([]);
  await click(inspector, "enter-unrecorded");
  await waitForState(inspector, "own-consent", "data-given", "false");
  await inspector.reload({ waitUntil: "domcontentloaded" });
  await waitForState(inspector, "own-consent", "data-given", "false");
  await inspector.click(`${testId("own-consent")} button`);
  await click(inspector, "agree-recording");
  await waitForState(inspector, "own-consent", "data-given", "true");
  const given = await consentsOf("inspector");
  expect(given.at(0)).toEqual({ granted: false, language: "en" });
  expect(given.at(-1)).toEqual({ granted: true, language: "en" });
});

test("the phone's battery is in the bar, and a warning when it is low", async () => {
  phone = await openPhone(session, { torch: true });
  await waitForMotion(inspector, "field-video");
  await waitForState(inspector, "phone-battery", "data-sign", "full");
  expect(await inspector.$eval(testId("phone-battery"), (sign) => sign.textContent)).toContain("64");
  await setBattery(phone, 0.12);
  await waitForState(inspector, "phone-battery", "data-sign", "low");
});

test("the torch goes on by its key, and the button shows what the phone says", async () => {
  await waitForState(inspector, "torch", "aria-pressed", "false");
  await inspector.keyboard.press("t");
  await waitForState(inspector, "torch", "aria-pressed", "true");
  await click(inspector, "torch");
  await waitForState(inspector, "torch", "aria-pressed", "false");
});

test("the zoom follows its keys and the slider, as far as the camera goes", async () => {
  await inspector.keyboard.press("z");
  await waitFor("a nearer picture", () =>
    inspector.$eval(testId("phone-zoom"), (zoom) => zoom.textContent?.includes("1.3")),
  );
  await click(inspector, "phone-zoom");
  await inspector.focus(testId("phone-zoom-slider"));
  await inspector.keyboard.press("End");
  await waitFor("the nearest picture", () =>
    inspector.$eval(testId("phone-zoom"), (zoom) => zoom.textContent?.includes("8")),
  );
  expect(await violations(inspector)).toEqual([]);
  await inspector.keyboard.press("Escape");
  await inspector.waitForSelector(testId("phone-zoom-slider"), { hidden: true });
});

test("a phone with three lenses has a menu of them", async () => {
  // The second fake camera is one of depths, which no browser sends.
  const last = '[role="menuitemradio"]:last-of-type';
  await inspector.keyboard.press("l");
  await inspector.waitForSelector(`${last}[aria-checked="false"]`, { timeout: 20_000 });
  expect((await inspector.$$('[role="menuitemradio"]')).length).toBe(3);
  expect(await violations(inspector)).toEqual([]);
  await inspector.click(last);
  await inspector.waitForSelector(last, { hidden: true });
  await waitFor("the other lens", async () => {
    await inspector.keyboard.press("l");
    const state = await inspector.waitForSelector(last, { timeout: 5_000 });
    const checked = await state?.evaluate((item) => item.getAttribute("aria-checked"));
    await inspector.keyboard.press("Escape");
    await inspector.waitForSelector(last, { hidden: true });
    return checked === "true";
  });
  await waitForMotion(inspector, "field-video");
});

test("an open menu stays while the phone's camera is acquired again, and says why it does nothing", async () => {
  const item = (disabled: boolean) =>
    `[role="menuitemradio"]${disabled ? "[aria-disabled=true]" : ":not([aria-disabled])"}`;
  const focused = () => inspector.evaluate(() => document.activeElement?.textContent ?? "");
  await inspector.keyboard.press("l");
  await inspector.waitForSelector(item(false), { timeout: 20_000 });
  // What lies under the mouse takes the focus.
  await inspector.mouse.move(0, 0);
  await inspector.keyboard.press("End");
  // The menu moves the focus a moment after the key.
  const last = await inspector.$$eval(item(false), (items) => items.at(-1)?.textContent ?? "");
  const chosen = await waitFor("the last lens in focus", async () => (await focused()) === last && last);
  // Another app has the camera, and gives it back when it is told to.
  await phone.evaluate((selector) => {
    const { mediaDevices } = navigator;
    const ask = mediaDevices.getUserMedia.bind(mediaDevices);
    const back = new Promise<void>((resolve) => Object.assign(window, { giveBack: resolve }));
    mediaDevices.getUserMedia = (constraints) => back.then(() => ask(constraints));
    const video = document.querySelector<HTMLVideoElement>(selector);
    if (video?.srcObject instanceof MediaStream) for (const track of video.srcObject.getTracks()) track.stop();
    window.dispatchEvent(new Event("focus"));
  }, testId("own-video"));
  await inspector.waitForSelector(item(true), { timeout: 20_000 });
  expect(await inspector.$$(item(false))).toEqual([]);
  expect(await inspector.$eval('[role="menu"]', (menu) => menu.textContent)).toContain("camera is not on now");
  expect(await focused()).toBe(chosen);
  expect(await violations(inspector)).toEqual([]);
  await phone.evaluate("giveBack()");
  await inspector.waitForSelector(item(false), { timeout: 20_000 });
  expect((await inspector.$$(item(false))).length).toBe(3);
  expect(await focused()).toBe(chosen);
  await inspector.keyboard.press("Escape");
  await inspector.waitForSelector('[role="menu"]', { hidden: true });
  await waitForMotion(inspector, "field-video");
});

test("a photo is one entry from the press to the verified original, and the picture stays", async () => {
  await inspector.evaluate(() => {
    const seen: string[] = [];
    const look = () => {
      const entries = [...document.querySelectorAll("[data-testid=timeline-item]")];
      const [entry] = entries;
      const picture = entry?.querySelector("img") === null ? "without" : "with";
      const line = `${entries.length} ${entry?.getAttribute("data-state")} ${picture}`;
      if (seen.at(-1) !== line) seen.push(line);
    };
    new MutationObserver(look).observe(document.body, { subtree: true, childList: true, attributes: true });
    Object.assign(globalThis, { seen });
  });
  const letUploadsGo = await holdUploads(phone);
  await inspector.keyboard.press("Space");
  const { database } = instance.testDatabase;
  await waitFor("the frame of the stream", () =>
    database.selectFrom("evidence_items").select("id").where("provisional", "=", true).executeTakeFirst(),
  );
  await inspector.waitForSelector(`${testId("timeline-item")}[data-id^="evd_"]`, { timeout: 20_000 });
  await letUploadsGo();
  await waitForState(inspector, "timeline-item", "data-state", "verified");
  const frame = await waitFor("the provisional frame to be superseded", () =>
    database
      .selectFrom("evidence_items")
      .select(["sha256", "source"])
      .where("session_id", "=", session.id)
      .where("provisional", "=", true)
      .where("superseded_by_id", "is not", null)
      .executeTakeFirst(),
  );
  expect(frame.source).toBe("stream");
  const seen = await inspector.evaluate(() => (globalThis as unknown as { seen: string[] }).seen);
  const shown = seen.filter((line) => !line.startsWith("0"));
  expect(shown.filter((line) => !line.startsWith("1 "))).toEqual([]);
  expect(shown[0]).toContain("taking");
  const withPicture = shown.findIndex((line) => line.endsWith(" with"));
  expect(shown.slice(withPicture).filter((line) => line.endsWith("without"))).toEqual([]);
  await inspector.click(`${testId("timeline-item")} button`);
  const facts = await inspector.waitForSelector(`${testId("lightbox")} ${testId("provisional-frame")}`, {
    timeout: 20_000,
  });
  expect(await facts?.evaluate((hash) => hash.textContent)).toContain(frame.sha256.slice(0, 4));
  expect(await inspector.$eval(`${testId("lightbox")} header`, (header) => header.textContent)).toContain("1 / 1");
  await inspector.keyboard.press("Escape");
  await inspector.waitForSelector(testId("lightbox"), { hidden: true });
});

test("freeze holds the picture on both sides, and the phone's goes on when the board is left", async () => {
  const isHeld = (held: boolean) => waitForState(inspector, "freeze", "aria-pressed", String(held));
  await inspector.keyboard.press("f");
  await inspector.waitForSelector(testId("back-to-live"), { timeout: 20_000 });
  await isHeld(true);
  await click(inspector, "back-to-live");
  await isHeld(false);
  await waitForMotion(inspector, "field-video");
});

test("an observer watches and talks, sees the same captures, and commands nothing", async () => {
  await enterLive(observer, instance.url, session.id);
  await waitForMotion(observer, "field-video");
  await observer.waitForSelector(testId("observer-note"));
  await observer.waitForSelector(testId("phone-battery"));
  for (const name of ["photo", "freeze", "clip", "torch", "phone-zoom", "lens", "end"]) {
    expect(await observer.$(testId(name)), name).toBeNull();
  }
  expect(await violations(observer)).toEqual([]);
});

test("a clip is seen by the observer while it is cut, and when it is there", async () => {
  const clip = `${testId("timeline-item")}[data-kind="clip"]`;
  const cutting = observer.waitForSelector(`${clip}[data-state="cutting"]`, { timeout: 20_000 });
  await inspector.keyboard.press("c");
  await cutting;
  await observer.waitForSelector(`${clip}[data-state="verified"]`, { timeout: 60_000 });
  await observer.waitForSelector(`${clip}[data-state="cutting"]`, { hidden: true, timeout: 20_000 });
});

test("nothing to press lies under a toast, also in a dialog", async () => {
  const coveredButtons = () =>
    inspector.evaluate(() => {
      const toast = document.querySelector("section[aria-live=polite] > div")?.getBoundingClientRect();
      if (toast === undefined || toast.width === 0) throw new Error("there is no toast");
      const root = document.querySelector("[role=dialog]") ?? document;
      return [...root.querySelectorAll("button, a, input")]
        .filter((control) => control.closest("section[aria-live=polite]") === null)
        .filter((control) => {
          const box = control.getBoundingClientRect();
          const apart =
            box.right <= toast.left || box.left >= toast.right || box.bottom <= toast.top || box.top >= toast.bottom;
          return box.width > 1 && !apart;
        })
        .map((control) => control.outerHTML.slice(0, 200));
    });
  await inspector.keyboard.press("b");
  await inspector.waitForSelector(testId("save-board"), { timeout: 20_000 });
  await inspector.keyboard.press("s");
  await inspector.waitForSelector("section[aria-live=polite] > div");
  expect(await coveredButtons()).toEqual([]);
  await inspector.keyboard.press("e");
  await inspector.waitForSelector(testId("confirm-end"));
  await waitFor("the toast to give way to the dialog", async () => (await coveredButtons()).length === 0, 2_000);
  await inspector.keyboard.press("Escape");
  await inspector.waitForSelector(testId("confirm-end"), { hidden: true });
  await inspector.keyboard.press("Escape");
});

test.each([
  [1280, 720],
  [1440, 900],
  [768, 1024],
])("everything is on one screen of %i x %i", async (width, height) => {
  await inspector.setViewport({ width, height });
  const overflow = await inspector.evaluate(() => {
    const inside = ["#content", "[role=toolbar]", "header"].flatMap((selector) => [
      ...document.querySelectorAll(selector),
    ]);
    return inside
      .filter((part) => part.scrollHeight > part.clientHeight + 1 || part.scrollWidth > part.clientWidth + 1)
      .map((part) => part.outerHTML.slice(0, 120));
  });
  expect(overflow).toEqual([]);
});

test("a recording that the server cannot write is a lasting alarm, and the call goes on", async () => {
  // What the server says when its disk is full.
  await observer.evaluateOnNewDocument(() => {
    const data = Object.getOwnPropertyDescriptor(MessageEvent.prototype, "data");
    Object.defineProperty(MessageEvent.prototype, "data", {
      get() {
        const said: unknown = data?.get?.call(this);
        return typeof said === "string"
          ? said.replace('"recording":{"state":"recording"', '"recording":{"state":"failed"')
          : said;
      },
    });
  });
  await observer.reload({ waitUntil: "domcontentloaded" });
  await observer.waitForSelector(testId("recording-alarm"), { timeout: 20_000 });
  await waitForState(observer, "recording-state", "data-state", "failed");
  await waitForMotion(observer, "field-video");
  expect(await violations(observer)).toEqual([]);
});

test("while nothing is recorded nobody is asked, and the inspector's own picture is the provisional frame", async () => {
  const { database } = instance.testDatabase;
  // One call at a time: they take a browser each.
  await observer.browserContext().close();
  await phone.browserContext().close();
  const unrecorded = await makeSession(false);
  await inspector.evaluate(() => localStorage.clear());
  await inspector.goto(`${instance.url}/console/sessions/${unrecorded.id}`, { waitUntil: "domcontentloaded" });
  await inspector.waitForSelector(testId("waiting"), { timeout: 20_000 });
  expect(await inspector.$(testId("own-consent"))).toBeNull();
  phone = await openPhone(unrecorded, { torch: false });
  await waitForMotion(inspector, "field-video");
  const letUploadsGo = await holdUploads(phone);
  await inspector.keyboard.press("Space");
  const items = database.selectFrom("evidence_items").where("evidence_items.session_id", "=", unrecorded.id);
  const frame = await waitFor("the inspector's picture", () =>
    items
      .innerJoin("participants", "participants.id", "evidence_items.participant_id")
      .select(["evidence_items.id", "evidence_items.source", "participants.role"])
      .where("provisional", "=", true)
      .executeTakeFirst(),
  );
  expect(frame).toMatchObject({ source: "stream", role: "inspector" });
  await letUploadsGo();
  await waitForState(inspector, "timeline-item", "data-state", "verified");
  expect(await inspector.$$(testId("timeline-item"))).toHaveLength(1);
  await waitFor("the original in its place", () =>
    items
      .select("evidence_items.id")
      .where("evidence_items.id", "=", frame.id)
      .where("superseded_by_id", "is not", null)
      .executeTakeFirst(),
  );
});

test("a torch that the page may not switch is asked for, and the participant is", async () => {
  await click(inspector, "torch");
  await inspector.waitForFunction(() => document.body.textContent?.includes("is asked on their screen"), {
    timeout: 20_000,
  });
});
