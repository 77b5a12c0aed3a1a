import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { Session } from "@nexbasira/core/contract/session.ts";
import type { Browser, Page } from "puppeteer-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { inBothThemes } from "../helpers/axe.ts";
import { click, fill, launchBrowser, openPage, testId } from "../helpers/browser.ts";
import { enterLive } from "../helpers/enter-live.ts";
import { Instance } from "../helpers/instance.ts";

const run = promisify(execFile);
const DESKTOP = { width: 1440, height: 900 };
const PHONE = { width: 360, height: 740, isMobile: true, hasTouch: true };

let instance: Instance;
let browser: Browser;
let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "nexbasira-curl-"));
  // The command itself stays as it is shown; curl tells the status besides.
  await writeFile(join(home, ".curlrc"), 'silent\nwrite-out = "\\n%{http_code}"\n');
  instance = await Instance.start(["server", "media", "workers"]);
  browser = await launchBrowser();
});
afterEach(async () => {
  await instance.testDatabase.database.deleteFrom("sandboxes").execute();
});
afterAll(async () => {
  await browser?.close();
  await instance?.stop();
  await rm(home, { recursive: true, force: true });
});

const textOf = (page: Page, name: string) => page.$eval(testId(name), (element) => element.textContent ?? "");

/** Whether the browser would ask before it leaves the page. */
const asksBeforeLeaving = (page: Page) =>
  page.evaluate(() => !dispatchEvent(new Event("beforeunload", { cancelable: true })));

/** The tab that a click opens. */
async function openTab(page: Page, name: string): Promise<Page> {
  await page.bringToFront();
  const opened = new Promise<Page | null>((resolve) => page.once("popup", resolve));
  await click(page, name);
  const tab = await opened;
  if (!tab) throw new Error(`${name} opened no tab`);
  return tab;
}

test("from the landing page to an inspection of one's own in one step, by the command as it is shown", async () => {
  const started = performance.now();
  const { page, errors } = await openPage(browser, instance.url, { viewport: DESKTOP });
  await page.browserContext().overridePermissions(instance.url, ["clipboard-read", "clipboard-sanitized-write"]);
  await click(page, "make-sandbox");
  await page.waitForSelector(testId("sandbox-key"), { timeout: 20_000 });
  const took_ms = performance.now() - started;
  console.info(`from the address to the key: ${Math.round(took_ms)} ms`);
  expect(took_ms).toBeLessThan(15_000);

  const key = await textOf(page, "sandbox-key");
  expect(key).toMatch(/^nbx_test_sk_[\w-]{32}$/);
  const command = await textOf(page, "sandbox-command");
  expect(command).toContain(`curl -X POST ${instance.url}/v1/sessions \\\n`);
  expect(command).toContain(`Authorization: Bearer ${key}`);
  const { stdout } = await run("bash", ["-c", command], { env: { ...process.env, CURL_HOME: home } });
  const [body = "", status] = stdout.split(/\n(?=\d+$)/);
  expect(status).toBe("201");
  const session = Session.parse(JSON.parse(body));
  expect(session).toMatchObject({ mode: "test", status: "pending", reference: "INS-42871" });

  // A click beside it, or the language, loses nothing; the browser asks before it leaves until the key was copied.
  await page.mouse.click(1400, 300);
  await page.select("header select", "de");
  expect(await textOf(page, "sandbox-key")).toBe(key);
  expect(await asksBeforeLeaving(page)).toBe(true);
  await page.locator(`${testId("sandbox-key")} + button`).click();
  await page.waitForFunction((copied) => navigator.clipboard.readText().then((text) => text === copied), {}, key);
  expect(await asksBeforeLeaving(page)).toBe(false);

  const outbox = await openTab(page, "sandbox-to-outbox");
  await outbox.waitForSelector(testId("outbox-message"), { timeout: 20_000 });
  expect(await outbox.$eval("main", (main) => main.textContent)).toContain("+33612345678");

  const console_ = await openTab(page, "sandbox-to-console");
  const row = await console_.waitForSelector(testId("session-row"), { timeout: 20_000 });
  expect(await row?.evaluate((element) => element.textContent)).toContain("INS-42871");
  await enterLive(console_, instance.url, session.id);
  await console_.waitForSelector(testId("waiting"), { timeout: 20_000 });

  expect(await textOf(page, "sandbox-key")).toBe(key);
  expect(errors).toEqual([]);
});

test("the visitor can leave, and is then nobody", async () => {
  const { page } = await openPage(browser, instance.url, { viewport: DESKTOP });
  await fill(page, "sandbox-name", "Atelier Dvořák");
  await click(page, "make-sandbox");
  const console_ = await openTab(page, "sandbox-to-console");
  await console_.locator("nav button[aria-haspopup]").click();
  await console_.waitForFunction(() => document.body.textContent?.includes("Atelier Dvořák"));
  await console_.locator("::-p-aria(Sign out)").click();
  await console_.waitForSelector(testId("sign-in"), { timeout: 20_000 });
});

test("the network's fourth sandbox of the day is refused in words", async () => {
  for (let count = 0; count < 3; count++) {
    const made = await fetch(`${instance.url}/sandbox`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: "{}",
    });
    expect(made.status).toBe(201);
  }
  const { page } = await openPage(browser, instance.url, { viewport: PHONE });
  await click(page, "make-sandbox");
  await page.waitForSelector(`${testId("sandbox-refused")}[data-reason="limit"]`, { timeout: 20_000 });
  expect(await inBothThemes(page)).toEqual([]);
});

test("a server that does not answer is named, and the next try makes the sandbox", async () => {
  const { page } = await openPage(browser, instance.url, { viewport: DESKTOP });
  await page.waitForSelector(testId("make-sandbox"), { timeout: 20_000 });
  await page.setOfflineMode(true);
  await click(page, "make-sandbox");
  await page.waitForSelector(`${testId("sandbox-refused")}[data-reason="network"]`, { timeout: 20_000 });
  await page.setOfflineMode(false);
  await click(page, "make-sandbox");
  await page.waitForSelector(testId("sandbox-ready"), { timeout: 20_000 });
});

test.each([
  ["a phone", PHONE],
  ["a desktop", DESKTOP],
])("axe objects to nothing on %s, before and after, and nothing is wider than the screen", async (_, viewport) => {
  const { page } = await openPage(browser, instance.url, { viewport });
  const isTooWide = () => page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
  await page.waitForSelector(testId("make-sandbox"), { timeout: 20_000 });
  expect(await inBothThemes(page)).toEqual([]);
  expect(await isTooWide()).toBe(false);
  await click(page, "make-sandbox");
  await page.waitForSelector(testId("sandbox-ready"), { timeout: 20_000 });
  expect(await inBothThemes(page)).toEqual([]);
  expect(await isTooWide()).toBe(false);
});

test("where it is switched off, the page offers the console and no sandbox", async () => {
  const off = await Instance.start(["server"], { SANDBOX: "off" });
  try {
    const { page, errors } = await openPage(browser, off.url, { viewport: DESKTOP });
    await page.waitForSelector('main a[href="/console/sessions"]', { timeout: 20_000 });
    expect(await page.$(testId("make-sandbox"))).toBeNull();
    expect(errors).toEqual([]);
  } finally {
    await off.stop();
  }
});
