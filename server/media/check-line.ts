import { AppError } from "@nexbasira/core/contract/errors.ts";
import type { types } from "mediasoup";
import type { MediaEngine } from "./media-engine.ts";
import { callMediasoup, type DtlsParameters } from "./mediasoup-values.ts";

/** As many as a check needs, and a second try of each. */
const MAX_TRANSPORTS = 4;
/** A line that has taken so much has been measured; what is more is an abuse. */
const MAX_BYTES = 4_000_000;

interface Line {
  transport: types.WebRtcTransport;
  messages: number;
  bytes: number;
  firstMs: number;
  lastMs: number;
}

/** What one check may use of a media node: a router of its own, in which nobody else is, and few transports. */
export class CheckLine {
  readonly #engine: MediaEngine;
  readonly #router: types.Router;
  readonly #lines = new Map<string, Line>();

  private constructor(engine: MediaEngine, router: types.Router) {
    this.#engine = engine;
    this.#router = router;
  }

  static async open(engine: MediaEngine): Promise<CheckLine> {
    return new CheckLine(engine, await callMediasoup(() => engine.createRouter()));
  }

  get rtpCapabilities(): types.RtpCapabilities {
    return this.#router.rtpCapabilities;
  }

  /** @throws {AppError} rate_limited where the check has opened all it may. */
  async openTransport(protocol: "udp" | "tcp"): Promise<types.WebRtcTransport> {
    if (this.#lines.size >= MAX_TRANSPORTS) throw new AppError("rate_limited", "This check has no further line.");
    const transport = await callMediasoup(() => this.#engine.createCheckTransport(this.#router, protocol));
    this.#lines.set(transport.id, { transport, messages: 0, bytes: 0, firstMs: 0, lastMs: 0 });
    return transport;
  }

  candidatesOf(transport: types.WebRtcTransport): types.IceCandidate[] {
    return this.#engine.candidatesOf(transport);
  }

  async connect(transportId: string, dtlsParameters: DtlsParameters): Promise<void> {
    const { transport } = this.#line(transportId);
    await callMediasoup(() => transport.connect({ dtlsParameters }));
  }

  /** From now on, what comes is counted, and thrown away. */
  async produce(transportId: string, sctpStreamParameters: types.SctpStreamParameters): Promise<string> {
    const line = this.#line(transportId);
    return callMediasoup(async () => {
      const producer = await line.transport.produceData({ sctpStreamParameters });
      const counter = await this.#router.createDirectTransport();
      const consumer = await counter.consumeData({ dataProducerId: producer.id });
      consumer.on("message", (message) => count(line, message.length));
      return producer.id;
    });
  }

  received(transportId: string): { messages: number; bytes: number; spread_ms: number } {
    const { messages, bytes, firstMs, lastMs } = this.#line(transportId);
    return { messages, bytes, spread_ms: Math.round(lastMs - firstMs) };
  }

  close(): void {
    this.#router.close();
    this.#lines.clear();
  }

  #line(id: string): Line {
    const line = this.#lines.get(id);
    if (!line) throw new AppError("not_found", "There is no such line.");
    return line;
  }
}

function count(line: Line, bytes: number): void {
  const nowMs = performance.now();
  if (line.messages === 0) line.firstMs = nowMs;
  line.messages += 1;
  line.bytes += bytes;
  line.lastMs = nowMs;
  if (line.bytes > MAX_BYTES) line.transport.close();
}
