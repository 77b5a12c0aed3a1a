/**
 * What a figure has to be: at most or at least this much, in its own unit or as a multiple of the baseline. `of` names
 * the baseline where it is not the bare tools' figure.
 */
type Goal = { most: number } | { least: number } | { mostRatio: number; of?: string } | { leastRatio: number };

export interface Measured {
  name: string;
  value: number;
  unit: string;
  /** The same by the bare tools in the same run, in the same unit. */
  baseline?: number;
  goal?: Goal;
}

/** A line of a bench's result. */
export interface Row {
  name: string;
  value: number;
  unit: string;
  baseline: number | null;
  /** Value to baseline. */
  ratio: number | null;
  /** In words, as in `≤ 0.7 s` or `≤ 1.3 × bare`. */
  goal: string | null;
  /** Whether the goal is reached; null where there is none. */
  holds: boolean | null;
}

export interface BenchResult {
  bench: string;
  machine: string;
  rows: Row[];
}

/** Four digits: no bench knows more. */
const DIGITS = 4;

export function toRow({ name, value, unit, baseline, goal }: Measured): Row {
  const ratio = baseline === undefined || baseline === 0 ? null : value / baseline;
  return {
    name,
    value: rounded(value),
    unit,
    baseline: baseline === undefined ? null : rounded(baseline),
    ratio: ratio === null ? null : rounded(ratio),
    goal: goal === undefined ? null : describeGoal(goal, unit),
    holds: goal === undefined ? null : reaches(goal, value, ratio),
  };
}

function describeGoal(goal: Goal, unit: string): string {
  if ("most" in goal) return `≤ ${goal.most} ${unit}`;
  if ("least" in goal) return `≥ ${goal.least} ${unit}`;
  return "leastRatio" in goal ? `≥ ${goal.leastRatio} × bare` : `≤ ${goal.mostRatio} × ${goal.of ?? "bare"}`;
}

function reaches(goal: Goal, value: number, ratio: number | null): boolean {
  if ("most" in goal) return value <= goal.most;
  if ("least" in goal) return value >= goal.least;
  if (ratio === null) return false;
  return "leastRatio" in goal ? ratio >= goal.leastRatio : ratio <= goal.mostRatio;
}

/** The value that `share` (0 to 1) of the values do not exceed: the nearest rank, so one that was measured. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const found = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  if (found === undefined) throw new Error("there is no percentile of nothing");
  return found;
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

const HEAD = ["", "NexBasira", "bare", "ratio", "goal", "holds"];

/** The result as a table for people. */
export function formatTable({ bench, machine, rows }: BenchResult): string {
  const cells = rows.map(({ name, value, unit, baseline, ratio, goal, holds }) => [
    name,
    `${value} ${unit}`,
    baseline === null ? "" : `${baseline} ${unit}`,
    ratio === null ? "" : ratio.toFixed(2),
    goal ?? "",
    holds === null ? "" : holds ? "yes" : "NO",
  ]);
  const widths = HEAD.map((_, column) => Math.max(...[HEAD, ...cells].map((line) => line[column]?.length ?? 0)));
  const lines = [HEAD, widths.map((width) => "─".repeat(width)), ...cells].map((line) =>
    line
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join("  ")
      .trimEnd(),
  );
  return [`${bench} on ${machine}`, "", ...lines].join("\n");
}

function rounded(value: number): number {
  return Number(value.toPrecision(DIGITS));
}
