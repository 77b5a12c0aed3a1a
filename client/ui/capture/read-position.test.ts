import { describe, expect, it } from "vitest";
import { locationOf, statusOf } from "./read-position.ts";

describe("a position", () => {
  const coords = { latitude: 48.2, longitude: 16.37, accuracy: 12 } as GeolocationCoordinates;

  it("has its accuracy in metres and its age in seconds", () => {
    expect(locationOf({ coords, timestamp: 1_000 }, 3_500)).toEqual({
      latitude: 48.2,
      longitude: 16.37,
      accuracy_m: 12,
      age_s: 2.5,
    });
  });

  it("is never from the future, whatever the device's clocks say", () => {
    expect(locationOf({ coords, timestamp: 9_000 }, 3_500).age_s).toBe(0);
  });

  it("has a reason where there is none", () => {
    expect([1, 2, 3].map(statusOf)).toEqual(["refused", "unavailable", "timed_out"]);
  });
});
