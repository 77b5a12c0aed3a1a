import type { MediaSource } from "@nexbasira/core/contract/signalling.ts";
import { LocalTrack, LocalTrackError, type LocalTrackProblem, openStream } from "@nexbasira/ui/room/local-track.ts";
import type { RoomConnection } from "@nexbasira/ui/room/room-connection.ts";
import type { Consents } from "../join-api.ts";
import { cameraConstraints, MICROPHONE } from "./camera-constraints.ts";
import { type CameraView, PhoneCamera, type SourceState } from "./phone-camera.ts";
import { PictureWatch } from "./picture-watch.ts";

export interface PhoneMediaSnapshot extends Omit<CameraView, "state"> {
  camera: SourceState;
  microphone: SourceState;
  muted: boolean;
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
  /** What it can be set to, beyond being on. */
  readonly camera: PhoneCamera;
  readonly #room: RoomConnection;
  readonly #microphone: LocalTrack;
  readonly #watch: PictureWatch;
  readonly #consents: Consents;
  readonly #listeners = new Set<() => void>();
  #snapshot: PhoneMediaSnapshot;
  #video: HTMLVideoElement | null = null;

  constructor({ consents, room }: { consents: Consents; room: RoomConnection }) {
    this.#room = room;
    this.#consents = consents;
    this.#snapshot = {
      camera: "off",
      microphone: consents.microphone ? "opening" : "off",
      stream: null,
      settings: null,
      held: null,
      muted: false,
    };
    this.camera = new PhoneCamera({
      send: (track) => room.publishTrack("camera", track),
      onChange: ({ state, ...view }) => this.#update({ camera: state, ...view }),
    });
    if (consents.camera) this.camera.setState("opening");
    this.#microphone = new LocalTrack({
      source: "microphone",
      constraints: MICROPHONE,
      onTrack: (track) => this.#useMicrophone(track),
      onRefused: () => this.#update({ microphone: "denied" }),
    });
    this.#watch = new PictureWatch({ video: () => this.#video, onStill: () => this.camera.check() });
  }

  readonly getSnapshot = (): PhoneMediaSnapshot => this.#snapshot;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  get track(): MediaStreamTrack | null {
    return this.camera.track;
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
      if (video !== undefined) this.camera.adopt(video);
      if (audio !== undefined) this.#microphone.adopt(audio);
    } catch (error) {
      const problem = problemOf(error);
      // One missing device fails the question for both: each is asked for by itself.
      if (problem === "denied" || !(camera && microphone)) {
        if (camera) this.camera.setState(problem);
        if (microphone) this.#update({ microphone: problem });
        return;
      }
      await Promise.all([this.openSource("camera"), this.openSource("microphone")]);
    }
  }

  /** Opens one of them, after it was denied or missing. */
  async openSource(source: MediaSource): Promise<void> {
    if (source === "camera") return this.camera.open();
    this.#update({ microphone: "opening" });
    try {
      await this.#microphone.open();
    } catch (error) {
      this.#update({ microphone: problemOf(error) });
    }
  }

  /** Goes on without what could not be had. The voice is tried once more by itself: it may be only the camera. */
  async goOnWithout(): Promise<void> {
    const { camera, microphone } = this.#snapshot;
    if (camera !== "on" && microphone === "denied") await this.openSource("microphone");
    const settled = (state: SourceState): SourceState => (state === "on" || state === "opening" ? state : "off");
    this.camera.setState(settled(this.#snapshot.camera));
    this.#update({ microphone: settled(this.#snapshot.microphone) });
  }

  setMuted(muted: boolean): void {
    this.#room.setPaused("microphone", muted);
    this.#update({ muted });
  }

  close(): void {
    this.#watch.close();
    this.camera.close();
    this.#microphone.close();
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
