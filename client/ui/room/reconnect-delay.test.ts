import { describe, expect, it } from "vitest";
import { reconnectDelay } from "./reconnect-delay.ts";

describe("the wait before the next try", () => {
  it("starts short, doubles, and never exceeds two seconds", () => {
    expect([0, 1, 2, 3, 4, 500].map((failures) => reconnectDelay(failures, 0.5))).toEqual([
      250, 500, 1_000, 2_000, 2_000, 2_000,
    ]);
  });

  it("leaves room for a fourth try well within five seconds of a loss", () => {
    const latest = [0, 1, 2].reduce((sum, failures) => sum + reconnectDelay(failures, 1), 0);
    expect(latest).toBeLessThan(2_500);
  });

  it("is spread by a fifth either way", () => {
    expect(reconnectDelay(2, 0)).toBe(800);
    expect(reconnectDelay(2, 1)).toBe(1_200);
  });
});
