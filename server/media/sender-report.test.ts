import { expect, it } from "vitest";
import { RtcpPacketConverter, RtcpSrPacket } from "werift";
import { writeSenderReport } from "./sender-report.ts";

it("writes a report that an RTCP parser reads back", () => {
  const report = {
    ssrc: 0xfeedbeef,
    ntpSec: 3_900_000_000,
    ntpFrac: 0x80000000,
    rtpTs: 4_000_000_000,
    packetCount: 17,
    octetCount: 12_345,
  };
  const [packet, ...rest] = RtcpPacketConverter.deSerialize(writeSenderReport(report));
  expect(rest).toEqual([]);
  if (!(packet instanceof RtcpSrPacket)) throw new Error("not a sender report");
  expect(packet.ssrc).toBe(report.ssrc);
  expect(packet.senderInfo.ntpTimestamp).toBe((3_900_000_000n << 32n) | 0x80000000n);
  expect(packet.senderInfo.rtpTimestamp).toBe(report.rtpTs);
  expect(packet.senderInfo.packetCount).toBe(17);
  expect(packet.senderInfo.octetCount).toBe(12_345);
});
