import type { Browser } from "puppeteer-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { inBothThemes, violations } from "../helpers/axe.ts";
import { click, fill, launchBrowser, openPage, testId } from "../helpers/browser.ts";
import { type Call, startCall } from "../helpers/call.ts";
import { Instance } from "../helpers/instance.ts";
import { readCode } from "../helpers/read-code.ts";

/* The pages as they are served, in their darkest and lightest form. */

let instance: Instance;
let browser: Browser;
let call: Call;
beforeAll(async () => {
  instance = await Instance.start(["server", "media", "workers"]);
  browser = await launchBrowser();
  call = await startCall(instance, browser, { signature: { level: "ses" } });
});
afterAll(async () => {
  await browser?.close();
  await instance?.stop();
});

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
  // The participant came by a link alone: where their code goes is asked first.
  await call.inspector.waitForSelector(testId("code-recipient"), { timeout: 20_000 });
  expect(await violations(call.inspector)).toEqual([]);
  await fill(call.inspector, "code-recipient", "+33 6 12 34 56 78");
  await click(call.inspector, "code-recipient-set");
  await click(call.phone, "sign-request-action");
  await click(call.phone, "code-send");
  const code = await readCode(instance, call.session.id);
  expect(await violations(call.phone)).toEqual([]);
  await fill(call.phone, "code-field", code.startsWith("0") ? "111111" : "000000");
  await call.phone.waitForSelector('[aria-invalid="true"]', { timeout: 20_000 });
  expect(await violations(call.phone)).toEqual([]);
  await fill(call.phone, "code-field", code);
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

test.each([
  ["api-keys", testId("api-key")],
  ["branding", testId("accent-verdict")],
  ["organization", testId("member")],
])("the administrator's page %s has nothing that axe objects to", async (path, shown) => {
  const { inspector } = call;
  await inspector.goto(`${instance.url}/console/admin/${path}`, { waitUntil: "domcontentloaded" });
  await inspector.waitForSelector(shown, { timeout: 20_000 });
  expect(await inBothThemes(inspector)).toEqual([]);
});

test("making and revoking an API key has nothing that axe objects to", async () => {
  const { inspector } = call;
  await inspector.goto(`${instance.url}/console/admin/api-keys`, { waitUntil: "domcontentloaded" });
  await click(inspector, "new-api-key");
  await inspector.waitForSelector(testId("create-api-key"), { timeout: 20_000 });
  expect(await inBothThemes(inspector)).toEqual([]);
  // Nothing is filled in yet: what is wrong is said now.
  await click(inspector, "create-api-key");
  await inspector.waitForSelector('[aria-invalid="true"]');
  expect(await inBothThemes(inspector)).toEqual([]);
  await fill(inspector, "api-key-name", "Claims pipeline");
  await click(inspector, "create-api-key");
  await inspector.waitForSelector('[role="dialog"] code', { timeout: 20_000 });
  expect(await inBothThemes(inspector)).toEqual([]);
  await inspector.goto(`${instance.url}/console/admin/api-keys`, { waitUntil: "domcontentloaded" });
  await click(inspector, "revoke-api-key");
  await inspector.waitForSelector(testId("confirm-revoke"), { timeout: 20_000 });
  expect(await inBothThemes(inspector)).toEqual([]);
});
