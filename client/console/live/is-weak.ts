import type { ConnectionQuality } from "@nexbasira/ui/room/connection-quality.ts";

/** From here on talk gets hard, or sound and picture break. */
const WEAK_ROUND_TRIP_MS = 300;
const WEAK_LOSS = 0.05;

/**
 * Whether one's own connection is what disturbs the call. Not by its bars: an inspector sends a voice only, and the
 * bitrate that a browser believes to get through is small as long as little is sent.
 */
export function isWeak(quality: ConnectionQuality | null): boolean {
  if (quality === null) return false;
  return (quality.roundTripMs ?? 0) > WEAK_ROUND_TRIP_MS || (quality.loss ?? 0) > WEAK_LOSS;
}
