import type { CameraState } from "@nexbasira/core/contract/device.ts";
import { describe, expect, it } from "vitest";
import { nextLens, snapZoom, zoomStep } from "./camera-steps.ts";

const zoom = { factor: 1, least: 1, most: 8, step: 0.1 };

describe("a step of the zoom", () => {
  it("is a quarter nearer or farther, on the camera's own steps", () => {
    expect(zoomStep(zoom, "nearer")).toBe(1.3);
    expect(zoomStep({ ...zoom, factor: 4 }, "farther")).toBe(3.2);
  });

  it("stays within the range", () => {
    expect(zoomStep({ ...zoom, factor: 7.5 }, "nearer")).toBe(8);
    expect(zoomStep(zoom, "farther")).toBe(1);
  });

  it("is the next one where the camera's steps are larger than a quarter", () => {
    const coarse = { factor: 2, least: 1, most: 4, step: 1 };
    expect(zoomStep(coarse, "nearer")).toBe(3);
    expect(zoomStep(coarse, "farther")).toBe(1);
  });

  it("leaves a camera that tells no steps any factor", () => {
    expect(snapZoom({ factor: 1, least: 1, most: 5, step: 0 }, 2.345)).toBe(2.345);
  });
});

describe("the next lens", () => {
  const lens = (lens_id: string) => ({ lens_id, label: "", facing: null });
  const camera = (lens_id: string | null, ...ids: string[]) =>
    ({ lens_id, lenses: ids.map(lens) }) as unknown as CameraState;

  it("follows around", () => {
    expect(nextLens(camera("a", "a", "b"))?.lens_id).toBe("b");
    expect(nextLens(camera("b", "a", "b"))?.lens_id).toBe("a");
  });

  it("is the first where the one in use is not known, and none where there is one alone", () => {
    expect(nextLens(camera(null, "a", "b"))?.lens_id).toBe("a");
    expect(nextLens(camera("a", "a"))).toBeUndefined();
  });
});
