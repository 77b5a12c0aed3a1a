import { describe, expect, it } from "vitest";
import { parseVp8Payload } from "./vp8-payload.ts";

const DATA = [0x50, 0x01, 0x02];

describe("parseVp8Payload", () => {
  it.each([
    ["nothing", [0x10]],
    ["a picture id of 7 bits", [0x90, 0x80, 0x05]],
    ["a picture id of 15 bits", [0x90, 0x80, 0x85, 0x11]],
    ["TL0PICIDX alone", [0x90, 0x40, 0x09]],
    ["TID alone", [0x90, 0x20, 0x40]],
    ["KEYIDX alone", [0x90, 0x10, 0x03]],
    ["TL0PICIDX and TID, as simulcast has them", [0x90, 0xe0, 0x85, 0x11, 0x09, 0x60]],
    ["all of it", [0x90, 0xf0, 0x85, 0x11, 0x09, 0x63]],
  ])("finds the picture behind a descriptor with %s", (_, descriptor) => {
    const parsed = parseVp8Payload(Buffer.from([...descriptor, ...DATA]));
    expect(parsed).toEqual({ starts: true, data: Buffer.from(DATA) });
  });

  it("tells a picture's beginning from a packet within it, and from another partition", () => {
    expect(parseVp8Payload(Buffer.from([0x00, ...DATA]))?.starts).toBe(false);
    expect(parseVp8Payload(Buffer.from([0x11, ...DATA]))?.starts).toBe(false);
  });

  it("refuses a descriptor that is cut", () => {
    expect(parseVp8Payload(Buffer.from([]))).toBeNull();
    expect(parseVp8Payload(Buffer.from([0x90]))).toBeNull();
    expect(parseVp8Payload(Buffer.from([0x90, 0xf0, 0x85]))).toBeNull();
  });
});
