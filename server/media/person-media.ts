import { AppError } from "@nexbasira/core/contract/errors.ts";
import type { MediaSource, ProducerInfo } from "@nexbasira/core/contract/signalling.ts";
import type { types } from "mediasoup";
import { withoutOrientation } from "./codecs.ts";
import type { MediaEngine } from "./media-engine.ts";
import { callMediasoup, type DtlsParameters, type RtpCapabilities, type RtpParameters } from "./mediasoup-values.ts";

export type Direction = "send" | "receive";

/** A producer and whose it is. */
export interface RoomProducer {
  producer: types.Producer;
  info: ProducerInfo;
}

/** What a person's media tells the room. */
export interface PersonMediaListener {
  onProducerAdded(added: RoomProducer): void;
  onProducerChanged(changed: RoomProducer): void;
  /** `lost`: its connection broke; `closed`: it was taken back. */
  onProducerRemoved(removed: RoomProducer, reason: "closed" | "lost"): void;
  onProducerScore(producer: RoomProducer, score: number): void;
  onConsumerClosed(consumerId: string): void;
}

export interface PersonMediaOptions {
  participantId: string;
  engine: MediaEngine;
  router: types.Router;
  listener: PersonMediaListener;
}

/** How well a producer is received, 0 (nothing) to 10: its best layer, as receivers can have that one. */
export function scoreOf(producer: types.Producer): number {
  return Math.max(0, ...producer.score.map(({ score }) => score));
}

/**
 * Chromium makes at most one key frame in 300 ms and drops a request that comes sooner; the SFU asks again only after a
 * second, in which a joining viewer sees nothing. Held back for a little longer than that, the request is answered.
 * Measured in Chromium, from the join to the first frame of a viewer who comes 150 ms after another (median of 11, on a
 * busy machine of two cores): 1.1 to 1.2 s with 0, 0.4 to 0.5 s with 350, 1.1 to 1.3 s with 1000.
 */
const KEY_FRAME_REQUEST_DELAY_MS = 350;

/**
 * One life of a person's media: at most one transport in each direction, one producer for each source, one consumer for
 * each producer of the others. A new one takes the place of the one before.
 */
export class PersonMedia {
  readonly #options: PersonMediaOptions;
  readonly #transports = new Map<Direction, types.WebRtcTransport>();
  readonly #producers = new Map<MediaSource, RoomProducer>();
  readonly #consumers = new Map<string, types.Consumer>();
  #closed: "closed" | "lost" | null = null;

  constructor(options: PersonMediaOptions) {
    this.#options = options;
  }

  get producers(): RoomProducer[] {
    return [...this.#producers.values()];
  }

  /** @throws {AppError} conflict when the room closed meanwhile. */
  async createTransport(direction: Direction): Promise<types.WebRtcTransport> {
    const { engine, router } = this.#options;
    const transport = await callMediasoup(() => engine.createTransport(router));
    if (this.#closed !== null) {
      transport.close();
      throw new AppError("conflict", "The connection was closed meanwhile.");
    }
    this.#transports.get(direction)?.close();
    this.#transports.set(direction, transport);
    transport.on("dtlsstatechange", (state) => {
      if (state === "closed" || state === "failed") transport.close();
    });
    transport.observer.on("close", () => {
      if (this.#transports.get(direction) === transport) this.#transports.delete(direction);
    });
    return transport;
  }

  /** @throws {AppError} validation_error for parameters that mediasoup refuses, not_found for an unknown transport. */
  async connectTransport(transportId: string, dtlsParameters: DtlsParameters): Promise<void> {
    const transport = this.#transport(transportId);
    await callMediasoup(() => transport.connect({ dtlsParameters }));
  }

  async restartIce(transportId: string): Promise<types.IceParameters> {
    const transport = this.#transport(transportId);
    return callMediasoup(() => transport.restartIce());
  }

  /** @throws {AppError} validation_error for parameters that mediasoup refuses, not_found for an unknown transport. */
  async produce(
    transportId: string,
    request: { kind: types.MediaKind; source: MediaSource; rtpParameters: RtpParameters; paused: boolean },
  ): Promise<types.Producer> {
    const transport = this.#transport(transportId, "send");
    const producer = await callMediasoup(() =>
      transport.produce({
        kind: request.kind,
        rtpParameters: withoutOrientation(request.rtpParameters),
        paused: request.paused,
        ...(request.kind === "video" ? { keyFrameRequestDelay: KEY_FRAME_REQUEST_DELAY_MS } : {}),
      }),
    );
    this.adopt(producer, request.source);
    return producer;
  }

  /**
   * Takes a producer of any transport of the room's router as this person's source. The one before goes when the new one
   * is known: to the room, the source was there all the time.
   */
  adopt(producer: types.Producer, source: MediaSource): void {
    if (this.#closed !== null || producer.closed) {
      producer.close();
      throw new AppError("conflict", "The connection was closed meanwhile.");
    }
    const before = this.#producers.get(source);
    const { participantId, listener } = this.#options;
    const info = { producer_id: producer.id, participant_id: participantId, kind: producer.kind, source };
    const added: RoomProducer = { producer, info: { ...info, paused: producer.paused } };
    this.#producers.set(source, added);
    let lost = false;
    producer.on("transportclose", () => {
      lost = true;
    });
    producer.observer.on("close", () => {
      if (this.#producers.get(source) === added) this.#producers.delete(source);
      listener.onProducerRemoved(added, this.#closed ?? (lost ? "lost" : "closed"));
    });
    producer.on("score", () => listener.onProducerScore(added, scoreOf(producer)));
    listener.onProducerAdded(added);
    before?.producer.close();
  }

  async setProducerPaused(producerId: string, paused: boolean): Promise<void> {
    const found = this.#producer(producerId);
    await callMediasoup(() => (paused ? found.producer.pause() : found.producer.resume()));
    if (found.info.paused === paused || found.producer.closed) return;
    found.info = { ...found.info, paused };
    this.#options.listener.onProducerChanged(found);
  }

  closeProducer(producerId: string): void {
    this.#producer(producerId).producer.close();
  }

  /**
   * Receives somebody's producer, paused until `setConsumerPaused`.
   *
   * @throws {AppError} validation_error where the receiver cannot decode it, not_found for an unknown transport.
   */
  async consume(transportId: string, producerId: string, rtpCapabilities: RtpCapabilities): Promise<types.Consumer> {
    const transport = this.#transport(transportId, "receive");
    const consumer = await callMediasoup(() =>
      transport.consume({ producerId, rtpCapabilities: withoutOrientation(rtpCapabilities), paused: true }),
    );
    if (this.#closed !== null || consumer.closed) {
      consumer.close();
      throw new AppError("conflict", "The connection was closed meanwhile.");
    }
    for (const earlier of this.#consumers.values()) {
      if (earlier.producerId === producerId) this.#dropConsumer(earlier);
    }
    this.#consumers.set(consumer.id, consumer);
    consumer.on("producerclose", () => this.#options.listener.onConsumerClosed(consumer.id));
    consumer.observer.on("close", () => this.#consumers.delete(consumer.id));
    return consumer;
  }

  async setConsumerPaused(consumerId: string, paused: boolean): Promise<void> {
    const consumer = this.#consumers.get(consumerId);
    if (!consumer) throw new AppError("not_found", "There is no such consumer.");
    await callMediasoup(() => (paused ? consumer.pause() : consumer.resume()));
  }

  /** Closes all of it: `lost` where the person's connection broke, `closed` where they are done. */
  close(reason: "closed" | "lost"): void {
    if (this.#closed !== null) return;
    this.#closed = reason;
    for (const { producer } of this.producers) producer.close();
    for (const transport of this.#transports.values()) transport.close();
  }

  #dropConsumer(consumer: types.Consumer): void {
    consumer.close();
    this.#options.listener.onConsumerClosed(consumer.id);
  }

  #transport(id: string, direction?: Direction): types.WebRtcTransport {
    for (const [kind, transport] of this.#transports) {
      if (transport.id === id && (direction === undefined || kind === direction)) return transport;
    }
    throw new AppError("not_found", "There is no such transport.");
  }

  #producer(id: string): RoomProducer {
    for (const found of this.#producers.values()) if (found.producer.id === id) return found;
    throw new AppError("not_found", "There is no such producer.");
  }
}
