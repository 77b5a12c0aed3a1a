import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Browser, Page } from "puppeteer-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { inBothThemes } from "../helpers/axe.ts";
import { click, fill, launchBrowser, openPage, testId } from "../helpers/browser.ts";
import { type Call, startCall } from "../helpers/call.ts";
import { Instance } from "../helpers/instance.ts";
import { readCode } from "../helpers/read-code.ts";

/*
 * An advanced signature, from the live picture to the sealed report, as one story through the real pages: its tests run
 * in order and build on each other.
 */

let instance: Instance;
let browser: Browser;
let call: Call;
let later: Page;
beforeAll(async () => {
  instance = await Instance.start(["server", "media", "workers"]);
  browser = await launchBrowser();
  call = await startCall(instance, browser, { signature: { level: "aes" }, recording: false });
});
afterAll(async () => {
  await browser?.close();
  await instance?.stop();
});
afterEach(async ({ task }) => {
  if (task.result?.state !== "fail") return;
  const folder = join(import.meta.dirname, "../../test-results");
  await mkdir(folder, { recursive: true });
  for (const [name, page] of Object.entries({ inspector: call?.inspector, phone: call?.phone, later })) {
    await page?.screenshot({ path: join(folder, `signing-${name}.png`) });
  }
});

const documentIn = (state: string): string => `${testId("document-signing")}[data-state="${state}"]`;

test("the inspector is warned that nobody has vouched for the participant yet", async () => {
  const { inspector } = call;
  await click(inspector, "end");
  await inspector.waitForSelector(testId("missing"), { timeout: 20_000 });
  expect(await inspector.$eval(testId("missing"), (element) => element.textContent)).toContain("identity");
  await inspector.keyboard.press("Escape");
  await inspector.waitForSelector(testId("confirm-end"), { hidden: true, timeout: 20_000 });
});

test("the inspector vouches for whom they see, and says where the codes go", async () => {
  const { inspector } = call;
  await click(inspector, "identity");
  await fill(inspector, "identity-name", "Marie Anne Lefèvre");
  await click(inspector, "identity-confirm");
  await inspector.waitForSelector('[aria-invalid="true"]', { timeout: 20_000 });
  expect(await inBothThemes(inspector)).toEqual([]);
  await fill(inspector, "identity-country", "fr");
  await fill(inspector, "identity-ending", "42ax");
  await click(inspector, "identity-confirm");
  await fill(inspector, "code-recipient", "marie@example.com");
  await click(inspector, "code-recipient-set");
  await inspector.waitForSelector(testId("code-recipient"), { hidden: true, timeout: 20_000 });
  await inspector.waitForSelector(`${testId("identity")}[aria-pressed="true"]`, { timeout: 20_000 });
});

test("after the end the phone says that the report is being prepared, and then asks for the signature", async () => {
  const { inspector, phone } = call;
  await click(inspector, "end");
  await click(inspector, "confirm-end");
  await phone.waitForSelector(documentIn("waiting"), { timeout: 60_000 });
  await inspector.waitForSelector(`${testId("signer-request")}[data-state="waiting"]`, { timeout: 20_000 });
  await inspector.waitForSelector(`${testId("stage-signer")}[data-state="running"]`, { timeout: 20_000 });
  expect(await inBothThemes(inspector)).toEqual([]);
});

test("days later, on any device, the same link leads to the report", async () => {
  const viewport = { width: 360, height: 740, deviceScaleFactor: 2, isMobile: true, hasTouch: true };
  ({ page: later } = await openPage(browser, call.session.join_url, { viewport }));
  await later.waitForSelector(documentIn("waiting"), { timeout: 20_000 });
  const text = await later.$eval("main", (element) => element.textContent);
  expect(text).toContain("Marie Anne Lefèvre");
  expect(await inBothThemes(later)).toEqual([]);
  await click(later, "refuse");
  await later.waitForSelector(testId("confirm-refuse"), { timeout: 20_000 });
  expect(await inBothThemes(later)).toEqual([]);
  await later.evaluate(() => document.querySelector<HTMLElement>("#refuse-title ~ button")?.click());
});

test("the code from the mail signs it, and both sides see so", async () => {
  await click(later, "code-send");
  const code = await readCode(instance, call.session.id);
  await fill(later, "code-field", code.startsWith("0") ? "111111" : "000000");
  await click(later, "code-confirm");
  await later.waitForSelector('[aria-invalid="true"]', { timeout: 20_000 });
  expect(await inBothThemes(later)).toEqual([]);
  await fill(later, "code-field", code);
  await click(later, "code-confirm");
  await later.waitForSelector(documentIn("signed"), { timeout: 60_000 });
  expect(await inBothThemes(later)).toEqual([]);
  await call.phone.waitForSelector(documentIn("signed"), { timeout: 30_000 });
  const { inspector } = call;
  await inspector.waitForSelector(`${testId("signer-request")}[data-state="signed"]`, { timeout: 30_000 });
  await inspector.waitForSelector(`${testId("stage-signing")}[data-state="done"]`, { timeout: 60_000 });
  await inspector.waitForSelector(testId("identity"), { timeout: 20_000 });
  expect(await inBothThemes(inspector)).toEqual([]);
});
