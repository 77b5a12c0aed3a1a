import { describe, expect, it } from "vitest";
import { qualityBetween, type StatsSums, steadyBars, sumStats } from "./connection-quality.ts";

const sums = (change: Partial<StatsSums>): StatsSums => ({
  at: 0,
  bytesSent: 0,
  bytesReceived: 0,
  packetsSent: 0,
  packetsLostThere: 0,
  packetsReceived: 0,
  packetsLost: 0,
  remoteLosses: [],
  roundTripsMs: [],
  availableBitrate: null,
  cpuLimitedMs: 0,
  ...change,
});
const report = (...entries: Record<string, unknown>[]): RTCStatsReport =>
  new Map(entries.map((entry, index) => [String(index), entry]));

describe("the quality of a connection", () => {
  it("is summed over streams and transports", () => {
    const read = sumStats(
      [
        report(
          { type: "outbound-rtp", bytesSent: 100, packetsSent: 4, qualityLimitationDurations: { cpu: 1.5, none: 3 } },
          { type: "outbound-rtp", bytesSent: 50, packetsSent: 3 },
          { type: "remote-inbound-rtp", fractionLost: 0.04, packetsLost: 2 },
          { type: "candidate-pair", nominated: true, currentRoundTripTime: 0.12, availableOutgoingBitrate: 900_000 },
          { type: "candidate-pair", nominated: false, currentRoundTripTime: 9 },
        ),
        report(
          { type: "inbound-rtp", bytesReceived: 70, packetsReceived: 7, packetsLost: -1 },
          // The way in has an estimate for the way out, which means nothing.
          { type: "candidate-pair", nominated: true, availableOutgoingBitrate: 300_000 },
        ),
      ],
      5_000,
    );
    expect(read).toEqual(
      sums({
        at: 5_000,
        bytesSent: 150,
        bytesReceived: 70,
        packetsSent: 7,
        packetsLostThere: 2,
        packetsReceived: 7,
        remoteLosses: [0.04],
        roundTripsMs: [120],
        availableBitrate: 900_000,
        cpuLimitedMs: 1_500,
      }),
    );
  });

  it("counts what was lost and sent since the last look only", () => {
    const before = sums({
      bytesSent: 1_000,
      packetsSent: 50,
      packetsLostThere: 9,
      packetsReceived: 900,
      packetsLost: 100,
    });
    const after = sums({
      at: 2_000,
      bytesSent: 251_000,
      packetsSent: 250,
      packetsLostThere: 13,
      packetsReceived: 1_090,
      packetsLost: 110,
      roundTripsMs: [40],
    });
    expect(qualityBetween(before, after)).toEqual({
      bars: 3,
      roundTripMs: 40,
      loss: 0.05,
      sentLoss: 0.02,
      availableBitrate: null,
      sentBitrate: 1_000_000,
      receivedBitrate: 0,
    });
  });

  it("counts packets that came after all as no loss", () => {
    const before = sums({ packetsSent: 100, packetsLostThere: 30 });
    expect(qualityBetween(before, sums({ packetsSent: 200, packetsLostThere: 28 })).sentLoss).toBe(0);
    expect(qualityBetween(before, sums({ packetsSent: 50, packetsLostThere: 5 })).sentLoss).toBe(0.1);
    expect(qualityBetween(before, before).sentLoss).toBeNull();
  });

  it("does not go below nothing when rebuilt transports count from zero again", () => {
    const quality = qualityBetween(
      sums({ bytesSent: 9_000_000, packetsReceived: 5_000 }),
      sums({ at: 1_000, bytesSent: 1_000, packetsReceived: 10, roundTripsMs: [20] }),
    );
    expect(quality).toMatchObject({ bars: 4, sentBitrate: 8_000, loss: 0 });
  });

  it.each([
    ["a short way without loss", { roundTripsMs: [30] }, 4],
    ["a way of 200 ms", { roundTripsMs: [200] }, 3],
    ["a way of 500 ms", { roundTripsMs: [500] }, 2],
    ["a way of a second", { roundTripsMs: [1_000] }, 1],
    ["7 % of loss at the far end", { roundTripsMs: [30], remoteLosses: [0.07] }, 2],
    ["20 % of loss at the far end", { roundTripsMs: [30], remoteLosses: [0.2] }, 1],
    ["room for voice only", { roundTripsMs: [30], availableBitrate: 100_000 }, 1],
    ["nothing measured", {}, 0],
  ])("shows %s as its bars", (_name, change, bars) => {
    expect(qualityBetween(sums({}), sums({ at: 2_000, ...change })).bars).toBe(bars);
  });

  it("is shown as falling at once and rising step by step", () => {
    expect(steadyBars(4, 1)).toBe(1);
    expect(steadyBars(1, 4)).toBe(2);
    expect(steadyBars(2, 4)).toBe(3);
    expect(steadyBars(0, 4)).toBe(4);
  });
});
