import type { MediaSource } from "@nexbasira/core/contract/signalling.ts";
import { LocalTrack, LocalTrackError, type LocalTrackProblem, openStream } from "@nexbasira/ui/room/local-track.ts";
import type { RoomConnection } from "@nexbasira/ui/room/room-connection.ts";
import type { Consents } from "../join-api.ts";
import { cameraConstraints, MICROPHONE, nextLens } from "./camera-constraints.ts";
import { hasTorch, switchTorch } from "./torch.ts";

/** `off`: not consented to, or gone on without. */
export type SourceState = "off" | "opening" | "on" | LocalTrackProblem;

export interface PhoneMediaSnapshot {
  camera: SourceState;
  microphone: SourceState;
  /** The live picture, for this page. */
  stream: MediaStream | null;
  muted: boolean;
  /** Whether there is another lens to switch to. */
  canSwitchLens: boolean;
  torch: "none" | "off" | "on";
}

/** Asks the person for what they consented to, in one question; null where that is neither. @throws {LocalTrackError} */
export async function askForMedia({ camera, microphone }: Consents): Promise<MediaStream | null> {
  if (!camera && !microphone) return null;
  return openStream({
    ...(camera ? { video: cameraConstraints("environment") } : {}),
    ...(microphone ? { audio: MICROPHONE } : {}),
  });
}

/** Camera and microphone of the phone, as consented to, sent to the room. */
export class PhoneMedia {
  readonly #room: RoomConnection;
  readonly #camera: LocalTrack;
  readonly #microphone: LocalTrack;
  readonly #consents: Consents;
  readonly #listeners = new Set<() => void>();
  #snapshot: PhoneMediaSnapshot;
  #video: HTMLVideoElement | null = null;

  constructor({ consents, room }: { consents: Consents; room: RoomConnection }) {
    this.#room = room;
    this.#consents = consents;
    this.#snapshot = {
      camera: consents.camera ? "opening" : "off",
      microphone: consents.microphone ? "opening" : "off",
      stream: null,
      muted: false,
      canSwitchLens: false,
      torch: "none",
    };
    this.#camera = new LocalTrack({
      source: "camera",
      constraints: cameraConstraints("environment"),
      onTrack: (track) => this.#useCamera(track),
    });
    this.#microphone = new LocalTrack({
      source: "microphone",
      constraints: MICROPHONE,
      onTrack: (track) => this.#useMicrophone(track),
    });
  }

  readonly getSnapshot = (): PhoneMediaSnapshot => this.#snapshot;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  get track(): MediaStreamTrack | null {
    return this.#camera.track;
  }

  /** The element that shows the live picture: photos are taken from it where there is no still camera. */
  get video(): HTMLVideoElement | null {
    return this.#video;
  }

  readonly setVideo = (video: HTMLVideoElement | null): void => {
    this.#video = video;
  };

  /**
   * Uses what `askForMedia` gives: called for a first time with a question that is already under way, later with a new one.
   * What cannot be had is told in the snapshot.
   */
  async open(asked = askForMedia(this.#consents)): Promise<void> {
    const { camera, microphone } = this.#consents;
    try {
      const stream = await asked;
      const [video] = stream?.getVideoTracks() ?? [];
      const [audio] = stream?.getAudioTracks() ?? [];
      if (video !== undefined) this.#camera.adopt(video);
      if (audio !== undefined) this.#microphone.adopt(audio);
    } catch (error) {
      const problem = problemOf(error);
      // One missing device fails the question for both: each is asked for by itself.
      if (problem === "denied" || !(camera && microphone)) {
        this.#update({ ...(camera ? { camera: problem } : {}), ...(microphone ? { microphone: problem } : {}) });
        return;
      }
      await Promise.all([this.openSource("camera"), this.openSource("microphone")]);
    }
  }

  /** Opens one of them, after it was denied or missing. */
  async openSource(source: MediaSource): Promise<void> {
    this.#update({ [source]: "opening" });
    try {
      await (source === "camera" ? this.#camera : this.#microphone).open();
    } catch (error) {
      this.#update({ [source]: problemOf(error) });
    }
  }

  /** Goes on without what could not be had. The voice is tried once more by itself: it may be only the camera. */
  async goOnWithout(): Promise<void> {
    const { camera, microphone } = this.#snapshot;
    if (camera !== "on" && microphone === "denied") await this.openSource("microphone");
    const settled = (state: SourceState): SourceState => (state === "on" || state === "opening" ? state : "off");
    this.#update({ camera: settled(this.#snapshot.camera), microphone: settled(this.#snapshot.microphone) });
  }

  setMuted(muted: boolean): void {
    this.#room.setPaused("microphone", muted);
    this.#update({ muted });
  }

  async switchLens(): Promise<void> {
    const settings = this.#camera.track?.getSettings();
    if (settings === undefined) return;
    const cameras = await listCameras();
    try {
      await this.#camera.change(nextLens({ facing: settings.facingMode, deviceId: settings.deviceId }, cameras));
    } catch (error) {
      // The other lens is not to be had; the camera goes back to the one before by itself.
      if (!(error instanceof LocalTrackError)) throw error;
    }
  }

  async toggleTorch(): Promise<void> {
    const track = this.#camera.track;
    if (track === null || this.#snapshot.torch === "none") return;
    const on = this.#snapshot.torch === "off";
    try {
      await switchTorch(track, on);
      this.#update({ torch: on ? "on" : "off" });
    } catch {
      // Too hot, or another app has it: no torch to offer for now.
      this.#update({ torch: "none" });
    }
  }

  close(): void {
    this.#camera.close();
    this.#microphone.close();
  }

  #useCamera(track: MediaStreamTrack | null): void {
    if (track === null) {
      this.#update({ camera: "opening", stream: null, torch: "none" });
      return;
    }
    this.#room.publishTrack("camera", track);
    this.#update({
      camera: "on",
      stream: new MediaStream([track]),
      torch: hasTorch(track) ? "off" : "none",
    });
    void listCameras().then((cameras) => this.#update({ canSwitchLens: cameras.length > 1 }));
  }

  #useMicrophone(track: MediaStreamTrack | null): void {
    if (track !== null) this.#room.publishTrack("microphone", track);
    this.#update({ microphone: track === null ? "opening" : "on" });
  }

  #update(change: Partial<PhoneMediaSnapshot>): void {
    this.#snapshot = { ...this.#snapshot, ...change };
    for (const listener of this.#listeners) listener();
  }
}

function problemOf(error: unknown): LocalTrackProblem {
  if (error instanceof LocalTrackError) return error.problem;
  throw error;
}

async function listCameras(): Promise<string[]> {
  const devices = await navigator.mediaDevices.enumerateDevices();
  return devices.filter(({ kind }) => kind === "videoinput").map(({ deviceId }) => deviceId);
}
