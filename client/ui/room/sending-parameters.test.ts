import { describe, expect, it } from "vitest";
import { RUNGS } from "./sending-ladder.ts";
import { cameraEncodings, soundEncodings } from "./sending-parameters.ts";

describe("how a camera is sent", () => {
  it("is one encoding, or a small layer before the large one", () => {
    expect(cameraEncodings({ rung: "full", simulcast: false }, 720)).toEqual([
      { active: true, maxBitrate: 2_500_000, maxFramerate: 30, scaleResolutionDownBy: 1 },
    ]);
    expect(cameraEncodings({ rung: "full", simulcast: true }, 720)).toEqual([
      { active: true, maxBitrate: 500_000, maxFramerate: 30, scaleResolutionDownBy: 2 },
      { active: true, maxBitrate: 2_500_000, maxFramerate: 30, scaleResolutionDownBy: 1 },
    ]);
  });

  it("keeps every pixel with fewer frames", () => {
    expect(cameraEncodings({ rung: "low_frame_rate", simulcast: false }, 1_080)).toEqual([
      { active: true, maxBitrate: 1_000_000, maxFramerate: 10, scaleResolutionDownBy: 1 },
    ]);
  });

  it("is one photo a second on a way too narrow for more, in one layer only", () => {
    const [small, large] = cameraEncodings({ rung: "stills", simulcast: true }, 720);
    expect(small?.active).toBe(false);
    expect(large).toMatchObject({ active: true, maxFramerate: 1, scaleResolutionDownBy: 720 / 540 });
  });

  it("never makes a picture larger", () => {
    for (const rung of RUNGS) {
      for (const { scaleResolutionDownBy } of cameraEncodings({ rung, simulcast: false }, 240)) {
        expect(scaleResolutionDownBy).toBeGreaterThanOrEqual(1);
      }
    }
  });

  it("takes less of the way on each rung", () => {
    const rates = RUNGS.map((rung) => cameraEncodings({ rung, simulcast: false }, 720)[0]?.maxBitrate ?? 0);
    expect(rates).toEqual([...rates].sort((a, b) => b - a));
    expect(new Set(rates).size).toBe(RUNGS.length);
  });

  it("never takes the voice away", () => {
    for (const rung of RUNGS) {
      const [voice] = soundEncodings({ rung, simulcast: false });
      expect(voice).toMatchObject({ priority: "high", networkPriority: "high" });
      expect(voice?.maxBitrate).toBeGreaterThanOrEqual(24_000);
    }
  });
});
