import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { shadesOf } from "@nexbasira/core/branding/shades-of.ts";
import { Branding } from "@nexbasira/core/contract/branding.ts";
import { Session } from "@nexbasira/core/contract/session.ts";
import type { Browser, ElementHandle, Page } from "puppeteer-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { click, clickButton, fill, launchBrowser, openPage, testId } from "../helpers/browser.ts";
import { Instance } from "../helpers/instance.ts";
import { waitFor } from "../helpers/wait-for.ts";

/* The administrator's pages, with real clicks, and what comes of them elsewhere. */

const PHONE = { width: 360, height: 740, deviceScaleFactor: 2, isMobile: true, hasTouch: true };
const LOGO =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 20"><path d="M0 0h60v20H0z" fill="#e4572e"/></svg>';
const ACCENT = "#7a3cff";

let instance: Instance;
let browser: Browser;
let page: Page;
let errors: string[];
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "nexbasira-admin-"));
  instance = await Instance.start(["server"]);
  browser = await launchBrowser();
  const viewport = { width: 1280, height: 720 };
  ({ page, errors } = await openPage(browser, `${instance.url}/console/admin`, { viewport }));
  await fill(page, "email", instance.credentials.admin.email);
  await fill(page, "password", instance.credentials.admin.password);
  await click(page, "sign-in");
  await page.waitForSelector(testId("new-api-key"), { timeout: 20_000 });
  // A test that failed may leave something unsaved, about which the next one is asked.
  page.on("dialog", (dialog) => void dialog.accept());
  // Before the sign-in, asking who one is was refused.
  errors.length = 0;
});
afterAll(async () => {
  await browser?.close();
  await instance?.stop();
  await rm(folder, { recursive: true, force: true });
});

const go = (path: string) => page.goto(`${instance.url}/console/admin/${path}`, { waitUntil: "domcontentloaded" });
const statusOf = async (key: string, options: RequestInit = {}) =>
  (await instance.api("/v1/sessions", { key, ...options })).status;

/** Writes over what a field holds. */
async function retype(name: string, text: string): Promise<void> {
  await page.locator(testId(name)).setTimeout(20_000).click({ count: 3 });
  await page.keyboard.type(text);
}

async function chooseLogo(name: string, svg: string): Promise<void> {
  const path = join(folder, name);
  await writeFile(path, svg);
  const input = (await page.waitForSelector(testId("branding-logo"))) as ElementHandle<HTMLInputElement>;
  await input.uploadFile(path);
}

/** Waits until an element has the accent; colours change over a moment. */
async function waitForFill(of: Page, selector: string): Promise<void> {
  const fillOf = (element: Element) => getComputedStyle(element).backgroundColor;
  await waitFor(`the accent of ${selector}`, async () => (await of.$eval(selector, fillOf)) === "rgb(122, 60, 255)");
}

async function readBranding(): Promise<Branding> {
  return Branding.parse(await (await instance.api("/v1/branding")).json());
}

test("a key is made in the browser, works at once with the scopes that were chosen, and stops when it is revoked", async () => {
  await click(page, "new-api-key");
  await fill(page, "api-key-name", "Claims pipeline");
  await click(page, "mode-test");
  await page.$eval(`${testId("scope-sessions:write")} input`, (input) => (input as HTMLElement).click());
  await click(page, "create-api-key");
  const shown = await page.waitForSelector('[role="dialog"] code', { timeout: 20_000 });
  const secret = (await shown?.evaluate((element) => element.textContent)) ?? "";
  expect(secret).toMatch(/^nbx_test_sk_[\w-]{32}$/);

  // The only sight of the secret is not lost by a click beside it, nor by Escape.
  await page.mouse.click(5, 5);
  await page.keyboard.press("Escape");
  expect(await page.$eval('[role="dialog"] code', (element) => element.textContent)).toBe(secret);
  const done = await page.waitForSelector('::-p-aria([name="Done"][role="button"])');
  expect(await done?.evaluate((element) => (element as HTMLButtonElement).disabled)).toBe(true);
  await page.locator('::-p-aria([name="I have stored it safely"])').click();
  await clickButton(page, "Done");
  await page.waitForSelector('[role="dialog"]', { hidden: true });
  expect(await page.content()).not.toContain(secret);

  expect(await statusOf(secret)).toBe(200);
  expect(await statusOf(secret, { method: "POST", body: "{}" })).toBe(403);

  await clickButton(page, "Revoke Claims pipeline");
  await click(page, "confirm-revoke");
  await waitFor("the key to stop", async () => (await statusOf(secret)) === 401);
  await page.waitForSelector('::-p-aria([name="Revoke Claims pipeline"])', { hidden: true });
  await clickButton(page, "Revoked and expired");
  // The other list stays until this one is drawn.
  await page.waitForFunction(
    (of) => document.querySelector(of)?.textContent?.includes("Claims pipeline"),
    { timeout: 20_000 },
    testId("api-key"),
  );
  const ended = await page.waitForSelector(testId("api-key"), { timeout: 20_000 });
  expect(await ended?.evaluate((row) => row.textContent)).toContain("Claims pipeline");
  expect(errors).toEqual([]);
});

test("a form that lacks something says what, and makes no key", async () => {
  await go("api-keys");
  await click(page, "new-api-key");
  await page.waitForSelector(testId("create-api-key"), { timeout: 20_000 });
  await clickButton(page, "Everything");
  await clickButton(page, "Nothing");
  await click(page, "create-api-key");
  await page.waitForSelector('[data-invalid], [aria-invalid="true"]');
  expect(await page.$eval('[role="dialog"]', (panel) => panel.textContent)).toContain("Enter a name.");
  expect(await page.$eval('[role="dialog"]', (panel) => panel.textContent)).toContain("Choose at least one thing");
  const { count } = await instance.testDatabase.database
    .selectFrom("api_keys")
    .select(({ fn }) => fn.countAll<number>().as("count"))
    .executeTakeFirstOrThrow();
  expect(count).toBe(2);
});

test("a new branding is previewed at once and is what the participant sees", async () => {
  await go("branding");
  await retype("branding-name", "Acme Assurance");
  await retype("branding-accent", ACCENT);
  await chooseLogo("logo.svg", LOGO);
  const preview = await page.waitForSelector(`${testId("branding-preview")} img[alt="Acme Assurance"]`);
  expect(await preview?.evaluate((img) => (img as HTMLImageElement).src)).toMatch(/^data:image\/svg/);
  expect(shadesOf(ACCENT)?.light.accent).toBe(ACCENT);
  await waitForFill(page, `${testId("branding-preview")} button`);
  await click(page, "save-branding");
  await waitFor("the branding", async () => (await readBranding()).name === "Acme Assurance");
  expect(await readBranding()).toMatchObject({ accent: ACCENT, logo_media_type: "image/svg+xml" });

  const participant = { name: "Marie L.", channel: "link" };
  const request = { type: "field_inspection", reference: "INS-1", participant };
  const session = await instance.post("/v1/sessions", request, Session);
  const { page: phone } = await openPage(browser, session.join_url, { viewport: PHONE });
  await phone.emulateMediaFeatures([{ name: "prefers-color-scheme", value: "light" }]);
  await phone.waitForSelector(testId("join"), { timeout: 20_000 });
  await waitForFill(phone, testId("join"));
  const logo = await phone.waitForSelector('img[alt="Acme Assurance"]', { timeout: 20_000 });
  await waitFor("the logo", () => logo?.evaluate((img) => (img as HTMLImageElement).naturalWidth > 0));
});

test("an accent that nobody could read and a logo with a script are refused with the reason, and nothing is saved", async () => {
  const before = await readBranding();
  await go("branding");
  await retype("branding-accent", "#fefefe");
  await page.waitForSelector(`${testId("branding-accent")}[aria-invalid="true"]`);
  expect(await page.$(testId("accent-verdict"))).toBeNull();
  await click(page, "save-branding");
  await retype("branding-accent", "#0a5c3f");
  await page.waitForSelector(testId("accent-verdict"));
  await chooseLogo("evil.svg", LOGO.replace("<path", "<script>alert(1)</script><path"));
  await click(page, "save-branding");
  const refusal = await page.waitForSelector('form [role="alert"]', { timeout: 20_000 });
  expect(await refusal?.evaluate((element) => element.textContent)).toContain("<script>");
  await chooseLogo("photo.gif", "GIF89a");
  await waitFor("the other reason", () =>
    page.$eval('form [role="alert"]', (element) => element.textContent?.includes("neither a PNG nor an SVG")),
  );
  const { logo_url: _, ...kept } = before;
  expect(await readBranding()).toMatchObject(kept);
  // What was not saved must not hold up the next page.
  await clickButton(page, "Discard changes");
});

test("the organization's page shows members and what each role may do", async () => {
  await go("organization");
  const member = await page.waitForSelector(testId("member"), { timeout: 20_000 });
  expect(await member?.evaluate((row) => row.textContent)).toContain(instance.credentials.admin.email);
  const used = await page.waitForSelector(testId("quota-sessions_per_month"));
  expect(await used?.evaluate((row) => row.textContent)).toContain("0, no limit");
  await clickButton(page, "Test");
  await waitFor("the test mode's usage", () =>
    page.$eval(testId("quota-sessions_per_month"), (row) => row.textContent?.includes("1, no limit")),
  );
});

test("who is no administrator finds no way to these pages and is refused by their address", async () => {
  const { database } = instance.testDatabase;
  await database.updateTable("members").set({ role: "inspector" }).execute();
  await page.goto(`${instance.url}/console/sessions`, { waitUntil: "domcontentloaded" });
  await page.waitForSelector(testId("new-inspection"), { timeout: 20_000 });
  expect(await page.$('a[href="/console/admin"]')).toBeNull();
  for (const path of ["api-keys", "branding", "organization"]) {
    await go(path);
    await page.waitForSelector(testId("admin-refused"), { timeout: 20_000 });
  }
});
