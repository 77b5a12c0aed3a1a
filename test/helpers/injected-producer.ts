import type { MediaSource } from "@nexbasira/core/contract/signalling.ts";
import type { types } from "mediasoup";
import type { Room } from "../../server/media/room.ts";
import { writeSenderReport } from "../../server/media/sender-report.ts";
import { waitFor } from "./wait-for.ts";

const CODECS = {
  audio: { mimeType: "audio/opus", payloadType: 100, clockRate: 48_000, channels: 2, parameters: {}, rtcpFeedback: [] },
  video: {
    mimeType: "video/VP8",
    payloadType: 101,
    clockRate: 90_000,
    parameters: {},
    rtcpFeedback: [{ type: "nack" }, { type: "nack", parameter: "pli" }],
  },
} satisfies Record<types.MediaKind, types.RtpCodecParameters>;

/** A payload descriptor and the first bytes of a key frame (RFC 7741, 4.2 and 4.3), enough for an SFU. */
const VP8_KEY_FRAME = Buffer.from([0x10, 0x10, 0x02, 0x00, 0x9d, 0x01, 0x2a, 0x40, 0x01, 0xf0, 0x00]);
const PLI = 206;
/** From 1900, where NTP counts from, to 1970, in seconds (RFC 5905, section 6). */
const NTP_EPOCH_S = 2_208_988_800;

let ssrcs = 1_000;

/** A producer of a person in a room, whose packets the test sends itself: real mediasoup, no network. */
export class InjectedProducer {
  readonly producer: types.Producer;
  /** Of its only layer, or of the lowest. */
  readonly ssrc: number;
  readonly kind: types.MediaKind;
  readonly sent: Buffer[] = [];
  keyFrameRequests = 0;
  readonly #transport: types.DirectTransport;
  #sequence = 100;
  readonly #layerSequences: number[] = [];

  private constructor(transport: types.DirectTransport, producer: types.Producer, ssrc: number) {
    this.#transport = transport;
    this.producer = producer;
    this.kind = producer.kind;
    this.ssrc = ssrc;
    transport.on("rtcp", (packet) => {
      if (packet[1] === PLI) this.keyFrameRequests += 1;
    });
  }

  /** With `layers`, in as many simulcast layers, the lowest first. */
  static async open(room: Room, participantId: string, source: MediaSource, layers = 1): Promise<InjectedProducer> {
    const kind = source === "camera" ? "video" : "audio";
    const ssrc = ssrcs + 1;
    ssrcs += layers;
    const encodings = Array.from({ length: layers }, (_, layer) => ({ ssrc: ssrc + layer }));
    const transport = await room.router.createDirectTransport();
    const producer = await transport.produce({
      kind,
      rtpParameters: { codecs: [CODECS[kind]], encodings, rtcp: { cname: `of ${participantId}` } },
    });
    const injected = new InjectedProducer(transport, producer, ssrc);
    const person = room.people.find(({ id }) => id === participantId);
    if (!person) throw new Error("the person is not in the room");
    person.media.adopt(producer, source);
    return injected;
  }

  /** Sends packets, each with its number in the payload, 20 ms after the one before on its clock. */
  send(count = 1): void {
    for (let i = 0; i < count; i += 1) {
      this.#sequence += 1;
      const { payloadType, clockRate } = CODECS[this.kind];
      const head = Buffer.alloc(12);
      head.writeUInt8(0x80, 0);
      head.writeUInt8(0x80 | payloadType, 1);
      head.writeUInt16BE(this.#sequence, 2);
      head.writeUInt32BE(this.#sequence * (clockRate / 50), 4);
      head.writeUInt32BE(this.ssrc, 8);
      const number = Buffer.from(`packet ${this.#sequence}`);
      const packet = Buffer.concat([head, ...(this.kind === "video" ? [VP8_KEY_FRAME] : []), number]);
      this.sent.push(packet);
      this.producer.send(packet);
    }
  }

  /**
   * Sends one picture in each simulcast layer, the lowest first, in so many packets of a kilobyte, and each layer's
   * report. The layer's number is the payload's last byte.
   */
  sendLayers(packets: readonly number[]): void {
    const { payloadType, clockRate } = CODECS[this.kind];
    const now = Date.now();
    const rtpTs = (now * (clockRate / 1000)) % 2 ** 32;
    for (const [layer, count] of packets.entries()) {
      for (let i = 0; i < count; i += 1) {
        const sequence = (this.#layerSequences[layer] ?? 0) + 1;
        this.#layerSequences[layer] = sequence;
        const packet = Buffer.alloc(1_024, layer);
        packet.writeUInt8(0x80, 0);
        packet.writeUInt8((i === count - 1 ? 0x80 : 0) | payloadType, 1);
        packet.writeUInt16BE(sequence, 2);
        packet.writeUInt32BE(rtpTs, 4);
        packet.writeUInt32BE(this.ssrc + layer, 8);
        VP8_KEY_FRAME.copy(packet, 12);
        this.producer.send(packet);
      }
      const ntpSec = Math.floor(now / 1000) + NTP_EPOCH_S;
      const ntpFrac = Math.floor(((now % 1000) / 1000) * 2 ** 32);
      const counts = { packetCount: this.#layerSequences[layer] ?? 0, octetCount: 0 };
      this.#transport.sendRtcp(writeSenderReport({ ssrc: this.ssrc + layer, ntpSec, ntpFrac, rtpTs, ...counts }));
    }
  }

  /** The sender's own report: what its RTP clock was at an NTP time. */
  sendReport(ntpSec: number): void {
    const rtpTs = this.#sequence * (CODECS[this.kind].clockRate / 50);
    this.#transport.sendRtcp(
      writeSenderReport({ ssrc: this.ssrc, ntpSec, ntpFrac: 0, rtpTs, packetCount: this.sent.length, octetCount: 0 }),
    );
  }

  /** Sends until `done`: what is sent before somebody listens reaches nobody. */
  async sendUntil(what: string, done: () => boolean | Promise<boolean>): Promise<void> {
    await waitFor(what, () => {
      this.send();
      return done();
    });
  }
}
