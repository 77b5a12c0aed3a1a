import { describe, expect, it } from "vitest";
import { H264Packetizer, RtpPacket, Vp8Packetizer } from "werift";
import { createH264Depacketizer, createVp8Depacketizer } from "./depacketize-video.ts";
import type { Depacketizer } from "./media-unit.ts";

/** A VP8 frame by its header (RFC 6386 section 9.1); what follows is not looked at. */
function vp8Frame(key: boolean, fill: number, bytes = 3000): Buffer {
  const frame = Buffer.alloc(bytes, fill);
  frame[0] = key ? 0x10 : 0x11;
  if (key) frame.set([0x9d, 0x01, 0x2a, 640 & 0xff, 640 >> 8, 480 & 0xff, 480 >> 8], 3);
  return frame;
}

const START = Buffer.from([0, 0, 0, 1]);
/** From x264: baseline, 320 by 240. */
const SPS = Buffer.from("6742c00dd90141fb0110000003001000000303c0f142a480", "hex");
const PPS = Buffer.from("68cb83cb20", "hex");
const slice = (type: number, fill: number, bytes = 3000) =>
  Buffer.concat([Buffer.from([type]), Buffer.alloc(bytes, fill)]);
const accessUnit = (...nals: Buffer[]) => Buffer.concat(nals.flatMap((nal) => [START, nal]));

function packetsOf(frames: Buffer[], packetizer: Vp8Packetizer | H264Packetizer): RtpPacket[] {
  return frames.flatMap((frame, i) => packetizer.packetize(frame, i * 3000));
}

/** Feeds packets, those at `lost` left out, and answers what came out. */
function feed(depacketizer: Depacketizer, packets: RtpPacket[], lost: number[] = []) {
  let lostBefore = 0;
  const units = [];
  for (const [i, packet] of packets.entries()) {
    if (lost.includes(i)) lostBefore += 1;
    else {
      units.push(...depacketizer.push(RtpPacket.deSerialize(packet.serialize()), i, lostBefore));
      lostBefore = 0;
    }
  }
  return units.map(({ key, timestamp, afterLoss, data }) => ({ frame: timestamp / 3000, key, afterLoss, data }));
}

const brief = (units: ReturnType<typeof feed>) =>
  units.map(({ frame, key, afterLoss }) => `${key ? "K" : ""}${frame}${afterLoss ? " after loss" : ""}`);

describe("VP8", () => {
  const frames = [vp8Frame(true, 1), vp8Frame(false, 2), vp8Frame(false, 3), vp8Frame(true, 4), vp8Frame(false, 5)];
  const packets = () => packetsOf(frames, new Vp8Packetizer({ ssrc: 1 }));
  const perFrame = packets().length / frames.length;

  it("comes out as it went in", () => {
    const units = feed(createVp8Depacketizer(), packets());
    expect(units.map(({ data }) => Buffer.from(data))).toEqual(frames);
    expect(brief(units)).toEqual(["K0", "1", "2", "K3", "4"]);
  });

  it("waits for a key picture after the loss of any packet of a picture", () => {
    for (let lost = perFrame; lost < 2 * perFrame; lost += 1) {
      const units = feed(createVp8Depacketizer(), packets(), [lost]);
      expect(brief(units)).toEqual(["K0", "K3 after loss", "4"]);
    }
  });

  it("does not show a key picture that lacks a packet", () => {
    for (let lost = 3 * perFrame; lost < 4 * perFrame; lost += 1) {
      const depacketizer = createVp8Depacketizer();
      expect(brief(feed(depacketizer, packets(), [lost]))).toEqual(["K0", "1", "2"]);
      expect(depacketizer.endsInLoss).toBe(true);
    }
  });

  it("begins with a key picture, without calling that a loss", () => {
    const late = packets().slice(perFrame + 1);
    expect(brief(feed(createVp8Depacketizer(), late))).toEqual(["K3", "4"]);
  });

  it("takes a picture for whole when the next begins and only its mark is missing", () => {
    const unmarked = packets().map((packet) => {
      packet.header.marker = false;
      return packet;
    });
    expect(brief(feed(createVp8Depacketizer(), unmarked))).toEqual(["K0", "1", "2", "K3"]);
  });

  it("drops a picture that the stream's end cut", () => {
    expect(brief(feed(createVp8Depacketizer(), packets().slice(0, 2 * perFrame - 1)))).toEqual(["K0"]);
  });

  it("ignores packets of padding alone", () => {
    const [first, ...others] = packets();
    const padding = first?.clone();
    if (!first || !padding) throw new Error("there are packets");
    padding.payload = Buffer.alloc(0);
    const all = [first, padding, ...others];
    expect(brief(feed(createVp8Depacketizer(), all))).toEqual(["K0", "1", "2", "K3", "4"]);
  });
});

describe("H.264", () => {
  const frames = [
    accessUnit(SPS, PPS, slice(0x65, 1)),
    accessUnit(slice(0x41, 2)),
    accessUnit(slice(0x41, 3, 200), slice(0x41, 4, 200)),
    accessUnit(SPS, PPS, slice(0x65, 5)),
    accessUnit(slice(0x41, 6)),
  ];
  const packets = () => packetsOf(frames, new H264Packetizer({ ssrc: 1 }));

  it("comes out with lengths instead of start codes, and with its configuration", () => {
    const units = feed(createH264Depacketizer(), packets());
    expect(brief(units)).toEqual(["K0", "1", "2", "K3", "4"]);
    const expected = Buffer.alloc(2 * 205);
    for (const [i, fill] of [3, 4].entries()) {
      expected.writeUInt32BE(201, i * 205);
      expected.set(slice(0x41, fill, 200), i * 205 + 4);
    }
    expect(Buffer.from(units[2]?.data ?? [])).toEqual(expected);
  });

  it("says the picture's size and what a decoder needs", () => {
    const depacketizer = createH264Depacketizer();
    const [unit] = packets().flatMap((packet, i) => depacketizer.push(packet, i, 0));
    expect(unit?.picture).toEqual({ width: 320, height: 240 });
    expect(Buffer.from(unit?.description ?? []).subarray(0, 4)).toEqual(Buffer.from([1, 0x42, 0xc0, 0x0d]));
  });

  it("waits for a key picture after the loss of any packet", () => {
    const all = packets();
    const second = all.findIndex(({ header }) => header.timestamp === 3000);
    const key = all.findIndex(({ header }) => header.timestamp === 9000);
    for (let lost = second; lost < key; lost += 1) {
      const shown = brief(feed(createH264Depacketizer(), all, [lost]));
      expect(shown.slice(-2)).toEqual(["K3 after loss", "4"]);
      expect(shown).not.toContain("2");
    }
  });

  it("does not take the rest of a key picture for one whose parameter sets were lost", () => {
    const all = packets();
    const key = all.findIndex(({ header }) => header.timestamp === 9000);
    expect(brief(feed(createH264Depacketizer(), all, [key]))).toEqual(["K0", "1", "2"]);
  });

  it("drops what breaks the format", () => {
    const all = packets();
    const broken = all.findIndex(({ header }) => header.timestamp === 3000);
    // An aggregation packet whose length goes beyond its end.
    const packet = all[broken];
    if (packet) packet.payload = Buffer.from([24, 0xff, 0xff, 1]);
    expect(brief(feed(createH264Depacketizer(), all))).toEqual(["K0", "K3 after loss", "4"]);
  });
});
