import type { Device } from "@nexbasira/core/contract/join.ts";
import { readStored, writeStored } from "../theme.ts";

const DEVICE_KEY = "nexbasira.device";

/** What a page says of its device when it enters a session. */
export function describeDevice(): Device {
  return {
    id: deviceId(),
    user_agent: navigator.userAgent.slice(0, 500),
    screen: { width: screen.width, height: screen.height, pixel_ratio: devicePixelRatio },
  };
}

let madeHere: string | undefined;

/** Made once and kept: by it the server tells a rejoin from a second device. */
function deviceId(): string {
  const stored = readStored(DEVICE_KEY);
  if (stored !== null) return stored;
  madeHere ??= crypto.randomUUID();
  writeStored(DEVICE_KEY, madeHere);
  return madeHere;
}
