import { expect, it } from "vitest";
import { rangeWithin } from "./clip-messages.ts";

const RECORDED = { from_ms: 1_000_000, to_ms: 2_000_000 };

it("takes marks within the recording as they are", () => {
  expect(rangeWithin({ from_ms: 1_100_000, to_ms: 1_130_000 }, RECORDED)).toEqual({
    from_ms: 1_100_000,
    to_ms: 1_130_000,
  });
});

it("cuts marks that are beyond the recording by as much as clocks differ", () => {
  expect(rangeWithin({ from_ms: 999_000, to_ms: 1_030_000 }, RECORDED)).toEqual({
    from_ms: 1_000_000,
    to_ms: 1_030_000,
  });
  expect(rangeWithin({ from_ms: 1_970_000, to_ms: 2_001_500 }, RECORDED)).toEqual({
    from_ms: 1_970_000,
    to_ms: 2_000_000,
  });
});

it.each([
  ["before the recording", { from_ms: 990_000, to_ms: 1_030_000 }],
  ["after now", { from_ms: 1_990_000, to_ms: 2_010_000 }],
  ["in the wrong order", { from_ms: 1_200_000, to_ms: 1_100_000 }],
  ["of no length", { from_ms: 1_200_000, to_ms: 1_200_000 }],
  ["over ten minutes", { from_ms: 1_000_000, to_ms: 1_600_001 }],
])("refuses a clip %s", (_, marks) => {
  expect(() => rangeWithin(marks, RECORDED)).toThrow(expect.objectContaining({ code: "validation_error" }));
});
