import { NoPictureError } from "@nexbasira/ui/capture/take-photo.ts";

/** Sent again so often, ms: who comes later needs a frame, and the SFU takes a stream that is silent for 1.5 s for dead. */
const AGAIN_MS = 1_000;

/** The picture of one moment as a stream, held until it is closed. */
export class HeldPicture {
  readonly stream: MediaStream;
  readonly track: MediaStreamTrack;
  readonly #timer: ReturnType<typeof setInterval>;

  /** @throws {NoPictureError} where the element shows none. */
  constructor(video: HTMLVideoElement) {
    const { videoWidth: width, videoHeight: height } = video;
    if (width === 0 || height === 0) throw new NoPictureError("The camera gives no picture yet.");
    const still = document.createElement("canvas");
    const canvas = document.createElement("canvas");
    for (const one of [still, canvas]) Object.assign(one, { width, height });
    still.getContext("2d")?.drawImage(video, 0, 0, width, height);
    const context = canvas.getContext("2d");
    const [track] = canvas.captureStream(5).getVideoTracks();
    if (context === null || track === undefined) throw new NoPictureError("The browser gives no canvas.");
    // A frame is sent when the canvas is drawn on.
    const show = (): void => context.drawImage(still, 0, 0);
    show();
    this.#timer = setInterval(show, AGAIN_MS);
    this.track = track;
    this.stream = new MediaStream([track]);
  }

  close(): void {
    clearInterval(this.#timer);
    this.track.stop();
  }
}
