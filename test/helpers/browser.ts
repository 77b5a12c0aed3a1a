import { type Browser, type LaunchOptions, launch, type Page } from "puppeteer-core";
import { notePage } from "./failure-notes.ts";
import { waitFor } from "./wait-for.ts";

const FLAGS = [
  "--no-sandbox",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--use-fake-device-for-media-stream",
  "--use-fake-ui-for-media-stream",
  "--autoplay-policy=no-user-gesture-required",
  // Where a page is left while its PDF viewer, a target of its own, is being attached to, the next page never answers.
  "--disable-features=PdfOopif",
];

/** A real Chromium with fake cameras and microphones. */
export function launchBrowser(...flags: string[]): Promise<Browser> {
  return launch(launchOptions(...flags));
}

/** For those who end the browser in their own way. */
export function launchOptions(...flags: string[]): LaunchOptions {
  const executablePath = process.env.CHROMIUM_PATH ?? "/usr/bin/chromium";
  return { executablePath, headless: true, args: [...FLAGS, ...flags], protocolTimeout: 60_000 };
}

/** A page of its own context, with what it logs as errors kept. */
export async function openPage(
  browser: Browser,
  url: string,
  options: {
    viewport?: { width: number; height: number; deviceScaleFactor?: number; isMobile?: boolean; hasTouch?: boolean };
    position?: { latitude: number; longitude: number; accuracy: number };
    /** What is to be there before the page loads. */
    before?: (page: Page) => Promise<void>;
  } = {},
): Promise<{ page: Page; errors: string[] }> {
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  notePage(page);
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error") errors.push(message.text());
  });
  await options.before?.(page);
  if (options.viewport) await page.setViewport(options.viewport);
  if (options.position) {
    await context.overridePermissions(new URL(url).origin, ["geolocation", "camera", "microphone"]);
    await page.setGeolocation(options.position);
  }
  await page.goto(url, { waitUntil: "domcontentloaded" });
  return { page, errors };
}

/** The CSS of a `data-testid`. */
export function testId(name: string): string {
  return `[data-testid="${name}"]`;
}

/** Waits until the element is there and clicks it. */
export function click(page: Page, name: string, limit_ms = 20_000): Promise<void> {
  return clickOn(page, testId(name), limit_ms);
}

/** The same for the button of that name. */
export function clickButton(page: Page, name: string, limit_ms = 20_000): Promise<void> {
  return clickOn(page, `::-p-aria([name="${name}"][role="button"])`, limit_ms);
}

/**
 * Waits until the element is there and clicks it, again where the click went elsewhere: what is loading beside it may move
 * it between the look at its place and the click.
 */
async function clickOn(page: Page, selector: string, limit_ms: number): Promise<void> {
  await waitFor(
    `a click on ${selector}`,
    async () => {
      const locator = page.locator(selector).setTimeout(limit_ms);
      const element = await locator.waitHandle();
      const heard = await element.evaluateHandle((node) => {
        const note = { clicked: false };
        node.addEventListener("click", () => Object.assign(note, { clicked: true }), { capture: true });
        return { note, node };
      });
      await locator.click();
      // What has left the page since has done its work.
      return heard.evaluate(({ note, node }) => note.clicked || !node.isConnected).catch(() => true);
    },
    limit_ms,
  );
}

/** Fills a field that is waited for. */
export async function fill(page: Page, name: string, text: string): Promise<void> {
  await page.locator(testId(name)).setTimeout(20_000).fill(text);
}

/** How many frames a video element has shown so far. */
export function framesShown(page: Page, name: string): Promise<number> {
  return page.evaluate((selector) => {
    const found = document.querySelector(selector);
    const video = found instanceof HTMLVideoElement ? found : found?.querySelector("video");
    return video?.getVideoPlaybackQuality().totalVideoFrames ?? 0;
  }, testId(name));
}

/** Waits until a video moves: `frames` more than at first. */
export async function waitForMotion(page: Page, name: string, frames = 10, limit_ms = 20_000): Promise<void> {
  let first: number | undefined;
  await waitFor(
    `${name} to move`,
    async () => {
      const shown = await framesShown(page, name);
      first ??= shown;
      return shown >= first + frames;
    },
    limit_ms,
  );
}

/** Draws a stroke over the element, from one fraction of it to another. */
export async function drawStroke(
  page: Page,
  name: string,
  from: { x: number; y: number },
  to: { x: number; y: number },
): Promise<void> {
  const element = await page.waitForSelector(testId(name), { visible: true, timeout: 20_000 });
  const box = await element?.boundingBox();
  if (!box) throw new Error(`${name} is not on the screen`);
  const at = (point: { x: number; y: number }) => [box.x + box.width * point.x, box.y + box.height * point.y] as const;
  await page.mouse.move(...at(from));
  await page.mouse.down();
  await page.mouse.move(...at({ x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 + 0.05 }), { steps: 8 });
  await page.mouse.move(...at(to), { steps: 8 });
  await page.mouse.up();
}
