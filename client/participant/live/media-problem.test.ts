import { describe, expect, it } from "vitest";
import { mediaProblem } from "./media-problem.ts";
import type { PhoneMediaSnapshot } from "./phone-media.ts";

const phone = (change: Partial<PhoneMediaSnapshot>): PhoneMediaSnapshot => ({
  camera: "on",
  microphone: "on",
  stream: null,
  settings: null,
  held: null,
  muted: false,
  ...change,
});

describe("help with camera and microphone", () => {
  it("is not shown where nothing is missing, or the person goes on without", () => {
    expect(mediaProblem(phone({}))).toBeNull();
    expect(mediaProblem(phone({ camera: "off", microphone: "opening" }))).toBeNull();
  });

  it("names what is missing", () => {
    expect(mediaProblem(phone({ camera: "denied", microphone: "denied" }))).toEqual({ kind: "denied", what: "both" });
    expect(mediaProblem(phone({ camera: "busy" }))).toEqual({ kind: "busy", what: "camera" });
    expect(mediaProblem(phone({ camera: "off", microphone: "missing" }))).toEqual({
      kind: "missing",
      what: "microphone",
    });
  });
});
