import type { DeviceState } from "@nexbasira/core/contract/device.ts";

/** Under this share the phone may be gone within minutes. */
const LOW_BATTERY = 0.15;
const HALF_BATTERY = 0.5;
/** From here on the picture or the sound suffers. */
const SLOW_ROUND_TRIP_MS = 300;
const HIGH_LOSS = 0.05;
/** Bits per second that a small picture and the sound need. */
const NARROW_BITRATE = 250_000;

export type BatterySign = "charging" | "low" | "medium" | "full";

/** What a battery's level calls for: `low` is a warning. */
export function batterySign({ level, charging }: NonNullable<DeviceState["battery"]>): BatterySign {
  if (charging) return "charging";
  if (level < LOW_BATTERY) return "low";
  return level < HALF_BATTERY ? "medium" : "full";
}

/** Whether the phone's network is what disturbs the call. */
export function isWeakNetwork({ round_trip_ms, loss, available_bitrate }: DeviceState["network"]): boolean {
  return (
    (round_trip_ms ?? 0) > SLOW_ROUND_TRIP_MS ||
    (loss ?? 0) > HIGH_LOSS ||
    (available_bitrate ?? Number.POSITIVE_INFINITY) < NARROW_BITRATE
  );
}
