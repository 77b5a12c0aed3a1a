import { OpusRtpPayload } from "werift";
import type { Depacketizer, MediaUnit } from "./media-unit.ts";
import type { RtpPacket } from "./parse-rtp.ts";

/** Frame lengths in ms by the configuration number of an Opus packet (RFC 6716 table 2). */
const SILK_MS = [10, 20, 40, 60];
const HYBRID_MS = [10, 20];
const CELT_MS = [2.5, 5, 10, 20];
/** No Opus packet is longer (RFC 6716 section 3.1, requirement R5). */
const LONGEST_MS = 120;

/** Opus in RTP is one packet each (RFC 7587 section 4.2). */
export class OpusDepacketizer implements Depacketizer {
  #lost = false;

  push(packet: RtpPacket, arrivalMs: number, lostBefore: number): MediaUnit[] {
    if (lostBefore > 0) this.#lost = true;
    const { payload } = OpusRtpPayload.deSerialize(packet.payload);
    const durationMs = opusDurationMs(payload);
    if (durationMs === 0) return [];
    const unit = {
      data: payload,
      key: true,
      timestamp: packet.header.timestamp,
      arrivalMs,
      afterLoss: this.#lost,
      durationMs,
    };
    this.#lost = false;
    return [unit];
  }

  get endsInLoss(): boolean {
    return this.#lost;
  }
}

/** How long an Opus packet plays, in milliseconds (RFC 6716 section 3.1); 0 where it is no Opus packet. */
export function opusDurationMs(packet: Uint8Array): number {
  const [toc, second] = packet;
  if (toc === undefined) return 0;
  const config = toc >> 3;
  const lengths = config < 12 ? SILK_MS : config < 16 ? HYBRID_MS : CELT_MS;
  const frameMs = lengths[config % lengths.length] ?? 0;
  const code = toc & 3;
  const frames = code === 0 ? 1 : code < 3 ? 2 : (second ?? 0) & 0x3f;
  const durationMs = frames * frameMs;
  return durationMs <= LONGEST_MS ? durationMs : 0;
}
