import { describe, expect, it } from "vitest";
import { batterySign, isWeakNetwork } from "./phone-signs.ts";

const network = { type: "wifi" as const, round_trip_ms: 40, loss: 0, available_bitrate: 2_000_000 };

describe("the phone's battery", () => {
  it("is a warning under 15 %, unless it is being charged", () => {
    expect(batterySign({ level: 0.14, charging: false })).toBe("low");
    expect(batterySign({ level: 0.15, charging: false })).toBe("medium");
    expect(batterySign({ level: 0.05, charging: true })).toBe("charging");
    expect(batterySign({ level: 0.64, charging: false })).toBe("full");
  });
});

describe("the phone's network", () => {
  it("is weak when it is slow, loses packets or lets little out", () => {
    expect(isWeakNetwork(network)).toBe(false);
    expect(isWeakNetwork({ ...network, round_trip_ms: 400 })).toBe(true);
    expect(isWeakNetwork({ ...network, loss: 0.08 })).toBe(true);
    expect(isWeakNetwork({ ...network, available_bitrate: 90_000 })).toBe(true);
  });

  it("is not called weak where nothing is known of it", () => {
    expect(isWeakNetwork({ type: null, round_trip_ms: null, loss: null, available_bitrate: null })).toBe(false);
  });
});
