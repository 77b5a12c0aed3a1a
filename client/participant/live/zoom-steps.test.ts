import { describe, expect, it } from "vitest";
import { stepOf, zoomSteps } from "./zoom-steps.ts";

const zoom = (least: number, most: number) => ({ factor: least, least, most, step: 0.1 });

describe("the buttons for a zoom", () => {
  it("are those that the camera reaches, the widest first", () => {
    expect(zoomSteps(zoom(1, 8))).toEqual([1, 2, 5]);
    expect(zoomSteps(zoom(0.6, 10))).toEqual([0.6, 1, 2, 5]);
    expect(zoomSteps(zoom(1, 1.5))).toEqual([1]);
  });

  it("stand for all factors up to the next", () => {
    const steps = [0.6, 1, 2, 5];
    expect([0.6, 0.995, 1.7, 2, 9].map((factor) => stepOf(steps, factor))).toEqual([0.6, 1, 1, 2, 5]);
  });
});
