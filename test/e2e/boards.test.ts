import { Whiteboard } from "@nexbasira/core/contract/whiteboard.ts";
import type { Browser, Page } from "puppeteer-core";
import sharp from "sharp";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { dragOnSurface, onSurface, paintedPixels, surfaceBox } from "../helpers/board-page.ts";
import { click, launchBrowser, testId } from "../helpers/browser.ts";
import { type Call, startCall } from "../helpers/call.ts";
import { enterLive } from "../helpers/enter-live.ts";
import { Instance } from "../helpers/instance.ts";
import { waitFor } from "../helpers/wait-for.ts";

/* Two people and a board, in real browsers. */

const PIXELS = { width: 400, height: 300 };
/** How far two pictures of one board may be apart: of 255 in the mean, and how many pixels by more than a third. */
const MEAN_DIFFERENCE = 1.5;
const OTHER_PIXELS = 0.004;
/** Below this, the board has text in scripts for which a browser takes the machine's own fonts. */
const UPPER_ROWS = PIXELS.height / 2;

let instance: Instance;
let browser: Browser;
let call: Call;
let boardId: string;

beforeAll(async () => {
  instance = await Instance.start(["server", "media", "workers"]);
  browser = await launchBrowser(
    "--disable-background-timer-throttling",
    "--disable-renderer-backgrounding",
    "--disable-backgrounding-occluded-windows",
  );
  call = await startCall(instance, browser);
  await call.phone.evaluateOnNewDocument(makeSocketsCuttable);
  await call.phone.reload({ waitUntil: "domcontentloaded" });
  // The page may be in the call again by itself.
  await call.phone.waitForSelector(`${testId("join")}, ${testId("live")}`, { timeout: 20_000 });
  if ((await call.phone.$(testId("join"))) !== null) await click(call.phone, "join");
  await call.phone.waitForSelector(testId("live"), { timeout: 20_000 });
  await click(call.inspector, "board");
  await call.phone.waitForSelector(testId("board-canvas"), { timeout: 20_000 });
  const { data } = z
    .object({ data: z.array(Whiteboard) })
    .parse(await (await instance.api(`/v1/whiteboards?session_id=${call.session.id}`)).json());
  boardId = data[0]?.id ?? "";
});
afterAll(async () => {
  await browser?.close();
  await instance?.stop();
});

const svg = async (): Promise<string> => (await instance.api(`/v1/whiteboards/${boardId}.svg`)).text();
const shapesIn = (text: string): number => text.match(/<g data-id=/g)?.length ?? 0;
const waitForShapes = (count: number): Promise<string> =>
  waitFor(`${count} shapes`, async () => {
    const text = await svg();
    return shapesIn(text) === count && text;
  });
const choose = (page: Page, name: string) =>
  page.locator(`${testId("board-canvas")} ~ div [aria-label="${name}"]`).click();

test("both draw on one board, each sees what the other draws, and the picture is the server's", async () => {
  const { inspector, phone } = call;
  await dragOnSurface(inspector, [0.1, 0.1], [0.4, 0.3]);
  await dragOnSurface(phone, [0.9, 0.1], [0.6, 0.5]);
  await waitForShapes(2);
  await expectSamePicture([inspector, phone]);
});

test("a pointer is seen by the other side under its name, and goes when it leaves", async () => {
  const { inspector, phone } = call;
  await inspector.mouse.move(...(await onSurface(inspector, 0.25, 0.5)));
  await inspector.mouse.move(...(await onSurface(inspector, 0.3, 0.6)), { steps: 5 });
  const mark = await waitFor("the pointer", async () => {
    const seen = await phone.$(testId("pointer"));
    const [place] = (await seen?.evaluate((element) => element.getAttribute("data-at")?.split(" ").map(Number))) ?? [];
    return place !== undefined && Math.abs(place - 0.3) < 0.01 && seen;
  });
  expect(await mark.evaluate((element) => element.textContent)).toBe("Administrator");
  const [x, y] = await onSurface(phone, 0.3, 0.6);
  const dot = await (await mark.$("span"))?.boundingBox();
  expect(Math.abs((dot?.x ?? 0) + (dot?.width ?? 0) / 2 - x)).toBeLessThan(3);
  expect(Math.abs((dot?.y ?? 0) + (dot?.height ?? 0) / 2 - y)).toBeLessThan(3);
  await inspector.mouse.move(2, 2);
  await phone.waitForSelector(testId("pointer"), { hidden: true, timeout: 5_000 });
  expect(shapesIn(await svg())).toBe(2);
});

test("what is drawn on a zoomed and moved board lies where it was drawn", async () => {
  const { inspector } = call;
  const before = await surfaceBox(inspector);
  await inspector.mouse.move(...(await onSurface(inspector, 0.75, 0.75)));
  for (let turn = 0; turn < 4; turn += 1) await inspector.mouse.wheel({ deltaY: -120 });
  const zoomed = await waitFor("the zoom", async () => {
    const box = await surfaceBox(inspector);
    return box.width > before.width * 2.5 && box;
  });
  // What lay under the mouse still does, but for the edge that must not come into the frame on the way.
  const under = [
    (before.x + before.width * 0.75 - zoomed.x) / zoomed.width,
    (before.y + before.height * 0.75 - zoomed.y) / zoomed.height,
  ];
  for (const place of under) expect(Math.abs(place - 0.75)).toBeLessThan(0.06);
  await dragOnSurface(inspector, [0.7, 0.7], [0.8, 0.8]);
  const drawn = await waitForShapes(3);
  const path = drawn.match(/<g data-id=.*<\/g>/g)?.at(-1) ?? "";
  const [, x, y] = /d="M([\d.]+) ([\d.]+)/.exec(path) ?? [];
  expect(Math.abs(Number(x) - 0.7 * 1600)).toBeLessThan(20);
  expect(Math.abs(Number(y) - 0.7 * 1200)).toBeLessThan(20);
  // By the keyboard: moved with the arrows, and back to the whole.
  await inspector.focus(`${testId("board-canvas")} [role="application"]`);
  await inspector.keyboard.press("ArrowLeft");
  await waitFor("the move", async () => (await surfaceBox(inspector)).x > zoomed.x + 40);
  await inspector.keyboard.press("Home");
  await waitFor("the whole", async () => Math.abs((await surfaceBox(inspector)).width - before.width) < 1);
  await expectSamePicture([inspector, call.phone]);
});

test("two fingers zoom and draw nothing; one draws", async () => {
  const { phone } = call;
  const before = await surfaceBox(phone);
  const [x, y] = await onSurface(phone, 0.5, 0.5);
  const first = await phone.touchscreen.touchStart(x - 20, y);
  const second = await phone.touchscreen.touchStart(x + 20, y);
  for (let step = 1; step <= 6; step += 1) {
    await first.move(x - 20 - step * 8, y);
    await second.move(x + 20 + step * 8, y);
  }
  await first.end();
  await second.end();
  await waitFor("the zoom", async () => (await surfaceBox(phone)).width > before.width * 2);
  expect(shapesIn(await svg())).toBe(3);
  const [fromX, fromY] = await onSurface(phone, 0.5, 0.45);
  const [toX, toY] = await onSurface(phone, 0.55, 0.55);
  const finger = await phone.touchscreen.touchStart(fromX, fromY);
  await finger.move((fromX + toX) / 2, (fromY + toY) / 2);
  await finger.move(toX, toY);
  await finger.end();
  await waitForShapes(4);
  await phone.locator('[aria-label="Show the whole"]').click();
  await waitFor("the whole", async () => Math.abs((await surfaceBox(phone)).width - before.width) < 1);
});

test("text of any script is in the SVG as it was written, and in the picture", async () => {
  const { inspector } = call;
  const texts = ["שבר בקיר 12", "شق في الجدار", "墙上的裂缝 ひび 균열", "दरार รอยร้าว é 🔥"];
  for (const [at, text] of texts.entries()) {
    await choose(inspector, "Text");
    const rightToLeft = at < 2;
    await inspector.mouse.click(...(await onSurface(inspector, rightToLeft ? 0.9 : 0.1, 0.55 + at * 0.1)));
    const field = await inspector.waitForSelector(`${testId("board-canvas")} textarea`, { timeout: 5_000 });
    await field?.type(text);
    // A right-to-left text is written to the left of where it begins.
    const box = await field?.boundingBox();
    const [start] = await onSurface(inspector, rightToLeft ? 0.9 : 0.1, 0);
    if (rightToLeft) expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThan(start + 8);
    else expect(box?.x).toBeGreaterThan(start - 8);
    await inspector.keyboard.press("Enter");
    await inspector.waitForSelector(`${testId("board-canvas")} textarea`, { hidden: true, timeout: 5_000 });
  }
  const drawn = await waitForShapes(4 + texts.length);
  for (const text of texts) expect(drawn).toContain(`>${text}<`);
  expect(drawn.match(/direction="rtl"/g)).toHaveLength(2);
  const png = await serverPixels();
  // Each line has its ink where it stands: at the right for the first two, at the left for the others.
  for (const [at] of texts.entries()) {
    const rows = { from: Math.round((0.55 + at * 0.1) * PIXELS.height), count: 12 };
    const dark = (from: number, to: number) => {
      let count = 0;
      for (let row = rows.from; row < rows.from + rows.count; row += 1) {
        for (let column = Math.round(from * PIXELS.width); column < to * PIXELS.width; column += 1) {
          if ((png[row * PIXELS.width + column] ?? 255) < 170) count += 1;
        }
      }
      return count;
    };
    expect(at < 2 ? dark(0.75, 0.9) : dark(0.1, 0.25)).toBeGreaterThan(20);
  }
});

test("what is drawn while the connection is cut arrives once, in its order, and undo goes on where it was", async () => {
  const { inspector, phone } = call;
  const before = shapesIn(await svg());
  const cut = await cutOff(phone);
  await choosePhone("Arrow");
  await dragOnSurface(phone, [0.5, 0.1], [0.55, 0.2]);
  await dragOnSurface(phone, [0.56, 0.1], [0.6, 0.2]);
  await dragOnSurface(phone, [0.62, 0.1], [0.68, 0.2]);
  await phone.locator('[aria-label="Undo"]').click();
  await choose(inspector, "Pen");
  await dragOnSurface(inspector, [0.1, 0.35], [0.2, 0.45]);
  await waitForShapes(before + 1);
  await cut.mend();
  const drawn = await waitForShapes(before + 3);
  expect(new Set(drawn.match(/data-id="[^"]+"/g)).size).toBe(before + 3);
  await expectSamePicture([inspector, phone], UPPER_ROWS);
  // Also what was taken back before the cut can be taken back no more, and what was drawn in it can.
  await phone.locator('[aria-label="Undo"]').click();
  await waitForShapes(before + 2);
  await expectSamePicture([inspector, phone], UPPER_ROWS);
});

test("who comes later sees the same board", async () => {
  // The same person at another desk.
  const page = await call.inspector.browserContext().newPage();
  await page.setViewport({ width: 1280, height: 720 });
  await enterLive(page, instance.url, call.session.id);
  await page.waitForSelector(testId("board-canvas"), { timeout: 20_000 });
  await expectSamePicture([page, call.phone], UPPER_ROWS);
  await page.close();
});

const choosePhone = (name: string) => call.phone.locator(`[role="toolbar"] [aria-label="${name}"]`).click();

async function serverPixels(): Promise<number[]> {
  const png = Buffer.from(await (await instance.api(`/v1/whiteboards/${boardId}.png`)).arrayBuffer());
  const { data } = await sharp(png)
    .resize(PIXELS.width, PIXELS.height, { fit: "fill" })
    .greyscale()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return [...data];
}

/** The pages show what the server draws, in so many rows of it. */
async function expectSamePicture(pages: readonly Page[], rows = PIXELS.height): Promise<void> {
  for (const page of pages) {
    let last = { mean: 255, others: 1 };
    await waitFor("the same picture", async () => {
      const [mine, server] = await Promise.all([paintedPixels(page, PIXELS.width, PIXELS.height), serverPixels()]);
      const differences = mine.slice(0, rows * PIXELS.width).map((value, at) => Math.abs(value - (server[at] ?? 0)));
      last = {
        mean: differences.reduce((sum, one) => sum + one, 0) / differences.length,
        others: differences.filter((one) => one > 85).length / differences.length,
      };
      return last.mean < MEAN_DIFFERENCE && last.others < OTHER_PIXELS;
    }).catch(() => undefined);
    expect(last.mean).toBeLessThan(MEAN_DIFFERENCE);
    expect(last.others).toBeLessThan(OTHER_PIXELS);
  }
}

/** Run in the page before its own scripts: sockets that can be cut off, and kept from being made anew. */
function makeSocketsCuttable(): void {
  const open = new Set<WebSocket>();
  const Real = window.WebSocket;
  class CuttableSocket extends Real {
    constructor(address: string | URL, protocols?: string | string[]) {
      // Port 9 takes no connection: as where the network is gone.
      super(document.documentElement.dataset.cut === undefined ? address : "ws://127.0.0.1:9", protocols);
      open.add(this);
    }
  }
  window.WebSocket = CuttableSocket;
  document.addEventListener("cut", () => {
    document.documentElement.dataset.cut = "";
    for (const socket of open) socket.close();
  });
}

/** Cuts the page's sockets off; `mend` lets it have new ones. */
async function cutOff(page: Page): Promise<{ mend: () => Promise<void> }> {
  await page.evaluate(() => document.dispatchEvent(new Event("cut")));
  return {
    mend: () =>
      page.evaluate(() => {
        delete document.documentElement.dataset.cut;
        window.dispatchEvent(new Event("online"));
      }),
  };
}
