const LOOK_EVERY_MS = 3_000;

export interface PictureWatchOptions {
  /** The element that shows the live picture, if there is one now. */
  video: () => HTMLVideoElement | null;
  /** No new frame came between two looks, while the page was in front and the element was playing. */
  onStill: () => void;
}

/** Notices a camera that claims to be live and gives no picture any more. Close it when the camera is let go. */
export class PictureWatch {
  readonly #options: PictureWatchOptions;
  readonly #timer: ReturnType<typeof setInterval>;
  #before: { video: HTMLVideoElement; source: HTMLVideoElement["srcObject"]; frames: number } | null = null;

  constructor(options: PictureWatchOptions) {
    this.#options = options;
    this.#timer = setInterval(() => this.#look(), LOOK_EVERY_MS);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const video = this.#options.video();
    const before = this.#before;
    this.#before = null;
    if (video === null || video.srcObject === null || video.paused || document.visibilityState === "hidden") return;
    const now = { video, source: video.srcObject, frames: video.getVideoPlaybackQuality().totalVideoFrames };
    this.#before = now;
    if (before?.video === video && before.source === now.source && before.frames === now.frames)
      this.#options.onStill();
  }
}
