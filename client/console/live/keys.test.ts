import { describe, expect, it } from "vitest";
import { actionOfKey, type KeyPress, LIVE_KEYS } from "./keys.ts";

function press(key: string, more: Partial<KeyPress> = {}): KeyPress {
  return { key, shift: false, modified: false, repeated: false, typing: false, onControl: false, ...more };
}

describe("the keys of the live page", () => {
  it("do one thing each", () => {
    const keys = Object.values(LIVE_KEYS);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it("take a photo with the space bar, but leave it to a button that has the focus", () => {
    expect(actionOfKey(press(" "))).toBe("photo");
    expect(actionOfKey(press(" ", { onControl: true }))).toBeUndefined();
    expect(actionOfKey(press("f", { onControl: true }))).toBe("freeze");
  });

  it("tell a letter from the same letter with shift", () => {
    expect(actionOfKey(press("c"))).toBe("clip");
    expect(actionOfKey(press("C", { shift: true }))).toBe("mark");
    expect(actionOfKey(press("F", { shift: true }))).toBeUndefined();
  });

  it("know a letter typed with caps lock", () => {
    expect(actionOfKey(press("M"))).toBe("mute");
  });

  it("find the question mark with and without shift, as keyboards have it", () => {
    expect(actionOfKey(press("?", { shift: true }))).toBe("help");
    expect(actionOfKey(press("?"))).toBe("help");
  });

  it("do nothing while text is written, while a key is held, or with a modifier of the browser's", () => {
    for (const state of [{ typing: true }, { repeated: true }, { modified: true }]) {
      expect(actionOfKey(press("e", state))).toBeUndefined();
      expect(actionOfKey(press(" ", state))).toBeUndefined();
    }
  });
});
