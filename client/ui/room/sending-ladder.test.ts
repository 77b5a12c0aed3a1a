import { describe, expect, it } from "vitest";
import { climb, FULL, type Ladder, levelOf, type SendingLook } from "./sending-ladder.ts";

const GOOD: SendingLook = {
  availableBitrate: 3_000_000,
  sentBitrate: 2_000_000,
  loss: 0,
  roundTripMs: 40,
  cpuLimited: false,
};
const LOOK_MS = 2_000;

/** Looks every two seconds; all the rungs that were stood on, and where it ends. */
function walk(start: Ladder, looks: SendingLook[], from = 0): { rungs: string[]; ladder: Ladder; at: number } {
  let [ladder, at] = [start, from];
  const rungs: string[] = [start.rung];
  for (const look of looks) {
    at += LOOK_MS;
    ladder = climb(ladder, look, at);
    if (ladder.rung !== rungs.at(-1)) rungs.push(ladder.rung);
  }
  return { rungs, ladder, at };
}
const times = (count: number, change: Partial<SendingLook> = {}): SendingLook[] =>
  Array.from({ length: count }, () => ({ ...GOOD, ...change }));

describe("how much of the picture is sent", () => {
  it("stays all of it on a good way", () => {
    expect(walk(FULL, times(100)).rungs).toEqual(["full"]);
  });

  it("stays all of it after one bad look", () => {
    expect(walk(FULL, [...times(1, { availableBitrate: 300_000 }), ...times(5)]).rungs).toEqual(["full"]);
  });

  it("falls within two looks to what fits", () => {
    expect(walk(FULL, times(2, { availableBitrate: 300_000 }))).toMatchObject({
      rungs: ["full", "low_frame_rate"],
      ladder: { reason: "bandwidth" },
    });
    expect(walk(FULL, times(1, { availableBitrate: 100_000 })).rungs).toEqual(["full", "stills"]);
    expect(walk(FULL, times(1, { availableBitrate: 40_000 })).rungs).toEqual(["full", "small_stills"]);
  });

  it("falls rung by rung with loss, and says so", () => {
    const { rungs, ladder } = walk(FULL, times(4, { loss: 0.3 }));
    expect(rungs).toEqual(["full", "low_frame_rate", "stills"]);
    expect(ladder.reason).toBe("loss");
  });

  it("sends fewer frames where the phone is too slow, and never less for that", () => {
    const { rungs, ladder } = walk(FULL, times(20, { cpuLimited: true }));
    expect(rungs).toEqual(["full", "low_frame_rate"]);
    expect(ladder.reason).toBe("cpu");
  });

  it("goes down no further than small photos, however bad it is", () => {
    expect(walk(FULL, times(30, { availableBitrate: 0, loss: 0.9 })).rungs.at(-1)).toBe("small_stills");
  });

  it("rises one rung at a time, and not before it was calm for a while", () => {
    const low = walk(FULL, times(1, { availableBitrate: 40_000 }));
    expect(walk(low.ladder, times(4), low.at).rungs).toEqual(["small_stills"]);
    const { rungs, ladder } = walk(low.ladder, times(20), low.at);
    expect(rungs).toEqual(["small_stills", "stills", "low_frame_rate", "full"]);
    expect(ladder.reason).toBeNull();
  });

  it("tries the next rung where too little is sent to know how much would get through", () => {
    const low = walk(FULL, times(1, { availableBitrate: 100_000 }));
    const idle = { availableBitrate: 220_000, sentBitrate: 60_000 };
    expect(walk(low.ladder, times(8, idle), low.at).rungs).toEqual(["stills"]);
    expect(walk(low.ladder, times(10, idle), low.at).rungs).toEqual(["stills", "low_frame_rate"]);
  });

  it("does not try where moving pictures have shown how wide the way is", () => {
    const low: Ladder = { ...FULL, rung: "low_frame_rate", reason: "bandwidth" };
    const filled = { availableBitrate: 500_000, sentBitrate: 450_000 };
    expect(walk(low, times(60, filled)).rungs).toEqual(["low_frame_rate"]);
    expect(walk(low, times(60, { ...filled, sentBitrate: 100_000 })).rungs).toEqual(["low_frame_rate", "full"]);
  });

  it("waits twice as long after each try that failed, so that it does not flap", () => {
    let { ladder, at } = walk(FULL, times(1, { availableBitrate: 100_000 }));
    const waits: number[] = [];
    for (let tries = 0; tries < 6; tries += 1) {
      const since = at;
      while (ladder.rung === "stills") {
        at += LOOK_MS;
        ladder = climb(ladder, { ...GOOD, availableBitrate: 120_000, sentBitrate: 60_000 }, at);
      }
      waits.push(at - since);
      ({ ladder, at } = walk(ladder, times(2, { availableBitrate: 120_000 }), at));
      expect(ladder.rung).toBe("stills");
    }
    expect(waits).toEqual([18_000, 34_000, 66_000, 130_000, 242_000, 242_000]);
  });

  it("forgets failed tries once a rise has lasted", () => {
    const slow: Ladder = { ...FULL, rung: "low_frame_rate", reason: "bandwidth", roseAt: 0, waitMs: 64_000 };
    expect(walk(slow, times(10, { availableBitrate: 500_000 })).ladder.waitMs).toBe(8_000);
  });

  it("does not rise while packets are lost or delayed", () => {
    const low: Ladder = { ...FULL, rung: "stills", reason: "loss" };
    expect(walk(low, times(60, { loss: 0.08 })).rungs).toEqual(["stills"]);
    expect(walk(low, times(60, { roundTripMs: 900 })).rungs).toEqual(["stills"]);
  });

  it("works where the browser does not tell the available bitrate", () => {
    const { ladder, at } = walk(FULL, times(2, { availableBitrate: null, loss: 0.4 }));
    expect(ladder.rung).toBe("low_frame_rate");
    expect(walk(ladder, times(10, { availableBitrate: null }), at).rungs).toEqual(["low_frame_rate", "full"]);
  });

  it("is told as the contract has it", () => {
    expect(levelOf("small_stills")).toBe("stills");
    expect(levelOf("low_frame_rate")).toBe("low_frame_rate");
  });
});
