import type { Role } from "@nexbasira/core/contract/common.ts";
import type { JournalWriter } from "@nexbasira/core/journal/journal-writer.ts";
import type { types } from "mediasoup";
import { z } from "zod";
import type { RoomProducer } from "./person-media.ts";
import { writeSenderReport } from "./sender-report.ts";

export interface JournalTapOptions {
  router: types.Router;
  writer: JournalWriter;
  produced: RoomProducer;
  role: Role;
  /** The stream's number in the journal part. */
  stream: number;
  onBytes: (bytes: number) => void;
}

/** What mediasoup tells of a sender report that a producer's sender sent (trace event `sr`). */
const SenderReportTrace = z.object({
  ssrc: z.number(),
  ntpSec: z.number(),
  ntpFrac: z.number(),
  rtpTs: z.number(),
  packetCount: z.number(),
  octetCount: z.number(),
});

/** Hands one producer's packets to the journal, by a consumer on a direct transport: no port, no encryption. */
export class JournalTap {
  readonly #options: JournalTapOptions;
  readonly #transport: types.DirectTransport;
  readonly #consumer: types.Consumer;
  #announced = false;
  #closed = false;

  private constructor(options: JournalTapOptions, transport: types.DirectTransport, consumer: types.Consumer) {
    this.#options = options;
    this.#transport = transport;
    this.#consumer = consumer;
  }

  /** Rejects where the producer or the router closed meanwhile. */
  static async open(options: JournalTapOptions): Promise<JournalTap> {
    const { router, produced } = options;
    const transport = await router.createDirectTransport();
    let tap: JournalTap | undefined;
    try {
      const consumer = await transport.consume({
        producerId: produced.producer.id,
        rtpCapabilities: router.rtpCapabilities,
        enableRtx: false,
        // Resumed when everything listens: a packet that comes before that would be lost.
        paused: true,
      });
      tap = new JournalTap(options, transport, consumer);
      await tap.#start();
      return tap;
    } catch (error) {
      transport.close();
      tap?.close("lost");
      throw error;
    }
  }

  /** Asks the sender for a picture that can be decoded by itself. */
  async requestKeyFrame(): Promise<void> {
    if (this.#consumer.kind === "video" && !this.#consumer.closed) await this.#consumer.requestKeyFrame();
  }

  setPaused(paused: boolean): void {
    if (this.#closed) return;
    const { writer, stream } = this.#options;
    if (paused) writer.pauseStream(stream);
    else writer.resumeStream(stream);
  }

  close(reason: "closed" | "lost"): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#transport.close();
    if (this.#announced) this.#options.writer.endStream(this.#options.stream, reason);
  }

  async #start(): Promise<void> {
    const { writer, stream, produced, role, onBytes } = this.#options;
    const { rtpParameters, kind } = this.#consumer;
    const [codec] = rtpParameters.codecs;
    const ssrc = rtpParameters.encodings?.[0]?.ssrc;
    if (codec === undefined || ssrc === undefined) throw new Error("a consumer has no codec or no SSRC");
    writer.announceStream({
      stream,
      participantId: produced.info.participant_id,
      role,
      kind,
      mimeType: codec.mimeType,
      clockRate: codec.clockRate,
      ...(codec.channels === undefined ? {} : { channels: codec.channels }),
      payloadType: codec.payloadType,
      ssrc,
      cname: rtpParameters.rtcp?.cname ?? produced.info.participant_id,
    });
    this.#announced = true;
    if (produced.info.paused) writer.pauseStream(stream);
    this.#consumer.on("rtp", (packet) => {
      onBytes(packet.length);
      writer.appendRtp(stream, packet);
    });
    await this.#listenToSenderReports(ssrc);
    await this.#consumer.resume();
  }

  /**
   * The sender's own reports say how its picture and sound go together. They are passed on where the producer has one
   * encoding, whose RTP times mediasoup leaves as they are; otherwise mediasoup's, which it makes for its consumers.
   */
  async #listenToSenderReports(ssrc: number): Promise<void> {
    const { producer } = this.#options.produced;
    const { writer } = this.#options;
    const [encoding, ...others] = producer.rtpParameters.encodings ?? [];
    if (encoding?.ssrc === undefined || others.length > 0) {
      this.#transport.on("rtcp", (packet) => writer.appendRtcp(packet));
      return;
    }
    producer.on("trace", (trace) => {
      if (trace.type !== "sr" || this.#closed) return;
      const report = SenderReportTrace.safeParse(trace.info);
      if (report.success && report.data.ssrc === encoding.ssrc)
        writer.appendRtcp(writeSenderReport({ ...report.data, ssrc }));
    });
    await producer.enableTraceEvent(["sr"]);
  }
}
