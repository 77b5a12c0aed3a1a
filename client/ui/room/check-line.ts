import type { types } from "mediasoup-client";
import type { LineQuality } from "./check-results.ts";
import type { CheckSocket } from "./check-socket.ts";
import { loadDevice } from "./load-device.ts";
import { DtlsParameters, IceCandidates, IceParameters, SctpParameters } from "./mediasoup-values.ts";

/** ICE and DTLS take well under a second where they work, and a few on a bad network. */
const CONNECT_LIMIT_MS = 10_000;
const MESSAGE_BYTES = 1_100;
const MESSAGES = 500;
/** 500 messages in 2.2 s are 2 Mbit/s: what a call's picture takes at its best, and some more. */
const MESSAGES_A_TURN = 9;
const TURN_MS = 40;
/** More than this waiting to be sent: the network does not take it as fast, and nothing is won by adding to it. */
const MAX_BUFFERED_BYTES = 64 * 1024;
/** What is on its way when the last one was sent. */
const SETTLE_MS = 700;

/** A line of one's own to the media node, over UDP or TCP alone, as far as it can be had. */
export class CheckLine {
  readonly #socket: CheckSocket;
  readonly #transport: types.Transport;
  readonly #channel: types.DataProducer;

  private constructor(socket: CheckSocket, transport: types.Transport, channel: types.DataProducer) {
    this.#socket = socket;
    this.#transport = transport;
    this.#channel = channel;
  }

  /** @throws {Error} where no connection comes about within 10 s. */
  static async open(socket: CheckSocket, protocol: "udp" | "tcp"): Promise<CheckLine> {
    const offered = await socket.ask("line.open", { protocol });
    const device = await loadDevice(offered.router_rtp_capabilities);
    const transport = device.createSendTransport({
      id: offered.id,
      iceParameters: IceParameters.parse(offered.ice_parameters),
      iceCandidates: IceCandidates.parse(offered.ice_candidates),
      dtlsParameters: DtlsParameters.parse(offered.dtls_parameters),
      sctpParameters: SctpParameters.parse(offered.sctp_parameters),
    });
    transport.on("connect", ({ dtlsParameters }, done, failed) => {
      socket
        .ask("line.connect", { transport_id: transport.id, dtls_parameters: { ...dtlsParameters } })
        .then(() => done())
        .catch(failed);
    });
    transport.on("producedata", ({ sctpStreamParameters }, done, failed) => {
      socket
        .ask("line.produce", { transport_id: transport.id, sctp_stream_parameters: { ...sctpStreamParameters } })
        .then(done)
        .catch(failed);
    });
    try {
      // As RTP does: nothing is sent again, so that what is lost is seen.
      const channel = await transport.produceData({ ordered: false, maxRetransmits: 0 });
      await isOpen(channel);
      return new CheckLine(socket, transport, channel);
    } catch (error) {
      transport.close();
      throw error;
    }
  }

  /** Sends for some two seconds what a picture would take, and asks how much of it arrived. */
  async measure(signal: AbortSignal): Promise<LineQuality> {
    const message = new Uint8Array(MESSAGE_BYTES);
    let sent = 0;
    for (const until = performance.now() + 4_000; sent < MESSAGES && performance.now() < until; ) {
      signal.throwIfAborted();
      for (let i = 0; i < MESSAGES_A_TURN && this.#channel.bufferedAmount < MAX_BUFFERED_BYTES; i++) {
        this.#channel.send(message);
        sent += 1;
      }
      await pause(TURN_MS);
    }
    await pause(SETTLE_MS);
    const { messages, bytes, spread_ms } = await this.#socket.ask("line.received", {
      transport_id: this.#transport.id,
    });
    return {
      roundTripMs: await this.#roundTripMs(),
      loss: sent === 0 ? 1 : Math.max(0, 1 - messages / sent),
      bitsPerSecond: spread_ms > 0 ? (bytes * 8000) / spread_ms : 0,
    };
  }

  close(): void {
    this.#transport.close();
  }

  async #roundTripMs(): Promise<number | null> {
    for (const report of (await this.#transport.getStats()).values()) {
      if (report.type !== "candidate-pair" || !report.nominated) continue;
      const seconds: unknown = report.currentRoundTripTime;
      if (typeof seconds === "number") return Math.round(seconds * 1000);
    }
    return null;
  }
}

function isOpen(channel: types.DataProducer): Promise<void> {
  if (channel.readyState === "open") return Promise.resolve();
  return new Promise((resolve, reject) => {
    const limit = setTimeout(() => reject(new Error("no connection came about")), CONNECT_LIMIT_MS);
    channel.on("open", () => {
      clearTimeout(limit);
      resolve();
    });
    channel.on("transportclose", () => reject(new Error("the connection was closed")));
  });
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
