import type { Role } from "@nexbasira/core/contract/common.ts";
import type { JournalWriter } from "@nexbasira/core/journal/journal-writer.ts";
import type { types } from "mediasoup";
import { z } from "zod";
import { withoutBandwidthEstimate } from "./codecs.ts";
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

const RTP_TIMESTAMP_AT = 4;
/** A report tells of the moment at which it is made: its RTP time is so close to that of the packets around it. */
const REPORT_NEAR_S = 3;

/**
 * Hands one producer's packets to the journal, by a consumer on a direct transport: no port, no encryption. Of simulcast
 * it gets the best layer that is sent: that is what mediasoup prefers where nothing else is said and no estimate of
 * a bandwidth speaks against it.
 */
export class JournalTap {
  readonly #options: JournalTapOptions;
  readonly #transport: types.DirectTransport;
  readonly #consumer: types.Consumer;
  #announced = false;
  #closed = false;
  /** RTP time of the last packet that came. */
  #lastTimestamp = 0;

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
        rtpCapabilities: withoutBandwidthEstimate(router.rtpCapabilities),
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
      this.#lastTimestamp = packet.readUInt32BE(RTP_TIMESTAMP_AT);
      onBytes(packet.length);
      writer.appendRtp(stream, packet);
    });
    await this.#listenToSenderReports(ssrc, codec.clockRate);
    await this.#consumer.resume();
  }

  /**
   * The sender's own reports say how its picture and sound go together: mediasoup makes reports for its consumers as
   * well, but by a clock that is not the one of the sender's other streams. Of simulcast, each layer has reports of its
   * own. mediasoup leaves the RTP times of the first layer that it forwarded as they are and shifts those of the others
   * to them, so only that layer's reports are right for what is written, also while another one is forwarded: they are
   * known by a time that goes with the packets'.
   */
  async #listenToSenderReports(ssrc: number, clockRate: number): Promise<void> {
    const { writer, produced } = this.#options;
    const { producer } = produced;
    const isSimulcast = (producer.rtpParameters.encodings?.length ?? 0) > 1;
    producer.on("trace", (trace) => {
      if (trace.type !== "sr" || this.#closed) return;
      const { success, data: report } = SenderReportTrace.safeParse(trace.info);
      if (!success || (isSimulcast && !this.#isNearPackets(report.rtpTs, clockRate))) return;
      writer.appendRtcp(writeSenderReport({ ...report, ssrc }));
    });
    await producer.enableTraceEvent(["sr"]);
  }

  #isNearPackets(rtpTimestamp: number, clockRate: number): boolean {
    const difference = (rtpTimestamp - this.#lastTimestamp) | 0;
    return Math.abs(difference) < REPORT_NEAR_S * clockRate;
  }
}
