import { expect, test } from "vitest";
import { formatTable, percentile, sum, toRow } from "./bench-report.ts";

test("a percentile is the smallest measured value that the share of all does not exceed", () => {
  const hundred = Array.from({ length: 100 }, (_, i) => 100 - i);
  expect([0, 0.5, 0.95, 1].map((share) => percentile(hundred, share))).toEqual([1, 50, 95, 100]);
  expect(percentile([7], 0.95)).toBe(7);
  expect(percentile([30, 10, 20], 0.5)).toBe(20);
  expect(percentile([30, 10, 20, 40], 0.95)).toBe(40);
});

test("a percentile leaves its values in their order, and there is none of nothing", () => {
  const values = [3, 1, 2];
  percentile(values, 0.5);
  expect(values).toEqual([3, 1, 2]);
  expect(() => percentile([], 0.5)).toThrow("nothing");
});

test("a sum of nothing is nothing", () => {
  expect(sum([])).toBe(0);
  expect(sum([1.5, 2])).toBe(3.5);
});

test("a goal holds up to its limit and not beyond", () => {
  const goal = { most: 0.7 };
  expect(toRow({ name: "p50", value: 0.7, unit: "s", goal })).toMatchObject({ goal: "≤ 0.7 s", holds: true });
  expect(toRow({ name: "p50", value: 0.71, unit: "s", goal })).toMatchObject({ holds: false });
});

test("a goal of at least so much holds from there", () => {
  const goal = { least: 3000 };
  expect(toRow({ name: "rate", value: 3000, unit: "/s", goal })).toMatchObject({ goal: "≥ 3000 /s", holds: true });
  expect(toRow({ name: "rate", value: 2999, unit: "/s", goal })).toMatchObject({ holds: false });
});

test("a goal in terms of the bare tools is judged by the ratio", () => {
  const goal = { mostRatio: 1.3 };
  const row = { name: "end", value: 13, unit: "s", goal };
  expect(toRow({ ...row, baseline: 10 })).toMatchObject({ ratio: 1.3, goal: "≤ 1.3 × bare", holds: true });
  expect(toRow({ ...row, baseline: 9.9 })).toMatchObject({ holds: false });
});

test("a rate has to reach a share of the bare tools' rate", () => {
  const row = { name: "POST", value: 500, unit: "/s", goal: { leastRatio: 0.5 } };
  expect(toRow({ ...row, baseline: 1000 })).toMatchObject({ ratio: 0.5, goal: "≥ 0.5 × bare", holds: true });
  expect(toRow({ ...row, baseline: 1001 })).toMatchObject({ holds: false });
});

test("a goal names what it is a multiple of", () => {
  const goal = { mostRatio: 2, of: "the first page" };
  expect(toRow({ name: "last page", value: 2, unit: "ms", baseline: 1, goal })).toMatchObject({
    goal: "≤ 2 × the first page",
    holds: true,
  });
});

test("a goal in terms of the bare tools does not hold where they were not measured", () => {
  expect(toRow({ name: "end", value: 13, unit: "s", goal: { mostRatio: 1.3 } })).toMatchObject({
    ratio: null,
    holds: false,
  });
});

test("a row without a baseline and a goal says so by null", () => {
  expect(toRow({ name: "wait", value: 1.23456, unit: "s" })).toEqual({
    name: "wait",
    value: 1.235,
    unit: "s",
    baseline: null,
    ratio: null,
    goal: null,
    holds: null,
  });
});

test("the table has each row's figures under their titles", () => {
  const rows = [
    toRow({ name: "click to first frame, p50", value: 0.5, unit: "s", baseline: 0.25, goal: { most: 0.7 } }),
    toRow({ name: "p95", value: 2, unit: "s", goal: { most: 1.5 } }),
    toRow({ name: "of it waiting", value: 12.5, unit: "ms" }),
  ];
  expect(formatTable({ bench: "calls", machine: "2 × processor", rows })).toBe(
    [
      "calls on 2 × processor",
      "",
      "                           NexBasira    bare  ratio     goal  holds",
      "─────────────────────────  ─────────  ──────  ─────  ───────  ─────",
      "click to first frame, p50      0.5 s  0.25 s   2.00  ≤ 0.7 s    yes",
      "p95                              2 s                 ≤ 1.5 s     NO",
      "of it waiting                12.5 ms",
    ].join("\n"),
  );
});
