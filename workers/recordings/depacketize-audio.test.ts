import { describe, expect, it } from "vitest";
import { opusDurationMs } from "./depacketize-audio.ts";

/** The first byte of an Opus packet: configuration, stereo, code of the number of frames (RFC 6716 section 3.1). */
const toc = (config: number, code: number) => (config << 3) | 0x04 | code;

describe("opusDurationMs", () => {
  it("knows the lengths of all configurations", () => {
    const lengths = Array.from({ length: 32 }, (_, config) => opusDurationMs(Uint8Array.of(toc(config, 0))));
    const silk = [10, 20, 40, 60];
    const celt = [2.5, 5, 10, 20];
    expect(lengths).toEqual([...silk, ...silk, ...silk, 10, 20, 10, 20, ...celt, ...celt, ...celt, ...celt]);
  });

  it("counts the frames", () => {
    expect(opusDurationMs(Uint8Array.of(toc(31, 1)))).toBe(40);
    expect(opusDurationMs(Uint8Array.of(toc(31, 2)))).toBe(40);
    expect(opusDurationMs(Uint8Array.of(toc(31, 3), 0xc5))).toBe(100);
  });

  it("is 0 for what is no packet", () => {
    expect(opusDurationMs(Uint8Array.of())).toBe(0);
    expect(opusDurationMs(Uint8Array.of(toc(3, 3), 48))).toBe(0);
  });
});
