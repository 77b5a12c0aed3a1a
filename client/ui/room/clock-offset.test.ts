import { describe, expect, it } from "vitest";
import { ClockOffset } from "./clock-offset.ts";

describe("the offset of the server's clock", () => {
  it("is not known before it is measured", () => {
    expect(new ClockOffset().offsetMs).toBeNull();
  });

  it("takes the server's time to be of the middle of the round trip", () => {
    const clock = new ClockOffset();
    clock.record(1_000, 1_200, 61_100);
    expect(clock.offsetMs).toBe(60_000);
  });

  it("believes the quickest round trip", () => {
    const clock = new ClockOffset();
    clock.record(1_000, 1_020, 1_510);
    clock.record(2_000, 4_000, 9_000);
    expect(clock.offsetMs).toBe(500);
  });

  it("follows a device's clock that was set", () => {
    const clock = new ClockOffset();
    clock.record(1_000, 1_002, 1_001);
    for (let count = 0; count < 5; count += 1) clock.record(100_000, 100_100, 2_050);
    expect(clock.offsetMs).toBe(-98_000);
  });
});
