import { describe, expect, it } from "vitest";
import { barsOfSender } from "./bars-of-sender.ts";

const producer = (producer_id: string, participant_id: string, paused = false) => ({
  producer_id,
  participant_id,
  kind: "video" as const,
  source: "camera" as const,
  paused,
});

describe("the bars of a sender", () => {
  it("follow the worst of what they send", () => {
    const producers = [producer("a", "marie"), producer("b", "marie"), producer("c", "other")];
    expect(barsOfSender("marie", producers, { a: 10, b: 5, c: 0 })).toBe(2);
  });

  it("do not count what is muted", () => {
    expect(barsOfSender("marie", [producer("a", "marie"), producer("b", "marie", true)], { a: 8, b: 0 })).toBe(3);
  });

  it("are none while nothing arrives, and unknown while nothing is known", () => {
    expect(barsOfSender("marie", [producer("a", "marie")], { a: 0 })).toBe(0);
    expect(barsOfSender("marie", [producer("a", "marie")], {})).toBeUndefined();
    expect(barsOfSender("marie", [], { a: 10 })).toBeUndefined();
  });
});
