import { expect, test } from "vitest";
import { CHECKS, type CheckResults, describeResults, NOT_CHECKED, overallVerdict } from "./check-results.ts";
import { turnWay } from "./check-turn.ts";

const WORKS = Object.fromEntries(CHECKS.map((name) => [name, { verdict: "works" }]));
const results = (change: Partial<CheckResults> = {}): CheckResults => ({ ...NOT_CHECKED, ...WORKS, ...change });

test("the whole works, is limited or fails by what a call needs", () => {
  expect(overallVerdict(NOT_CHECKED)).toBeNull();
  expect(overallVerdict(results({ quality: { verdict: "running" } }))).toBeNull();
  const without = { turn_udp: { verdict: "not_configured" }, turn_tls: { verdict: "fails" } } as const;
  expect(overallVerdict(results({ ...without, speaker: { verdict: "open" } }))).toBe("works");
  expect(overallVerdict(results({ udp: { verdict: "fails" } }))).toBe("limited");
  expect(overallVerdict(results({ camera: { verdict: "fails", reason: "denied" } }))).toBe("limited");
  expect(overallVerdict(results({ quality: { verdict: "works", reason: "weak" } }))).toBe("limited");
  expect(overallVerdict(results({ signalling: { verdict: "fails" } }))).toBe("fails");
  const blocked = { ...without, udp: { verdict: "fails" }, tcp: { verdict: "fails" } } as const;
  expect(overallVerdict(results({ ...blocked, turn_tcp: { verdict: "fails" } }))).toBe("fails");
  expect(overallVerdict(results(blocked))).toBe("limited");
});

test("the result as text has a line for each check and what was measured", () => {
  const quality = { roundTripMs: 42, loss: 0.015, bitsPerSecond: 1_840_000 };
  const text = describeResults(results({ quality: { verdict: "works", quality } }), new Date(0));
  expect(text).toContain("Check of 1970-01-01T00:00:00.000Z");
  expect(text).toContain("quality: works, round trip 42 ms, 1.5 % lost, 1.8 Mbit/s");
  expect(text.split("\n")).toHaveLength(CHECKS.length + 2);
});

test("a TURN address is told by its scheme and transport", () => {
  expect(turnWay("turn:turn.example.org:3478")).toBe("turn_udp");
  expect(turnWay("turn:turn.example.org:3478?transport=udp")).toBe("turn_udp");
  expect(turnWay("turn:turn.example.org:3478?transport=tcp")).toBe("turn_tcp");
  expect(turnWay("turns:turn.example.org:5349?transport=tcp")).toBe("turn_tls");
});
