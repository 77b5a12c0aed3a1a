import { UNKNOWN_QUALITY } from "@nexbasira/ui/room/connection-quality.ts";
import { describe, expect, it } from "vitest";
import { isWeak } from "./is-weak.ts";

describe("one's own connection", () => {
  it("is not called weak before it is measured", () => {
    expect(isWeak(null)).toBe(false);
    expect(isWeak(UNKNOWN_QUALITY)).toBe(false);
  });

  it("is not called weak because little is sent", () => {
    expect(isWeak({ ...UNKNOWN_QUALITY, bars: 2, roundTripMs: 20, loss: 0 })).toBe(false);
  });

  it("is weak with a long delay or with loss", () => {
    expect(isWeak({ ...UNKNOWN_QUALITY, roundTripMs: 400, loss: 0 })).toBe(true);
    expect(isWeak({ ...UNKNOWN_QUALITY, roundTripMs: 20, loss: 0.08 })).toBe(true);
  });
});
