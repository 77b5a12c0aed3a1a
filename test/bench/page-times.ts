import type { Page } from "puppeteer-core";

/*
 * Times within pages, in milliseconds since 1970 by the machine's one clock, so that those of two pages and of this
 * process can be compared. Each function begins to watch when it resolves; what it gives resolves with the time.
 */

/** When the page hears of the next click. */
export async function watchClick(page: Page): Promise<() => Promise<number>> {
  const watch = await page.evaluateHandle(() => ({
    time: new Promise<number>((resolve) => {
      addEventListener("click", () => resolve(Date.now()), { capture: true, once: true });
    }),
  }));
  return () => watch.evaluate(({ time }) => time);
}

/** When a video element, there already or to come, has its first frame on the screen. */
export async function watchFirstFrame(page: Page, selector: string): Promise<() => Promise<number>> {
  const watch = await page.evaluateHandle((wanted) => {
    const firstFrame = (video: HTMLVideoElement) =>
      new Promise<number>((resolve) => video.requestVideoFrameCallback(() => resolve(Date.now())));
    const find = () => {
      const found = document.querySelector(wanted);
      return found instanceof HTMLVideoElement ? found : null;
    };
    const appeared = new Promise<HTMLVideoElement>((resolve) => {
      const observer = new MutationObserver(look);
      function look() {
        const video = find();
        if (video === null) return;
        observer.disconnect();
        resolve(video);
      }
      observer.observe(document, { childList: true, subtree: true });
      look();
    });
    return { time: appeared.then(firstFrame) };
  }, selector);
  return () => watch.evaluate(({ time }) => time);
}

/** When the page's next upload is begun. */
export async function watchUpload(page: Page): Promise<() => Promise<number>> {
  const watch = await page.evaluateHandle(() => ({
    time: new Promise<number>((resolve) => {
      performance.clearResourceTimings();
      const observer = new PerformanceObserver((list) => {
        const upload = list.getEntries().find(({ name }) => new URL(name).pathname === "/uploads");
        if (upload === undefined) return;
        observer.disconnect();
        resolve(performance.timeOrigin + upload.startTime);
      });
      observer.observe({ type: "resource" });
    }),
  }));
  return () => watch.evaluate(({ time }) => time);
}
