import { describe, expect, it } from "vitest";
import { RtcpSenderInfo, RtcpSrPacket } from "werift";
import { createH264Depacketizer, createVp8Depacketizer } from "./depacketize-video.ts";
import { parseRtp, parseSenderReports } from "./parse-rtp.ts";

/** Version 2, payload type 101, number 7, time 9, SSRC 5; then what is given. */
const packet = (flags: number, ...rest: number[]) =>
  Buffer.from([0x80 | flags, 101, 0, 7, 0, 0, 0, 9, 0, 0, 0, 5, ...rest]);

/** The same pseudo-random bytes in every run. */
function* noise(count: number): Generator<Buffer> {
  let state = 12345;
  const next = () => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return state >>> 16;
  };
  for (let i = 0; i < count; i += 1) yield Buffer.from(Array.from({ length: next() % 60 }, () => next() & 0xff));
}

describe("parseRtp", () => {
  it("finds the payload behind header extensions and before padding", () => {
    const extended = packet(0x30, 0xbe, 0xde, 0, 1, 0x10, 0xaa, 0, 0, 1, 2, 3, 0, 2);
    expect(parseRtp(extended)?.payload).toEqual(Buffer.from([1, 2, 3]));
    expect(parseRtp(extended)?.header).toMatchObject({ sequenceNumber: 7, timestamp: 9, ssrc: 5, payloadType: 101 });
  });

  it("finds nothing in padding alone", () => {
    expect(parseRtp(packet(0x20, 0, 0, 0, 4))?.payload).toHaveLength(0);
  });

  it("refuses what says to be longer than it is", () => {
    expect(parseRtp(packet(0x10, 0xbe, 0xde, 0xff, 0xff, 1, 2, 3, 4))).toBeNull();
    expect(parseRtp(packet(0x20, 1, 2, 200))).toBeNull();
    expect(parseRtp(packet(0x0f))).toBeNull();
    expect(parseRtp(packet(0).subarray(0, 11))).toBeNull();
    expect(parseRtp(Buffer.from([0x40, ...packet(0).subarray(1)]))).toBeNull();
  });

  it("never throws, and neither do the depacketizers on what it lets through", () => {
    const depacketizers = [createVp8Depacketizer(), createH264Depacketizer()];
    let parsed = 0;
    for (const bytes of noise(20_000)) {
      const found = parseRtp(Buffer.concat([packet(0), bytes])) ?? parseRtp(bytes);
      if (!found) continue;
      parsed += 1;
      for (const depacketizer of depacketizers) depacketizer.push(found, parsed, 0);
    }
    expect(parsed).toBeGreaterThan(10_000);
  });
});

describe("parseSenderReports", () => {
  it("reads the sender's clock to the fraction of a millisecond", () => {
    const ntpTimestamp = (3_900_000_000n << 32n) | (1n << 31n);
    const senderInfo = new RtcpSenderInfo({ ntpTimestamp, rtpTimestamp: 77, packetCount: 1, octetCount: 2 });
    expect(parseSenderReports(new RtcpSrPacket({ ssrc: 9, senderInfo }).serialize())).toEqual([
      { ssrc: 9, ntpMs: 3_900_000_000_500, timestamp: 77 },
    ]);
  });

  it("finds none in what breaks the format", () => {
    for (const bytes of noise(2000)) parseSenderReports(Buffer.concat([Buffer.from([0x81, 200]), bytes]));
    expect(parseSenderReports(Buffer.from([0x80]))).toEqual([]);
    expect(parseSenderReports(Buffer.from([0x80, 200, 0, 6, 1, 2]))).toEqual([]);
  });
});
