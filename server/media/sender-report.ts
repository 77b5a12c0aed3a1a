export interface SenderReport {
  ssrc: number;
  /** NTP time: seconds since 1900 and 1/2^32 seconds. */
  ntpSec: number;
  ntpFrac: number;
  /** The same moment on the stream's RTP clock. */
  rtpTs: number;
  packetCount: number;
  octetCount: number;
}

const BYTES = 28;
const VERSION_2 = 0x80;
const SENDER_REPORT = 200;

/** An RTCP sender report without report blocks (RFC 3550, 6.4.1). */
export function writeSenderReport(report: SenderReport): Buffer {
  const packet = Buffer.alloc(BYTES);
  packet.writeUInt8(VERSION_2, 0);
  packet.writeUInt8(SENDER_REPORT, 1);
  packet.writeUInt16BE(BYTES / 4 - 1, 2);
  packet.writeUInt32BE(report.ssrc, 4);
  packet.writeUInt32BE(report.ntpSec, 8);
  packet.writeUInt32BE(report.ntpFrac, 12);
  packet.writeUInt32BE(report.rtpTs, 16);
  packet.writeUInt32BE(report.packetCount, 20);
  packet.writeUInt32BE(report.octetCount, 24);
  return packet;
}
