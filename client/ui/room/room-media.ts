import type { SendingLevel, SendingReason } from "@nexbasira/core/contract/device.ts";
import type { MediaSource, ProducerInfo, RoomState } from "@nexbasira/core/contract/signalling.ts";
import type { ConnectionQuality } from "./connection-quality.ts";
import { loadDevice } from "./load-device.ts";
import { type LocalMedia, MediaSession, type RemoteMedia } from "./media-session.ts";
import { QualityMeter } from "./quality-meter.ts";
import { RoomRequestError, type SendRequest } from "./room-messages.ts";
import { climb, FULL, type Ladder, levelOf, type SendingLook } from "./sending-ladder.ts";

const RETRY_MS = 1_000;

/** How much of the camera's picture is sent, and why it is not all of it. */
export interface Sending {
  level: SendingLevel;
  reason: SendingReason | null;
}

interface RoomMediaChange {
  remote?: readonly RemoteMedia[];
  mediaConnected?: boolean;
  quality?: ConnectionQuality;
  /** Null while no camera is sent. */
  sending?: Sending | null;
  callUnsupported?: boolean;
}

export interface RoomMediaOptions {
  request: SendRequest;
  /** What others send now, as the room tells. */
  producers: () => readonly ProducerInfo[];
  onChange: (change: RoomMediaChange) => void;
  /** A transport could not be mended: the room has to be entered anew. */
  onLost: () => void;
}

/**
 * What a person sends and receives, over all lives of the room: `open` begins a life, `pause` ends it, and what is
 * published is sent again in the next.
 */
export class RoomMedia {
  readonly #options: RoomMediaOptions;
  readonly #published = new Map<MediaSource, LocalMedia>();
  readonly #timers = new Set<ReturnType<typeof setTimeout>>();
  #session: MediaSession | undefined;
  #meter: QualityMeter | undefined;
  /** What was begun in an earlier life is not carried on in a later one. */
  #life = 0;
  #syncing: Promise<void> = Promise.resolve();
  /** Kept over lives: a network that was slow is slow still. */
  #ladder: Ladder = FULL;
  #simulcast = false;

  constructor(options: RoomMediaOptions) {
    this.#options = options;
  }

  /** Begins a life in the room that was just entered. */
  async open(state: RoomState): Promise<void> {
    this.pause();
    const life = this.#life;
    let device: Awaited<ReturnType<typeof loadDevice>>;
    try {
      device = await loadDevice(state.router_rtp_capabilities);
    } catch (error) {
      if (life !== this.#life) return;
      const callUnsupported = error instanceof Error && error.name === "UnsupportedError";
      this.#options.onChange({ callUnsupported });
      // The script did not come through the network: as long as it is missing, there is no call.
      if (!callUnsupported) this.#later(() => void this.open(state));
      return;
    }
    if (life !== this.#life) return;
    const session = new MediaSession({
      device,
      request: this.#options.request,
      iceServers: state.ice_servers,
      onRemote: (remote) => this.#options.onChange({ remote }),
      onTransportState: () => this.#options.onChange({ mediaConnected: session.connected }),
      onLost: this.#options.onLost,
    });
    this.#session = session;
    this.#simulcast = state.simulcast;
    this.#meter = new QualityMeter({
      readStats: () => session.readStats(),
      onQuality: (quality) => this.#options.onChange({ quality }),
      onSending: (look) => this.#climb(look),
    });
    session.prepareReceiving();
    for (const producer of this.#options.producers()) this.consume(producer);
    this.#sync();
  }

  /** Ends a life: the room cannot be reached, or is entered anew. */
  pause(): void {
    this.#life += 1;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    this.#meter?.close();
    this.#session?.close();
    this.#meter = undefined;
    this.#session = undefined;
  }

  publish(source: MediaSource, track: MediaStreamTrack): void {
    this.#published.set(source, { track, paused: this.#published.get(source)?.paused ?? false });
    this.#tellSending();
    this.#sync();
  }

  setPaused(source: MediaSource, paused: boolean): void {
    const local = this.#published.get(source);
    if (local === undefined) return;
    this.#published.set(source, { ...local, paused });
    this.#sync();
  }

  unpublish(source: MediaSource): void {
    if (!this.#published.delete(source)) return;
    this.#tellSending();
    this.#sync();
  }

  /** Sends cameras in two layers from now on, or in one. */
  setSimulcast(on: boolean): void {
    if (this.#simulcast === on) return;
    this.#simulcast = on;
    this.#sync();
  }

  consume(producer: ProducerInfo): void {
    const session = this.#session;
    if (session === undefined) return;
    session.consume(producer).catch((error: unknown) => {
      session.drop(producer.producer_id);
      if (session !== this.#session) return;
      if (!(error instanceof RoomRequestError)) reportError(error);
      this.#later(() => {
        const listed = this.#options.producers().find(({ producer_id }) => producer_id === producer.producer_id);
        if (listed !== undefined) this.consume(listed);
      });
    });
  }

  drop(producerId: string): void {
    this.#session?.drop(producerId);
  }

  dropConsumer(consumerId: string): void {
    this.#session?.dropConsumer(consumerId);
  }

  /** The network or the page came back. */
  nudge(): void {
    this.#session?.nudge();
  }

  #climb(look: SendingLook): void {
    const camera = this.#published.get("camera");
    // What is not sent says nothing of the way; in the background phones stop the camera.
    if (camera === undefined || camera.paused || document.visibilityState === "hidden" || isHeld(camera.track)) return;
    const before = this.#ladder;
    this.#ladder = climb(before, look, performance.now());
    const { rung, reason } = this.#ladder;
    if (rung === before.rung && reason === before.reason) return;
    this.#tellSending();
    this.#sync();
  }

  #tellSending(): void {
    const { rung, reason } = this.#ladder;
    this.#options.onChange({ sending: this.#published.has("camera") ? { level: levelOf(rung), reason } : null });
  }

  /** Brings what is sent in line with what should be. One run at a time: a track may change while it is being sent. */
  #sync(): void {
    const session = this.#session;
    if (session === undefined) return;
    this.#syncing = this.#syncing.then(async () => {
      if (session !== this.#session) return;
      try {
        for (const source of ["camera", "microphone"] as const) {
          const local = this.#published.get(source);
          if (local === undefined) await session.unpublish(source);
          else await session.publish(source, local, { rung: this.#ladder.rung, simulcast: this.#simulcast });
        }
      } catch (error) {
        if (session !== this.#session) return;
        if (!(error instanceof RoomRequestError)) reportError(error);
        this.#later(() => this.#sync());
      }
    });
  }

  /** In a while, unless this life is over by then. */
  #later(action: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      action();
    }, RETRY_MS);
    this.#timers.add(timer);
  }
}

/**
 * Whether a track is a picture that is held still: it takes so little of the way that the estimate of it falls to nothing
 * (measured: from 1,000 to 36 kbit/s within 2 s, on a free line).
 */
function isHeld(track: MediaStreamTrack): boolean {
  return typeof CanvasCaptureMediaStreamTrack !== "undefined" && track instanceof CanvasCaptureMediaStreamTrack;
}
