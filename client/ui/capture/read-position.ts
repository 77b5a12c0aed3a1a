import type { Location, LocationStatus } from "@nexbasira/core/contract/common.ts";

const LIMIT_MS = 8_000;
const MAXIMUM_AGE_MS = 10_000;

export interface PositionReading {
  location: Location | null;
  location_status: LocationStatus;
}

export const NO_CONSENT: PositionReading = { location: null, location_status: "refused" };

/** One fix, as exact as the device can within 8 s, and not older than 10 s; or why there is none. Never rejects. */
export function readPosition(): Promise<PositionReading> {
  if (navigator.geolocation === undefined) return Promise.resolve(without("unavailable"));
  return new Promise((resolve) => {
    // The browser's own limit starts only after the person answered its question.
    const limit = setTimeout(() => resolve(without("timed_out")), LIMIT_MS);
    navigator.geolocation.getCurrentPosition(
      (position) => {
        clearTimeout(limit);
        resolve({ location: locationOf(position, Date.now()), location_status: "fixed" });
      },
      (error) => {
        clearTimeout(limit);
        resolve(without(statusOf(error.code)));
      },
      { enableHighAccuracy: true, timeout: LIMIT_MS, maximumAge: MAXIMUM_AGE_MS },
    );
  });
}

/** `now` in ms since 1970. */
export function locationOf(position: Pick<GeolocationPosition, "coords" | "timestamp">, now: number): Location {
  const { latitude, longitude, accuracy } = position.coords;
  return { latitude, longitude, accuracy_m: accuracy, age_s: Math.max(0, (now - position.timestamp) / 1_000) };
}

/** The codes of GeolocationPositionError (W3C Geolocation). */
export function statusOf(code: number): LocationStatus {
  return code === 1 ? "refused" : code === 3 ? "timed_out" : "unavailable";
}

function without(location_status: LocationStatus): PositionReading {
  return { location: null, location_status };
}
