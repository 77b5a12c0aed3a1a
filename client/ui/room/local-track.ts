import type { MediaSource } from "@nexbasira/core/contract/signalling.ts";

/** Why there is no track: refused by a person or a policy, no such device, taken by another app, no way at all. */
export type LocalTrackProblem = "denied" | "missing" | "busy" | "unsupported";

export class LocalTrackError extends Error {
  readonly problem: LocalTrackProblem;

  constructor(problem: LocalTrackProblem, options: { cause?: unknown } = {}) {
    super(`The track cannot be had: ${problem}.`, options);
    this.name = "LocalTrackError";
    this.problem = problem;
  }
}

/**
 * How long a track may stay without a picture after the page came back before it counts as dead. A phone that is busy takes
 * its time for the first picture in a new element, and a camera that works must not be taken away from it.
 */
const PICTURE_WITHIN_MS = 4_000;
const TRY_AGAIN_MS = 2_000;
/** How long a track may be muted, while the page is in front, before it is looked at. */
const MUTED_FOR_MS = 3_000;

export interface LocalTrackOptions {
  source: MediaSource;
  constraints: MediaTrackConstraints;
  /** Called with each new track, and with null while there is none. */
  onTrack: (track: MediaStreamTrack | null) => void;
  /** It was there, was lost, and may not be had again: it is no longer asked for. */
  onRefused?: () => void;
}

/**
 * A camera or microphone that is kept: after a phone call, a locked screen or another app took it, it is acquired again,
 * because a track can claim to be live and be dead. Close it to let go of the device.
 */
export class LocalTrack {
  readonly #options: LocalTrackOptions;
  #constraints: MediaTrackConstraints;
  #track: MediaStreamTrack | null = null;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #mutedTimer: ReturnType<typeof setTimeout> | undefined;
  #acquiring: Promise<MediaStreamTrack> | undefined;
  /** The track that is being looked at. */
  #checking: MediaStreamTrack | undefined;
  #lost = false;
  #closed = false;

  constructor(options: LocalTrackOptions) {
    this.#options = options;
    this.#constraints = options.constraints;
    document.addEventListener("visibilitychange", this.check);
    // A page that is shown again from the browser's memory, and one that another window covered.
    window.addEventListener("pageshow", this.check);
    window.addEventListener("focus", this.check);
  }

  get track(): MediaStreamTrack | null {
    return this.#track;
  }

  /** Takes over a track that was opened together with another, with one question to the person. */
  adopt(track: MediaStreamTrack): void {
    this.#use(track);
  }

  /** @throws {LocalTrackError} where the device cannot be had. */
  open(): Promise<MediaStreamTrack> {
    this.#acquiring ??= this.#acquire().finally(() => {
      this.#acquiring = undefined;
    });
    return this.#acquiring;
  }

  /**
   * Sets the device that is open to `change`, without opening it again; when it is next opened, it is with `constraints`.
   *
   * @throws {DOMException} where the device does not do it.
   */
  async adjust(change: MediaTrackConstraints, constraints: MediaTrackConstraints): Promise<void> {
    await this.#track?.applyConstraints(change);
    this.#constraints = constraints;
  }

  /** Opens another device in the place of this one (another lens). @throws {LocalTrackError} */
  async change(constraints: MediaTrackConstraints): Promise<MediaStreamTrack> {
    const before = this.#constraints;
    this.#constraints = constraints;
    try {
      return await this.open();
    } catch (error) {
      this.#constraints = before;
      this.#again();
      throw error;
    }
  }

  /** Looks whether the track still gives something, and acquires it again where it does not. */
  readonly check = (): void => {
    const track = this.#track;
    if (document.visibilityState === "hidden" || this.#closed) return;
    if (track === null) {
      // Lost in the background, where phones give no camera.
      if (this.#lost && this.#acquiring === undefined) this.#again();
      return;
    }
    if (this.#checking === track) return;
    this.#checking = track;
    void isAlive(track).then((alive) => {
      this.#checking = undefined;
      if (!alive && track === this.#track && !this.#closed) this.#again();
    });
  };

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#retry);
    clearTimeout(this.#mutedTimer);
    document.removeEventListener("visibilitychange", this.check);
    window.removeEventListener("pageshow", this.check);
    window.removeEventListener("focus", this.check);
    this.#release();
  }

  async #acquire(): Promise<MediaStreamTrack> {
    clearTimeout(this.#retry);
    // Phones give a camera to one track only: the old one has to go first.
    this.#release();
    const track = await openTrack(this.#options.source, this.#constraints);
    if (this.#closed) {
      track.stop();
      throw new LocalTrackError("missing");
    }
    this.#use(track);
    return track;
  }

  #use(track: MediaStreamTrack): void {
    this.#release();
    this.#lost = false;
    this.#track = track;
    track.addEventListener("ended", this.#again);
    track.addEventListener("mute", this.#checkIfStillMuted);
    this.#options.onTrack(track);
  }

  #release(): void {
    const track = this.#track;
    if (track === null) return;
    this.#track = null;
    track.removeEventListener("ended", this.#again);
    track.removeEventListener("mute", this.#checkIfStillMuted);
    clearTimeout(this.#mutedTimer);
    track.stop();
  }

  /** A phone call mutes it for its while, and Safari sometimes for good. */
  readonly #checkIfStillMuted = (): void => {
    clearTimeout(this.#mutedTimer);
    this.#mutedTimer = setTimeout(() => {
      if (this.#track?.muted === true) this.check();
    }, MUTED_FOR_MS);
  };

  /** The device went away: it is asked for again until it is back, the page is left, or it is refused. */
  readonly #again = (): void => {
    if (this.#closed) return;
    this.#release();
    this.#lost = true;
    this.#options.onTrack(null);
    // Phones refuse a camera to a page in the background; it is asked for when the page is back.
    if (document.visibilityState === "hidden") return;
    this.open().catch((error: unknown) => {
      if (this.#closed) return;
      if (error instanceof LocalTrackError && error.problem === "denied") {
        this.#lost = false;
        this.#options.onRefused?.();
        return;
      }
      clearTimeout(this.#retry);
      this.#retry = setTimeout(this.#again, TRY_AGAIN_MS);
    });
  };
}

/** Opens one track. @throws {LocalTrackError} */
async function openTrack(source: MediaSource, constraints: MediaTrackConstraints): Promise<MediaStreamTrack> {
  const stream = await openStream(source === "camera" ? { video: constraints } : { audio: constraints });
  const [track] = stream.getTracks();
  if (track === undefined) throw new LocalTrackError("missing");
  return track;
}

/** `getUserMedia` with its errors told apart. @throws {LocalTrackError} */
export async function openStream(constraints: MediaStreamConstraints): Promise<MediaStream> {
  // Absent on pages without TLS and in some browsers inside other apps.
  if (navigator.mediaDevices?.getUserMedia === undefined) throw new LocalTrackError("unsupported");
  try {
    return await navigator.mediaDevices.getUserMedia(constraints);
  } catch (error) {
    throw new LocalTrackError(problemOf(error), { cause: error });
  }
}

/** The names are those of W3C mediacapture-streams, getUserMedia(). */
function problemOf(error: unknown): LocalTrackProblem {
  const name = error instanceof Error ? error.name : "";
  if (name === "NotAllowedError" || name === "SecurityError") return "denied";
  if (name === "NotFoundError" || name === "OverconstrainedError") return "missing";
  if (name === "NotReadableError" || name === "AbortError") return "busy";
  return "unsupported";
}

/** Whether a track still gives something: sound tracks by what they say, pictures by whether one comes. */
async function isAlive(track: MediaStreamTrack): Promise<boolean> {
  if (track.readyState !== "live") return false;
  if (track.kind === "audio") return !track.muted;
  const video = document.createElement("video");
  video.muted = true;
  video.playsInline = true;
  video.srcObject = new MediaStream([track]);
  try {
    return await new Promise<boolean>((resolve) => {
      setTimeout(() => resolve(false), PICTURE_WITHIN_MS);
      video.requestVideoFrameCallback(() => resolve(true));
      // A refusal to play says nothing of the track; the time-out decides.
      video.play().catch(() => undefined);
    });
  } finally {
    video.srcObject = null;
  }
}
