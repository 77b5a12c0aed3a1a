import { RtcpPacketConverter, RtcpSrPacket } from "werift";

const FIXED_HEADER_BYTES = 12;
const VERSION = 2;
const PADDING = 0x20;
const EXTENSION = 0x10;
const MARKER = 0x80;

/** What a recording needs of an RTP packet; `payload` is a view of the packet's bytes. */
export interface RtpPacket {
  readonly header: {
    readonly payloadType: number;
    readonly sequenceNumber: number;
    readonly timestamp: number;
    readonly marker: boolean;
    readonly ssrc: number;
  };
  readonly payload: Buffer;
}

/**
 * The packet (RFC 3550 section 5.1), or null where it is none: what a sender made is not trusted to keep the format.
 * By hand: an hour has a million packets, and werift's reader of single bits took more time than all else that is done
 * with one.
 */
export function parseRtp(bytes: Buffer): RtpPacket | null {
  if (bytes.length < FIXED_HEADER_BYTES) return null;
  const flags = bytes.readUInt8(0);
  let from = FIXED_HEADER_BYTES + 4 * (flags & 0x0f);
  if (flags & EXTENSION) {
    if (bytes.length < from + 4) return null;
    from += 4 + 4 * bytes.readUInt16BE(from + 2);
  }
  const padding = flags & PADDING ? bytes.readUInt8(bytes.length - 1) : 0;
  if (flags >> 6 !== VERSION || from + padding > bytes.length) return null;
  const typeAndMarker = bytes.readUInt8(1);
  return {
    header: {
      payloadType: typeAndMarker & ~MARKER,
      sequenceNumber: bytes.readUInt16BE(2),
      timestamp: bytes.readUInt32BE(4),
      marker: (typeAndMarker & MARKER) !== 0,
      ssrc: bytes.readUInt32BE(8),
    },
    payload: bytes.subarray(from, bytes.length - padding),
  };
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
