import type { Page } from "puppeteer-core";

/** The intervals between the page's frames while something is done, ms. */
export async function frameTimes(page: Page, work: () => Promise<void>): Promise<number[]> {
  const recorder = await page.evaluateHandle(() => {
    const intervals: number[] = [];
    let last: number | undefined;
    let on = true;
    const frame = (now: number) => {
      if (last !== undefined) intervals.push(now - last);
      last = now;
      if (on) requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
    return {
      stop: () => {
        on = false;
        return intervals;
      },
    };
  });
  await work();
  return recorder.evaluate(({ stop }) => stop());
}

/** When the page hears of the next press of a pointer, ms since 1970. Begins to watch when it resolves. */
export async function watchPress(page: Page, type: "pointerdown" | "pointermove"): Promise<() => Promise<number>> {
  const watch = await page.evaluateHandle((name) => {
    const time = new Promise<number>((resolve) => {
      addEventListener(name, (event) => resolve(performance.timeOrigin + event.timeStamp), {
        capture: true,
        once: true,
      });
    });
    return { time };
  }, type);
  return () => watch.evaluate(({ time }) => time);
}

/**
 * When the next frame after a change below an element is on its way to the screen, ms since 1970: for a board, the change
 * of its number of shapes, or of a pointer. Begins to watch when it resolves.
 */
export async function watchChange(page: Page, selector: string, attribute: string): Promise<() => Promise<number>> {
  const watch = await page.evaluateHandle(
    (wanted, name) => {
      const time = new Promise<number>((resolve) => {
        const observer = new MutationObserver(() => {
          observer.disconnect();
          requestAnimationFrame(() => resolve(performance.timeOrigin + performance.now()));
        });
        const element = document.querySelector(wanted);
        if (element === null) throw new Error(`there is no ${wanted}`);
        observer.observe(element, {
          attributes: true,
          attributeFilter: [name],
          subtree: true,
          childList: name === "data-at",
        });
      });
      return { time };
    },
    selector,
    attribute,
  );
  return () => watch.evaluate(({ time }) => time);
}

/** When the board's lowest canvas has colour at a place (fractions of the surface), ms since 1970. */
export function waitForPaint(page: Page, selector: string, at: readonly [number, number]): Promise<number> {
  return page.evaluate(
    (wanted, x, y) =>
      new Promise<number>((resolve) => {
        const look = () => {
          const canvas = document.querySelector(`${wanted} canvas`);
          if (canvas instanceof HTMLCanvasElement && canvas.width > 0) {
            const context = canvas.getContext("2d");
            const pixel = context?.getImageData(Math.round(canvas.width * x), Math.round(canvas.height * y), 1, 1);
            if ((pixel?.data[3] ?? 0) > 0) return resolve(performance.timeOrigin + performance.now());
          }
          requestAnimationFrame(look);
        };
        look();
      }),
    selector,
    ...at,
  );
}

/** What the page's scripts hold after a collection, in MB. */
export async function heapSize(page: Page): Promise<number> {
  const client = await page.createCDPSession();
  await client.send("HeapProfiler.collectGarbage");
  const { usedSize } = await client.send("Runtime.getHeapUsage");
  await client.detach();
  return usedSize / 1024 ** 2;
}
