import { describe, expect, it } from "vitest";
import { cameraById, cameraConstraints, nextLens } from "./camera-constraints.ts";

describe("the lens to switch to", () => {
  it("is the other side of a phone", () => {
    expect(nextLens({ facing: "environment", deviceId: "a" }, ["a", "b"])).toEqual(cameraConstraints("user"));
    expect(nextLens({ facing: "user", deviceId: "b" }, ["a", "b"])).toEqual(cameraConstraints("environment"));
  });

  it("is the next camera where cameras have no side", () => {
    expect(nextLens({ facing: undefined, deviceId: "a" }, ["a", "b"])).toEqual(cameraById("b"));
    expect(nextLens({ facing: undefined, deviceId: "b" }, ["a", "b"])).toEqual(cameraById("a"));
  });
});
