import type { MediaSource, ProducerInfo, RoomState } from "@nexbasira/core/contract/signalling.ts";
import type { ConnectionQuality } from "./connection-quality.ts";
import { loadDevice } from "./load-device.ts";
import { type LocalMedia, MediaSession, type RemoteMedia } from "./media-session.ts";
import { QualityMeter } from "./quality-meter.ts";
import { RoomRequestError, type SendRequest } from "./room-messages.ts";

const RETRY_MS = 1_000;

interface RoomMediaChange {
  remote?: readonly RemoteMedia[];
  mediaConnected?: boolean;
  quality?: ConnectionQuality;
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
    this.#meter = new QualityMeter(
      () => session.readStats(),
      (quality) => this.#options.onChange({ quality }),
    );
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
    this.#sync();
  }

  setPaused(source: MediaSource, paused: boolean): void {
    const local = this.#published.get(source);
    if (local === undefined) return;
    this.#published.set(source, { ...local, paused });
    this.#sync();
  }

  unpublish(source: MediaSource): void {
    if (this.#published.delete(source)) this.#sync();
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
          else await session.publish(source, local);
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
