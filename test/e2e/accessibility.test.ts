import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import type { Browser, Page } from "puppeteer-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { click, launchBrowser, openPage, testId } from "../helpers/browser.ts";
import { type Call, startCall } from "../helpers/call.ts";
import { Instance } from "../helpers/instance.ts";

/* WCAG 2.2 AA as far as axe can tell, on the pages as they are served, in their darkest and lightest form. */

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

let instance: Instance;
let browser: Browser;
let call: Call;
let axe: string;
beforeAll(async () => {
  axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
  instance = await Instance.start(["server", "media", "workers"]);
  browser = await launchBrowser();
  call = await startCall(instance, browser, { signature: { level: "ses" } });
});
afterAll(async () => {
  await browser?.close();
  await instance?.stop();
});

async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const results: AxeResults = await page.evaluate(
    (tags) =>
      (globalThis as unknown as { axe: { run: (options: object) => Promise<AxeResults> } }).axe.run({ runOnly: tags }),
    TAGS,
  );
  return results.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(" ")).join(", ")}`);
}

async function inBothThemes(page: Page): Promise<string[]> {
  const found: string[] = [];
  for (const value of ["light", "dark"]) {
    await page.emulateMediaFeatures([
      { name: "prefers-color-scheme", value },
      { name: "prefers-reduced-motion", value: "reduce" },
    ]);
    found.push(...(await violations(page)).map((violation) => `${value}: ${violation}`));
  }
  return found;
}

test.each([
  ["/", "main"],
  ["/verify", "ol"],
  ["/outbox", "h1"],
  ["/console/sign-in", testId("sign-in")],
])("%s has nothing that axe objects to", async (path, shown) => {
  const { page } = await openPage(browser, `${instance.url}${path}`, { viewport: { width: 1280, height: 720 } });
  await page.waitForSelector(shown, { timeout: 20_000 });
  expect(await inBothThemes(page)).toEqual([]);
});

test("the welcome page has nothing that axe objects to on a phone", async () => {
  const { session } = call;
  const viewport = { width: 360, height: 740, isMobile: true, hasTouch: true };
  const { page } = await openPage(browser, session.join_url, { viewport });
  await page.waitForSelector(testId("join"), { timeout: 20_000 });
  expect(await inBothThemes(page)).toEqual([]);
});

test("a dead link's page has nothing that axe objects to", async () => {
  const { page } = await openPage(browser, `${instance.url}/s/${"A".repeat(48)}`, {
    viewport: { width: 360, height: 740 },
  });
  await page.waitForSelector(`${testId("link-state")}[data-state="unknown"]`, { timeout: 20_000 });
  expect(await inBothThemes(page)).toEqual([]);
});

test("both sides of a call have nothing that axe objects to", async () => {
  expect(await violations(call.inspector)).toEqual([]);
  expect(await violations(call.phone)).toEqual([]);
  await click(call.inspector, "ask-signature");
  await click(call.phone, "sign-request-action");
  await call.phone.waitForSelector(testId("signature-field"), { timeout: 20_000 });
  expect(await violations(call.phone)).toEqual([]);
});

test("the finished page and the list have nothing that axe objects to", async () => {
  const { inspector } = call;
  await click(inspector, "end");
  await inspector.waitForSelector(testId("confirm-end"));
  expect(await violations(inspector)).toEqual([]);
  await click(inspector, "confirm-end");
  await inspector.waitForSelector(`${testId("stage-signing")}[data-state="done"]`, { timeout: 60_000 });
  expect(await inBothThemes(inspector)).toEqual([]);
  await inspector.goto(`${instance.url}/console/sessions`);
  await inspector.waitForSelector(testId("session-row"), { timeout: 20_000 });
  expect(await inBothThemes(inspector)).toEqual([]);
});
