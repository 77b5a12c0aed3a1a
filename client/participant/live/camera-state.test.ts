import { describe, expect, it } from "vitest";
import { lensesOf, resolutionsOf, zoomOf } from "./camera-state.ts";

describe("what a camera can be set to", () => {
  it("are the usual resolutions up to its largest picture, upright or lying", () => {
    expect(resolutionsOf({ width: { max: 1_920 }, height: { max: 1_080 } })).toEqual([480, 720, 1_080]);
    expect(resolutionsOf({ width: { max: 3_000 }, height: { max: 4_000 } })).toEqual([480, 720, 1_080, 1_440, 2_160]);
    expect(resolutionsOf({})).toEqual([]);
  });

  it("is a zoom where there is something to zoom by", () => {
    expect(zoomOf({ zoom: { min: 1, max: 8, step: 0.1 } }, { zoom: 2 })).toEqual({
      factor: 2,
      least: 1,
      most: 8,
      step: 0.1,
    });
    // A webcam counts in percent.
    expect(zoomOf({ zoom: { min: 100, max: 400, step: 1 } }, { zoom: 150 })).toEqual({
      factor: 1.5,
      least: 1,
      most: 4,
      step: 0.01,
    });
    expect(zoomOf({ zoom: { min: 1, max: 1 } }, { zoom: 1 })).toBeNull();
    expect(zoomOf({}, {})).toBeNull();
  });
});

describe("a phone's lenses", () => {
  it("have the side that the device says, or that their names say", () => {
    const lenses = lensesOf([
      { deviceId: "a", label: "camera2 0, facing back", facingMode: ["environment"] },
      { deviceId: "b", label: "camera2 1, facing front", facingMode: undefined },
      { deviceId: "c", label: "Rückseitige Ultra-Weitwinkelkamera", facingMode: undefined },
      { deviceId: "d", label: "Caméra avant", facingMode: [] },
      { deviceId: "e", label: "HD Webcam", facingMode: undefined },
    ]);
    expect(lenses.map(({ facing }) => facing)).toEqual(["environment", "user", "environment", "user", null]);
  });

  it("are none before the person has allowed them", () => {
    expect(lensesOf([{ deviceId: "", label: "", facingMode: undefined }])).toEqual([]);
  });
});
