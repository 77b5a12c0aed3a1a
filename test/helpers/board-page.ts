import type { Page } from "puppeteer-core";
import { testId } from "./browser.ts";

/** The element that holds a board's canvases, and the surface's box in the page. */
export async function surfaceBox(
  page: Page,
  name = "board-canvas",
): Promise<{ x: number; y: number; width: number; height: number }> {
  const surface = await page.waitForSelector(`${testId(name)} ${testId("surface")}`, { timeout: 20_000 });
  const box = await surface?.boundingBox();
  if (!box) throw new Error("the surface is not on the screen");
  return box;
}

/** Where fractions of the surface are on the page now. */
export async function onSurface(page: Page, x: number, y: number, name?: string): Promise<[number, number]> {
  const box = await surfaceBox(page, name);
  return [box.x + box.width * x, box.y + box.height * y];
}

/** Draws a line with the mouse by fractions of the surface. */
export async function dragOnSurface(
  page: Page,
  from: readonly [number, number],
  to: readonly [number, number],
  name?: string,
): Promise<void> {
  await page.mouse.move(...(await onSurface(page, ...from, name)));
  await page.mouse.down();
  await page.mouse.move(...(await onSurface(page, ...to, name)), { steps: 10 });
  await page.mouse.up();
}

/** What is drawn on a board, its canvases put together on white, as grey values of `width` by `height` pixels. */
export function paintedPixels(page: Page, width: number, height: number, name = "board-canvas"): Promise<number[]> {
  return page.evaluate(
    (selector, wide, high) => {
      const canvas = document.createElement("canvas");
      canvas.width = wide;
      canvas.height = high;
      const context = canvas.getContext("2d", { willReadFrequently: true });
      const surface = document.querySelector(`${selector} [data-testid="surface"]`)?.getBoundingClientRect();
      if (!context || !surface) throw new Error("there is no board");
      context.fillStyle = "#fff";
      context.fillRect(0, 0, wide, high);
      context.imageSmoothingQuality = "high";
      for (const layer of document.querySelectorAll(`${selector} canvas`)) {
        if (!(layer instanceof HTMLCanvasElement) || layer.style.visibility === "hidden" || layer.width === 0) continue;
        const box = layer.getBoundingClientRect();
        const scale = wide / surface.width;
        context.drawImage(
          layer,
          (box.left - surface.left) * scale,
          (box.top - surface.top) * scale,
          box.width * scale,
          box.height * scale,
        );
      }
      const { data } = context.getImageData(0, 0, wide, high);
      return Array.from({ length: wide * high }, (_, at) => {
        const [red = 0, green = 0, blue = 0] = data.subarray(at * 4, at * 4 + 3);
        return Math.round(0.299 * red + 0.587 * green + 0.114 * blue);
      });
    },
    testId(name),
    width,
    height,
  );
}
