import type { CameraState, Lens } from "@nexbasira/core/contract/device.ts";
import { LocalTrack, LocalTrackError, type LocalTrackProblem } from "@nexbasira/ui/room/local-track.ts";
import { cameraById, cameraConstraints, nextLens, sizeConstraints, USUAL_RESOLUTION } from "./camera-constraints.ts";
import { cameraStateOf, listLenses, zoomUnit } from "./camera-state.ts";
import { HeldPicture } from "./held-picture.ts";

/** `off`: not consented to, or gone on without. */
export type SourceState = "off" | "opening" | "on" | LocalTrackProblem;

/** Why a camera does not do what it is asked to. */
export type CameraRefusal = "no_camera" | "not_supported" | "not_found" | "out_of_range" | "failed";

export class CameraRefused extends Error {
  override readonly name = "CameraRefused";
  readonly code: CameraRefusal;

  constructor(code: CameraRefusal, message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.code = code;
  }
}

export interface CameraView {
  state: SourceState;
  /** The live picture, for this page. */
  stream: MediaStream | null;
  /** How the camera is set and what it can be set to; null while there is none. */
  settings: Omit<CameraState, "frozen"> | null;
  /** The picture that is held still, and by whom; null while it moves. */
  held: { stream: MediaStream; by: string } | null;
}

export interface PhoneCameraOptions {
  /** Sends this track from now on: a new one, or one whose size has changed. */
  send: (track: MediaStreamTrack) => void;
  onChange: (view: CameraView) => void;
}

/** What the settings may differ from what was asked for, in steps of a zoom. */
const CLOSE_ENOUGH = 0.02;

/**
 * The phone's camera with all that it can be set to. What is asked of it is done in order, and is done when the camera's
 * own settings say so.
 */
export class PhoneCamera {
  readonly #options: PhoneCameraOptions;
  readonly #local: LocalTrack;
  #view: CameraView = { state: "off", stream: null, settings: null, held: null };
  #held: HeldPicture | undefined;
  /** They stay while the camera in use is opened again. */
  #lenses: Lens[] = [];
  #resolution = USUAL_RESOLUTION;
  /** Set again when the same lens comes back from the background. The torch is not: a light that goes on by itself. */
  #zoom: { lens: string | null; factor: number } | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: PhoneCameraOptions) {
    this.#options = options;
    this.#local = new LocalTrack({
      source: "camera",
      constraints: cameraConstraints("environment"),
      onTrack: (track) => (track === null ? this.#lost() : this.#use(track)),
      onRefused: () => this.setState("denied"),
    });
    navigator.mediaDevices?.addEventListener?.("devicechange", this.#listLenses);
  }

  get view(): CameraView {
    return this.#view;
  }

  get track(): MediaStreamTrack | null {
    return this.#local.track;
  }

  adopt(track: MediaStreamTrack): void {
    this.#local.adopt(track);
  }

  /** Opens it. What cannot be had is told in the view. */
  async open(): Promise<void> {
    this.setState("opening");
    try {
      await this.#local.open();
    } catch (error) {
      if (!(error instanceof LocalTrackError)) throw error;
      this.setState(error.problem);
    }
  }

  setState(state: SourceState): void {
    this.#update({ state });
  }

  /** Looks whether the camera still gives a picture, and acquires it again where it does not. */
  check(): void {
    this.#local.check();
  }

  /** @throws {CameraRefused} */
  setTorch(on: boolean): Promise<void> {
    return this.#inOrder(async (track) => {
      if (track.getCapabilities?.().torch !== true) {
        throw new CameraRefused("not_supported", "This page may not switch the torch.");
      }
      await this.#constrain(track, { torch: on });
      if (track.getSettings().torch !== on) throw new CameraRefused("failed", "The torch did not switch.");
    });
  }

  /** @throws {CameraRefused} */
  setZoom(factor: number): Promise<void> {
    return this.#inOrder(async (track) => {
      const { zoom, lens_id } = cameraStateOf(track, []);
      if (zoom === null) throw new CameraRefused("not_supported", "This page may not zoom.");
      if (factor < zoom.least || factor > zoom.most) {
        throw new CameraRefused("out_of_range", `The camera zooms from ${zoom.least} to ${zoom.most}.`);
      }
      await this.#constrain(track, { zoom: factor });
      const now = cameraStateOf(track, []).zoom?.factor ?? Number.NaN;
      const near = Math.max(zoom.step, factor * CLOSE_ENOUGH);
      if (!(Math.abs(now - factor) <= near)) throw new CameraRefused("failed", "The camera did not zoom.");
      this.#zoom = { lens: lens_id, factor: now };
    });
  }

  /** Uses another lens; the picture moves again. @throws {CameraRefused} */
  setLens(lensId: string): Promise<void> {
    return this.#inOrder(async (track) => {
      const lenses = await listLenses();
      if (!lenses.some(({ lens_id }) => lens_id === lensId)) {
        throw new CameraRefused("not_found", "The phone has no such lens.");
      }
      if (track.getSettings().deviceId === lensId) return;
      await this.#reopen(cameraById(lensId, this.#resolution));
    });
  }

  /** The camera at the other side, or the next of the list. @throws {CameraRefused} */
  nextLens(): Promise<void> {
    return this.#inOrder(async (track) => {
      const { facingMode: facing, deviceId } = track.getSettings();
      const cameras = (await listLenses()).map(({ lens_id }) => lens_id);
      await this.#reopen(nextLens({ facing, deviceId }, cameras, this.#resolution));
    });
  }

  /** The picture's shorter side, in pixels. @throws {CameraRefused} */
  setResolution(resolution: number): Promise<void> {
    return this.#inOrder(async (track) => {
      const { resolutions, torch, zoom, lens_id } = cameraStateOf(track, []);
      if (!resolutions.includes(resolution)) {
        throw new CameraRefused("not_supported", `The camera has ${resolutions.join(", ")}.`);
      }
      const place = lens_id === null ? cameraConstraints("environment", resolution) : cameraById(lens_id, resolution);
      await this.#local.adjust(sizeConstraints(resolution), place);
      if (cameraStateOf(track, []).resolution !== resolution) await this.#local.change(place);
      const now = this.#local.track;
      if (now === null || cameraStateOf(now, []).resolution !== resolution) {
        throw new CameraRefused("failed", "The camera kept its resolution.");
      }
      this.#resolution = resolution;
      // A camera that was set anew may have forgotten the rest.
      if (torch === true && now.getSettings().torch !== true) await this.#constrain(now, { torch: true });
      if (zoom !== null && cameraStateOf(now, []).zoom?.factor !== zoom.factor) {
        await this.#constrain(now, { zoom: zoom.factor });
      }
      this.#send();
    });
  }

  /** Holds the picture that the element shows. @throws {CameraRefused} where it shows none. */
  hold(video: HTMLVideoElement | null, by: string): void {
    if (video === null || this.track === null) throw new CameraRefused("no_camera", "There is no picture to hold.");
    if (this.#held !== undefined) return;
    try {
      this.#held = new HeldPicture(video);
    } catch (error) {
      throw new CameraRefused("no_camera", "There is no picture to hold.", { cause: error });
    }
    this.#update({ held: { stream: this.#held.stream, by } });
    this.#send();
  }

  /** Lets the picture move again. */
  release(): void {
    if (this.#held === undefined) return;
    const held = this.#held;
    this.#held = undefined;
    this.#update({ held: null });
    this.#send();
    held.close();
  }

  close(): void {
    navigator.mediaDevices?.removeEventListener?.("devicechange", this.#listLenses);
    this.#held?.close();
    this.#held = undefined;
    this.#local.close();
  }

  /** One after the other: a camera that is set twice at once fails twice. */
  #inOrder(action: (track: MediaStreamTrack) => Promise<void>): Promise<void> {
    const done = this.#last.then(async () => {
      const track = this.#local.track;
      if (track === null) throw new CameraRefused("no_camera", "The camera is off.");
      try {
        await action(track);
      } catch (error) {
        throw refusalOf(error);
      } finally {
        this.#readSettings();
      }
    });
    // One that failed does not stop the next.
    this.#last = done.catch(() => undefined);
    return done;
  }

  /** Torch and zoom are set together: some browsers take back what is not named. */
  async #constrain(track: MediaStreamTrack, change: { torch?: boolean; zoom?: number }): Promise<void> {
    const { torch, zoom } = cameraStateOf(track, []);
    const factor = change.zoom ?? zoom?.factor;
    const light = change.torch ?? torch ?? undefined;
    const unit = zoomUnit(track.getCapabilities?.() ?? {});
    const constraints: MediaTrackConstraintSet = {
      ...(light === undefined ? {} : { torch: light }),
      ...(factor === undefined ? {} : { zoom: factor * unit }),
    };
    await track.applyConstraints({ advanced: [constraints] });
  }

  async #reopen(constraints: MediaTrackConstraints): Promise<void> {
    this.release();
    await this.#local.change(constraints);
  }

  #use(track: MediaStreamTrack): void {
    this.#update({ state: "on", stream: new MediaStream([track]) });
    this.#readSettings();
    this.#send();
    this.#listLenses();
    void this.#restoreZoom(track);
  }

  async #restoreZoom(track: MediaStreamTrack): Promise<void> {
    const { lens_id, zoom } = cameraStateOf(track, []);
    if (zoom === null || this.#zoom?.lens !== lens_id || zoom.factor === this.#zoom.factor) return;
    try {
      await this.#constrain(track, { zoom: this.#zoom.factor });
    } catch {
      // An OverconstrainedError or a camera that is gone again: it shows the whole picture.
    }
    this.#readSettings();
  }

  #lost(): void {
    this.#update({ state: "opening", stream: null, settings: null });
  }

  #send(): void {
    const track = this.#held?.track ?? this.#local.track;
    if (track !== null) this.#options.send(track);
  }

  #readSettings(): void {
    const track = this.#local.track;
    if (track !== null) this.#update({ settings: cameraStateOf(track, this.#lenses) });
  }

  readonly #listLenses = (): void => {
    void listLenses().then((lenses) => {
      this.#lenses = lenses;
      this.#readSettings();
    });
  };

  #update(change: Partial<CameraView>): void {
    this.#view = { ...this.#view, ...change };
    this.#options.onChange(this.#view);
  }
}

/** Drivers fail in many ways (OverconstrainedError, NotReadableError, OperationError): all of them are a failure to do it. */
function refusalOf(error: unknown): CameraRefused {
  if (error instanceof CameraRefused) return error;
  return new CameraRefused("failed", "The camera did not do it.", { cause: error });
}
