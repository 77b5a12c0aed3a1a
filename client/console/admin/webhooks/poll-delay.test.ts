import { expect, test } from "vitest";
import { pollDelay } from "./poll-delay.ts";

const now = Date.parse("2026-05-23T12:00:00Z");
const active = { active: true, now };
const at = (time: string) => `2026-05-23T${time}Z`;

test("what is over is not read again", () => {
  expect(
    pollDelay(
      [
        { status: "delivered", next_attempt_at: null },
        { status: "dropped", next_attempt_at: null },
      ],
      active,
    ),
  ).toBe(false);
});

test("what is due is read again soon, the next of several first", () => {
  expect(pollDelay([{ status: "pending", next_attempt_at: at("12:00:00") }], active)).toBe(1_500);
  expect(
    pollDelay(
      [
        { status: "failed", next_attempt_at: at("12:01:00") },
        { status: "failed", next_attempt_at: at("12:00:30") },
      ],
      active,
    ),
  ).toBe(31_000);
});

test("what waits for a day is looked at every five minutes, what is late every ten seconds", () => {
  expect(pollDelay([{ status: "failed", next_attempt_at: "2026-05-24T12:00:00Z" }], active)).toBe(300_000);
  expect(pollDelay([{ status: "pending", next_attempt_at: at("11:50:00") }], active)).toBe(10_000);
});

test("nothing moves at a paused endpoint", () => {
  expect(pollDelay([{ status: "pending", next_attempt_at: at("12:00:00") }], { ...active, active: false })).toBe(false);
});
