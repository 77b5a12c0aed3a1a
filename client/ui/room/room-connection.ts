import type { JoinAnswer } from "@nexbasira/core/contract/join.ts";
import type {
  CaptureTaken,
  CommandDone,
  MediaSource,
  Notice,
  RequestAnswer,
  RequestName,
  RequestPayload,
  RoomState,
} from "@nexbasira/core/contract/signalling.ts";
import { ClockOffset } from "./clock-offset.ts";
import type { ConnectionQuality } from "./connection-quality.ts";
import type { RemoteMedia } from "./media-session.ts";
import { RoomMedia, type Sending } from "./room-media.ts";
import { type AnyNotice, RoomRequestError } from "./room-messages.ts";
import { type Ending, RoomSocket } from "./room-socket.ts";
import { applyNotice, type RoomView, viewOf } from "./room-state.ts";

const PROBE_TIMEOUT_MS = 2_000;
const ENTER_AGAIN_MS = 1_000;

export interface RoomConnectionOptions {
  answer: JoinAnswer;
  /** Asks for the way in again: a new answer, or why there is none. Rejects where that cannot be known now. */
  rejoin: () => Promise<JoinAnswer | Ending>;
  /** Only on the participant's device: takes the snapshot that the inspector asks for. Must not reject. */
  onCaptureRequested?: (request: Notice<"capture.requested">) => Promise<CaptureTaken>;
  /** Only on the participant's device: does what the inspector wants of it. Must not reject. */
  onDeviceCommanded?: (command: Notice<"device.commanded">) => Promise<CommandDone>;
}

/** What a page shows of its connection. A new object for each change. */
export interface RoomSnapshot {
  /** `connecting` until the first entering; afterwards `live`, or `reconnecting` until it is back; `ended` for good. */
  phase: "connecting" | "live" | "reconnecting" | "ended";
  ending: Ending | null;
  /** As last known; null until the first entering. */
  room: RoomView | null;
  /** What others send; while reconnecting, what was there last, which may still go on. */
  remote: readonly RemoteMedia[];
  /** Whether picture and sound have a way; false also while there is nothing to send or receive. */
  mediaConnected: boolean;
  /** Null until it is measured, and while there is no connection. */
  quality: ConnectionQuality | null;
  /** How much of one's own picture is sent; null while no camera is. */
  sending: Sending | null;
  /** Set where this browser cannot take part in calls; captures and boards work all the same. */
  callUnsupported: boolean;
}

const NO_MEDIA = { remote: [], mediaConnected: false, quality: null } as const;

/**
 * A person's place in a room: enters it, keeps what is known of it, sends and receives media, and does all of that again
 * after every loss, for as long as the session is open. Close it when the page is done with it.
 */
export class RoomConnection {
  readonly #socket: RoomSocket;
  readonly #media: RoomMedia;
  readonly #clock = new ClockOffset();
  readonly #listeners = new Set<() => void>();
  readonly #noticeListeners = new Set<(notice: AnyNotice) => void>();
  #snapshot: RoomSnapshot = {
    phase: "connecting",
    ending: null,
    room: null,
    ...NO_MEDIA,
    sending: null,
    callUnsupported: false,
  };
  /** Counts enterings: what was begun in an earlier one is not carried on in a later one. */
  #life = 0;
  /** Notices that come while entering, applied after the state they belong to. */
  #early: AnyNotice[] | undefined;
  #enterAgain: ReturnType<typeof setTimeout> | undefined;

  constructor(options: RoomConnectionOptions) {
    this.#media = new RoomMedia({
      request: (name, payload) => this.#socket.request(name, payload),
      producers: () => this.#othersProducers(),
      onChange: (change) => this.#update(change),
      onLost: () => this.#socket.connected && void this.#enter(),
    });
    this.#socket = new RoomSocket({
      ...options,
      onConnected: () => void this.#enter(),
      onDisconnected: () => this.#lost(),
      onNotice: (notice) => this.#take(notice),
      onEnded: (ending) => this.#end(ending),
    });
    window.addEventListener("online", this.#probe);
    document.addEventListener("visibilitychange", this.#probe);
  }

  /** For `useSyncExternalStore`. */
  readonly getSnapshot = (): RoomSnapshot => this.#snapshot;

  /** For `useSyncExternalStore`. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Hears every notice, after the snapshot has taken it in. */
  onNotice(listener: (notice: AnyNotice) => void): () => void {
    this.#noticeListeners.add(listener);
    return () => this.#noticeListeners.delete(listener);
  }

  /** The answer in use: a rejoin may have brought a new one. */
  get answer(): JoinAnswer {
    return this.#socket.answer;
  }

  /** Server clock minus device clock, in ms; null if never measured. */
  get clockOffsetMs(): number | null {
    return this.#clock.offsetMs;
  }

  /** @throws {RoomRequestError} for a refusal, no connection, no answer in 10 s. */
  request<Name extends RequestName>(name: Name, payload: RequestPayload<Name>): Promise<RequestAnswer<Name>> {
    return this.#socket.request(name, payload);
  }

  /** Sends a track from now on, after every loss again, in the place of the source's earlier one. */
  publishTrack(source: MediaSource, track: MediaStreamTrack): void {
    this.#media.publish(source, track);
  }

  /** Mutes a source, or ends that; for everybody in the room. */
  setPaused(source: MediaSource, paused: boolean): void {
    this.#media.setPaused(source, paused);
  }

  unpublish(source: MediaSource): void {
    this.#media.unpublish(source);
  }

  /** Gets a new access token, after the old one was no longer taken. Rejects where there is no way in now. */
  renewAccess(): Promise<void> {
    return this.#socket.rejoin();
  }

  /** Leaves the room by one's own will: the others are told at once, where there is a connection. */
  async leave(): Promise<void> {
    try {
      await this.#socket.request("room.leave", {}, PROBE_TIMEOUT_MS);
    } catch (error) {
      // Without a connection nobody can be told; the server sees the silence by itself.
      if (!(error instanceof RoomRequestError)) throw error;
    }
    this.#end("left");
  }

  close(): void {
    this.#life += 1;
    clearTimeout(this.#enterAgain);
    window.removeEventListener("online", this.#probe);
    document.removeEventListener("visibilitychange", this.#probe);
    this.#media.pause();
    this.#socket.close();
  }

  async #enter(): Promise<void> {
    this.#life += 1;
    const life = this.#life;
    this.#early = [];
    this.#media.pause();
    const sentAt = Date.now();
    let state: RoomState;
    try {
      state = await this.#socket.request("room.enter", {});
    } catch (error) {
      if (life === this.#life) this.#couldNotEnter(error);
      return;
    }
    if (life !== this.#life) return;
    this.#clock.record(sentAt, Date.now(), state.server_time_ms);
    const room = this.#early.reduce(applyNotice, viewOf(state));
    this.#early = undefined;
    this.#update({ phase: "live", room, ...NO_MEDIA });
    await this.#media.open(state);
    await this.#measureClock(life);
  }

  #couldNotEnter(error: unknown): void {
    this.#early = undefined;
    if (!(error instanceof RoomRequestError)) throw error;
    if (error.code === "conflict") this.#end("replaced");
    // After the session's end the way in tells how it ended; anything else may be mended by a new connection.
    else if (error.code === "gone") this.#socket.rejoin().catch(() => this.#socket.restart());
    else this.#enterAgain = setTimeout(() => this.#socket.restart(), ENTER_AGAIN_MS);
  }

  async #measureClock(life: number): Promise<void> {
    for (let count = 0; count < 2 && life === this.#life; count += 1) {
      const sentAt = Date.now();
      try {
        const { server_time_ms } = await this.#socket.request("clock.read", {});
        this.#clock.record(sentAt, Date.now(), server_time_ms);
      } catch (error) {
        // The measurement at entering has to do.
        if (!(error instanceof RoomRequestError)) throw error;
      }
    }
  }

  #othersProducers(): RoomView["producers"] {
    const { room } = this.#snapshot;
    return room?.producers.filter(({ participant_id }) => participant_id !== room.self.participant_id) ?? [];
  }

  #take(notice: AnyNotice): void {
    if (this.#early !== undefined) this.#early.push(notice);
    else if (this.#snapshot.room !== null) this.#update({ room: applyNotice(this.#snapshot.room, notice) });
    if (notice.name === "producer.added" && this.#othersProducers().includes(notice.payload)) {
      this.#media.consume(notice.payload);
    }
    if (notice.name === "producer.removed") this.#media.drop(notice.payload.producer_id);
    if (notice.name === "simulcast.changed") this.#media.setSimulcast(notice.payload.on);
    if (notice.name === "consumer.closed") this.#media.dropConsumer(notice.payload.consumer_id);
    for (const listener of this.#noticeListeners) listener(notice);
    if (notice.name === "device.replaced") this.#end("replaced");
    if (notice.name === "session.ended") this.#end(notice.payload.status);
  }

  #lost(): void {
    this.#life += 1;
    clearTimeout(this.#enterAgain);
    this.#early = undefined;
    // Picture and sound go their own way, and may go on: the room keeps their place for a while.
    this.#update({ phase: this.#snapshot.room === null ? "connecting" : "reconnecting" });
  }

  #end(ending: Ending): void {
    this.close();
    this.#update({ phase: "ended", ending, ...NO_MEDIA });
  }

  /** The network or the page came back. A socket can seem open and be dead: it has to answer, or is made anew. */
  readonly #probe = (): void => {
    if (document.visibilityState === "hidden") return;
    if (!this.#socket.connected) {
      this.#socket.restart();
      return;
    }
    this.#media.nudge();
    this.#socket.request("clock.read", {}, PROBE_TIMEOUT_MS).catch(() => this.#socket.restart());
  };

  #update(change: Partial<RoomSnapshot>): void {
    this.#snapshot = { ...this.#snapshot, ...change };
    for (const listener of this.#listeners) listener();
  }
}
