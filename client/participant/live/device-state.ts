import type { DeviceState } from "@nexbasira/core/contract/device.ts";
import type { CaptureRecord } from "@nexbasira/ui/capture/capture-record.ts";
import type { RoomSnapshot } from "@nexbasira/ui/room/room-connection.ts";
import type { PhoneMediaSnapshot } from "./phone-media.ts";

export interface DeviceParts {
  battery: DeviceState["battery"];
  /** `navigator.connection.type`, which only Chrome on Android tells. */
  networkType: string | undefined;
  room: Pick<RoomSnapshot, "quality" | "sending">;
  phone: Pick<PhoneMediaSnapshot, "camera" | "settings" | "held">;
  captures: readonly Pick<CaptureRecord, "state">[];
  visible: boolean;
}

/**
 * What the phone says of itself, from its parts. Figures that tremble are rounded, so that a report says something new:
 * delays to 10 ms, losses to 1 %, bitrates to 10 kbit/s.
 */
export function deviceState({ battery, networkType, room, phone, captures, visible }: DeviceParts): DeviceState {
  const { quality, sending } = room;
  const on = phone.camera === "on" && phone.settings !== null;
  return {
    battery,
    network: {
      type: networkTypeOf(networkType),
      round_trip_ms: roundedTo(10, quality?.roundTripMs),
      loss: roundedTo(0.01, quality?.sentLoss),
      available_bitrate: roundedTo(10_000, quality?.availableBitrate),
    },
    sending: on ? sending : null,
    camera: on && phone.settings !== null ? { ...phone.settings, frozen: phone.held !== null } : null,
    visible,
    waiting_captures: captures.filter(({ state }) => state === "saved" || state === "sending").length,
  };
}

/** The values of `ConnectionType` (WICG netinfo); `none` and `unknown` say nothing. */
function networkTypeOf(type: string | undefined): DeviceState["network"]["type"] {
  switch (type) {
    case "wifi":
    case "cellular":
    case "ethernet":
      return type;
    case "bluetooth":
    case "wimax":
    case "other":
    case "mixed":
      return "other";
    default:
      return null;
  }
}

function roundedTo(step: number, value: number | null | undefined): number | null {
  if (value == null) return null;
  // Whole steps first: 3 × 0.01 is not 0.03.
  return step < 1 ? Math.round(value / step) / Math.round(1 / step) : Math.round(value / step) * step;
}
