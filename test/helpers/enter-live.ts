import type { Page } from "puppeteer-core";
import { testId } from "./browser.ts";

/** Opens a session in the console, agrees to be recorded where that is asked (once a browser), and is in its room. */
export async function enterLive(page: Page, address: string, sessionId: string): Promise<void> {
  await page.goto(`${address}/console/sessions/${sessionId}`, { waitUntil: "domcontentloaded" });
  const agree = testId("agree-recording");
  const shown = await page.waitForSelector(`${agree}, ${testId("people")}`, { timeout: 20_000 });
  if (await shown?.evaluate((element, selector) => element.matches(selector), agree)) await page.click(agree);
  await page.waitForSelector(testId("people"), { timeout: 20_000 });
}
