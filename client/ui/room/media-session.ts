import type { MediaSource, ProducerInfo } from "@nexbasira/core/contract/signalling.ts";
import type { types } from "mediasoup-client";
import { DtlsParameters, IceCandidates, IceParameters, IceServers, RtpParameters } from "./mediasoup-values.ts";
import { pictureHeight, publishOptions } from "./publish-options.ts";
import type { SendRequest } from "./room-messages.ts";
import { applyEncodings, type CameraShape, cameraEncodings, soundEncodings } from "./sending-parameters.ts";
import { type TransportState, TransportWatch } from "./transport-watch.ts";

/** What somebody else in the room sends, ready to be shown or heard. */
export interface RemoteMedia {
  producer_id: string;
  participant_id: string;
  source: MediaSource;
  kind: "audio" | "video";
  stream: MediaStream;
}

/** What this side sends. */
export interface LocalMedia {
  track: MediaStreamTrack;
  paused: boolean;
}

export interface MediaSessionOptions {
  device: types.Device;
  request: SendRequest;
  iceServers: Record<string, unknown>[];
  /** Called when the list of remote media changed. */
  onRemote: (media: readonly RemoteMedia[]) => void;
  onTransportState: () => void;
  /** A transport could not be mended within its time: a new session is needed. */
  onLost: () => void;
}

type Direction = "send" | "receive";

interface Path {
  transport: types.Transport;
  watch: TransportWatch;
}

/** One life of the media: a router on the server, a send and a receive transport here. Not reused after it is closed. */
export class MediaSession {
  readonly #options: MediaSessionOptions;
  readonly #paths = new Map<Direction, Promise<Path>>();
  readonly #openPaths = new Map<Direction, Path>();
  readonly #producers = new Map<MediaSource, types.Producer>();
  readonly #consumers = new Map<string, { consumer: types.Consumer; media: RemoteMedia }>();
  /** Producers asked for and not yet consumed, so that none is consumed twice and one that went is not shown. */
  readonly #wanted = new Set<string>();
  #closed = false;

  constructor(options: MediaSessionOptions) {
    this.#options = options;
  }

  /** Whether all transports in use are connected; false while there is none. */
  get connected(): boolean {
    const paths = [...this.#openPaths.values()].filter(({ watch }) => watch.state !== "new");
    return paths.length > 0 && paths.every(({ watch }) => watch.state === "connected");
  }

  /**
   * Makes the way in before there is anything to receive, so that what comes first need not wait for it. A failure is
   * left to be told by the first who needs it.
   */
  prepareReceiving(): void {
    this.#path("receive").catch(() => undefined);
  }

  /**
   * Sends a track, in the place of the one sent before from the same source. Another number of layers needs a producer of
   * its own: the room puts it in the place of the old one, and sound goes on meanwhile.
   *
   * @throws {RoomRequestError} where the room refuses it, {Error} where the browser cannot encode it.
   */
  async publish(source: MediaSource, { track, paused }: LocalMedia, shape: CameraShape): Promise<void> {
    const present = this.#producers.get(source);
    if (present !== undefined && (source === "microphone" || layersOf(present) === (shape.simulcast ? 2 : 1))) {
      if (present.track !== track) await present.replaceTrack({ track });
      await applyShape(present, source, { track, shape });
      return this.setPaused(source, paused);
    }
    const { transport } = await this.#path("send");
    const producer = await transport.produce({
      track,
      ...publishOptions(source, this.#options.device, { track, shape }),
      // The page owns its tracks: a rebuilt session sends the same ones again.
      stopTracks: false,
      appData: { source, paused },
    });
    if (this.#closed) return producer.close();
    this.#producers.set(source, producer);
    present?.close();
    if (paused) producer.pause();
    await applyShape(producer, source, { track, shape });
  }

  async setPaused(source: MediaSource, paused: boolean): Promise<void> {
    const producer = this.#producers.get(source);
    if (producer === undefined || producer.paused === paused) return;
    if (paused) producer.pause();
    else producer.resume();
    await this.#options.request(paused ? "producer.pause" : "producer.resume", { producer_id: producer.id });
  }

  async unpublish(source: MediaSource): Promise<void> {
    const producer = this.#producers.get(source);
    if (producer === undefined) return;
    this.#producers.delete(source);
    producer.close();
    await this.#options.request("producer.close", { producer_id: producer.id });
  }

  /** Receives what somebody sends. @throws {RoomRequestError} where the room refuses it. */
  async consume({ producer_id, participant_id, source, kind }: ProducerInfo): Promise<void> {
    if (this.#wanted.has(producer_id)) return;
    this.#wanted.add(producer_id);
    const { device, request } = this.#options;
    const { transport } = await this.#path("receive");
    const answer = await request("consumer.create", {
      transport_id: transport.id,
      producer_id,
      rtp_capabilities: device.recvRtpCapabilities,
    });
    const consumer = await transport.consume({
      id: answer.consumer_id,
      producerId: producer_id,
      kind: answer.kind,
      rtpParameters: RtpParameters.parse(answer.rtp_parameters),
      // Picture and sound of one person are played in step (RFC 8843, one stream id each person).
      streamId: participant_id,
    });
    if (this.#closed || !this.#wanted.has(producer_id)) return consumer.close();
    const stream = new MediaStream([consumer.track]);
    this.#consumers.set(producer_id, { consumer, media: { producer_id, participant_id, source, kind, stream } });
    await request("consumer.resume", { consumer_id: consumer.id });
    this.#reportRemote();
  }

  /** Stops receiving a producer that is no longer there. */
  drop(producerId: string): void {
    this.#wanted.delete(producerId);
    const entry = this.#consumers.get(producerId);
    if (entry === undefined) return;
    this.#consumers.delete(producerId);
    entry.consumer.close();
    this.#reportRemote();
  }

  /** The server closed a consumer: its producer is gone, or is consumed anew. */
  dropConsumer(consumerId: string): void {
    for (const [producerId, { consumer }] of this.#consumers) {
      if (consumer.id === consumerId) this.drop(producerId);
    }
  }

  /** The network or the page came back. */
  nudge(): void {
    for (const { watch } of this.#openPaths.values()) watch.nudge();
  }

  async readStats(): Promise<RTCStatsReport[]> {
    return Promise.all([...this.#openPaths.values()].map(({ transport }) => transport.getStats()));
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const { transport, watch } of this.#openPaths.values()) {
      watch.close();
      transport.close();
    }
    this.#openPaths.clear();
    this.#producers.clear();
    this.#consumers.clear();
    this.#wanted.clear();
  }

  #path(direction: Direction): Promise<Path> {
    const present = this.#paths.get(direction);
    if (present !== undefined) return present;
    const path = this.#open(direction);
    this.#paths.set(direction, path);
    // One that could not be made is made anew by the next who needs it.
    path.catch(() => this.#paths.delete(direction));
    return path;
  }

  async #open(direction: Direction): Promise<Path> {
    const { device, request, iceServers } = this.#options;
    const answer = await request("transport.create", { direction });
    if (this.#closed) throw new Error("The media session was closed while a transport was made.");
    const options = {
      id: answer.transport_id,
      iceParameters: IceParameters.parse(answer.ice_parameters),
      iceCandidates: IceCandidates.parse(answer.ice_candidates),
      dtlsParameters: DtlsParameters.parse(answer.dtls_parameters),
      iceServers: IceServers.parse(iceServers),
    };
    const transport = direction === "send" ? device.createSendTransport(options) : device.createRecvTransport(options);
    const watch = new TransportWatch({
      restartIce: () => void this.#restartIce(transport),
      giveUp: () => this.#options.onLost(),
    });
    this.#openPaths.set(direction, { transport, watch });
    transport.on("connectionstatechange", (state: TransportState) => {
      watch.report(state);
      this.#options.onTransportState();
    });
    transport.on("connect", ({ dtlsParameters }, done, fail) => {
      request("transport.connect", { transport_id: transport.id, dtls_parameters: dtlsParameters }).then(
        () => done(),
        fail,
      );
    });
    transport.on("produce", ({ kind, rtpParameters, appData }, done, fail) => {
      const source: MediaSource = appData.source === "camera" ? "camera" : "microphone";
      request("producer.create", {
        transport_id: transport.id,
        kind,
        source,
        rtp_parameters: rtpParameters,
        paused: appData.paused === true,
      }).then(({ producer_id }) => done({ id: producer_id }), fail);
    });
    return { transport, watch };
  }

  async #restartIce(transport: types.Transport): Promise<void> {
    try {
      const answer = await this.#options.request("transport.restart-ice", { transport_id: transport.id });
      if (!this.#closed) await transport.restartIce({ iceParameters: IceParameters.parse(answer.ice_parameters) });
    } catch {
      // No way to the server now, or the transport is gone there: the watch gives the transport up in its time.
    }
  }

  #reportRemote(): void {
    if (!this.#closed) this.#options.onRemote([...this.#consumers.values()].map(({ media }) => media));
  }
}

function layersOf({ rtpSender }: types.Producer): number {
  return rtpSender?.getParameters().encodings.length ?? 1;
}

/** Brings a producer's encoding in line with what is to be sent. */
async function applyShape(
  { rtpSender }: types.Producer,
  source: MediaSource,
  { track, shape }: { track: MediaStreamTrack; shape: CameraShape },
): Promise<void> {
  if (rtpSender === undefined) return;
  try {
    if (source === "microphone") await applyEncodings(rtpSender, soundEncodings(shape));
    // With few frames, each has to be readable; with all of them, the browser finds its own measure.
    else {
      const preference = shape.rung === "full" ? undefined : "maintain-resolution";
      await applyEncodings(rtpSender, cameraEncodings(shape, pictureHeight(track)), preference);
    }
  } catch (error) {
    // It is sent all the same, as the browser's own congestion control finds right.
    reportError(error);
  }
}
