import { DeviceState } from "@nexbasira/core/contract/device.ts";
import { UNKNOWN_QUALITY } from "@nexbasira/ui/room/connection-quality.ts";
import { describe, expect, it } from "vitest";
import { type DeviceParts, deviceState } from "./device-state.ts";

const settings = {
  lens_id: "a",
  lenses: [{ lens_id: "a", label: "camera2 0, facing back", facing: "environment" as const }],
  torch: false,
  zoom: { factor: 1, least: 1, most: 8, step: 0.1 },
  resolution: 720,
  resolutions: [480, 720, 1_080],
  takes_photos: true,
};
const parts = (change: Partial<DeviceParts> = {}): DeviceParts => ({
  battery: { level: 0.64, charging: false },
  networkType: "cellular",
  room: {
    quality: { ...UNKNOWN_QUALITY, roundTripMs: 123, sentLoss: 0.0312, availableBitrate: 1_234_567 },
    sending: { level: "full", reason: null },
  },
  phone: { camera: "on", settings, held: null },
  captures: [{ state: "saved" }, { state: "sending" }, { state: "verified" }, { state: "refused" }],
  visible: true,
  ...change,
});

describe("what a phone says of itself", () => {
  it("is what the contract takes, with figures rounded", () => {
    const state = deviceState(parts());
    expect(DeviceState.parse(state)).toEqual(state);
    expect(state).toMatchObject({
      network: { type: "cellular", round_trip_ms: 120, loss: 0.03, available_bitrate: 1_230_000 },
      camera: { zoom: { factor: 1 }, frozen: false },
      waiting_captures: 2,
    });
  });

  it("has no camera and sends none while there is none", () => {
    const state = deviceState(parts({ phone: { camera: "denied", settings, held: null } }));
    expect([state.camera, state.sending]).toEqual([null, null]);
  });

  it("leaves open what the browser does not tell", () => {
    const state = deviceState(
      parts({ battery: null, networkType: undefined, room: { quality: null, sending: null }, visible: false }),
    );
    expect(DeviceState.parse(state)).toMatchObject({
      battery: null,
      network: { type: null, round_trip_ms: null, loss: null, available_bitrate: null },
    });
  });

  it("knows the networks of the contract, and no others", () => {
    const types = ["wifi", "ethernet", "wimax", "none", "unknown", "carrier pigeon"];
    expect(types.map((networkType) => deviceState(parts({ networkType })).network.type)).toEqual([
      "wifi",
      "ethernet",
      "other",
      null,
      null,
      null,
    ]);
  });
});
