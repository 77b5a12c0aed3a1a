import { describe, expect, it } from "vitest";
import { reconnectDelay } from "./reconnect-delay.ts";

describe("the wait before the next try", () => {
  it("starts short, grows, and never exceeds two seconds", () => {
    expect([0, 1, 2, 5, 11, 12, 5_000].map((failures) => reconnectDelay(failures, 0.5))).toEqual([
      250, 300, 360, 622, 1_858, 2_000, 2_000,
    ]);
  });

  it("is never longer than what a restart of three seconds leaves of the five that both sides have", () => {
    let passed = 0;
    for (let failures = 0; passed < 3_000; failures += 1) {
      const wait = reconnectDelay(failures, 1);
      if (passed + wait > 3_000) expect(passed + wait).toBeLessThan(4_000);
      passed += wait;
    }
  });

  it("is spread by a fifth either way", () => {
    expect(reconnectDelay(0, 0)).toBe(200);
    expect(reconnectDelay(0, 1)).toBe(300);
  });
});
