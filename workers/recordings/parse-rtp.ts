import { RtcpPacketConverter, RtcpSrPacket, RtpPacket } from "werift";

/** The packet, or null where it is none: what a sender made is not trusted to keep the format. */
export function parseRtp(bytes: Buffer): RtpPacket | null {
  if (bytes.length < 12 || (bytes[0] ?? 0) >> 6 !== 2) return null;
  try {
    return RtpPacket.deSerialize(bytes);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
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
