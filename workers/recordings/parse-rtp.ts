import { RtcpPacketConverter, RtcpSrPacket, RtpPacket } from "werift";

const FIXED_HEADER_BYTES = 12;
const VERSION = 2;
const PADDING = 0x20;
const EXTENSION = 0x10;

/** The packet, or null where it is none: what a sender made is not trusted to keep the format. */
export function parseRtp(bytes: Buffer): RtpPacket | null {
  return isWhole(bytes) ? RtpPacket.deSerialize(bytes) : null;
}

/** Whether all that the header says (RFC 3550 section 5.1) is within the packet: werift reads it without looking. */
function isWhole(bytes: Buffer): boolean {
  if (bytes.length < FIXED_HEADER_BYTES) return false;
  const flags = bytes.readUInt8(0);
  let header = FIXED_HEADER_BYTES + 4 * (flags & 0x0f);
  if (flags & EXTENSION) {
    if (bytes.length < header + 4) return false;
    header += 4 + 4 * bytes.readUInt16BE(header + 2);
  }
  const padding = flags & PADDING ? bytes.readUInt8(bytes.length - 1) : 0;
  return flags >> 6 === VERSION && header + padding <= bytes.length;
}

export interface SenderReport {
  ssrc: number;
  /** The sender's clock, in milliseconds since 1900. */
  ntpMs: number;
  /** RTP time at that moment. */
  timestamp: number;
}

/** The sender reports in an RTCP compound packet; none where it breaks the format. */
export function parseSenderReports(bytes: Buffer): SenderReport[] {
  try {
    return RtcpPacketConverter.deSerialize(bytes)
      .filter((packet) => packet instanceof RtcpSrPacket)
      .map(({ ssrc, senderInfo }) => ({
        ssrc,
        ntpMs: ntpToMs(senderInfo.ntpTimestamp),
        timestamp: senderInfo.rtpTimestamp,
      }));
  } catch (error) {
    if (error instanceof RangeError) return [];
    throw error;
  }
}

/** 32 bits of seconds and 32 bits of their fraction (RFC 5905 section 6). */
function ntpToMs(ntp: bigint): number {
  return Number(ntp >> 32n) * 1000 + (Number(ntp & 0xffffffffn) * 1000) / 2 ** 32;
}
