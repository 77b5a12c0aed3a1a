import type { JSHandle, Page } from "puppeteer-core";
import { testId } from "./browser.ts";
import { waitFor } from "./wait-for.ts";

/**
 * When each frame of a picture was on a page's screen, whichever element and stream it comes from: a call that was mended
 * may show its picture in the place of another.
 */
export class PictureWatch {
  readonly #name: string;
  readonly #times: JSHandle<number[]>;

  private constructor(name: string, times: JSHandle<number[]>) {
    this.#name = name;
    this.#times = times;
  }

  /** Watches what carries the `data-testid`, there already or to come. */
  static async open(page: Page, name: string): Promise<PictureWatch> {
    const times = await page.evaluateHandle((selector) => {
      const shown: number[] = [];
      const followed = new WeakSet<HTMLVideoElement>();
      const follow = (video: HTMLVideoElement) =>
        video.requestVideoFrameCallback(() => {
          shown.push(Date.now());
          follow(video);
        });
      const look = () => {
        const found = document.querySelector(selector);
        const video = found instanceof HTMLVideoElement ? found : found?.querySelector("video");
        if (!video || followed.has(video)) return;
        followed.add(video);
        follow(video);
      };
      new MutationObserver(look).observe(document, { childList: true, subtree: true });
      look();
      return shown;
    }, testId(name));
    return new PictureWatch(name, times);
  }

  /** When frames were shown since `since`, in ms since 1970. */
  async since(since: number): Promise<number[]> {
    const times = await this.#times.jsonValue();
    return times.filter((time) => time >= since);
  }

  /** Waits for so many frames after `since`; answers when the first of them was shown, in ms after `since`. */
  async movesAfter(since: number, limit_ms: number, frames = 10): Promise<number> {
    const shown = await waitFor(
      `${frames} frames of ${this.#name}`,
      async () => {
        const found = await this.since(since);
        return found.length >= frames && found;
      },
      limit_ms,
    );
    return (shown[0] ?? 0) - since;
  }

  /** Waits until no frame has come for so long. */
  async stands(for_ms: number, limit_ms = 20_000): Promise<void> {
    await waitFor(
      `${this.#name} to stand still`,
      async () => (await this.since(Date.now() - for_ms)).length === 0,
      limit_ms,
    );
  }
}
