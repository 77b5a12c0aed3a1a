/**
 * `npm run bench -- NAME`: measures a part of the product beside the bare tools in the same run and prints a table, or
 * with `--json` one JSON object. The status is 0 when it was measured, whatever the figures are.
 */
import { parseArgs } from "node:util";
import { type BenchResult, formatTable, toRow } from "../helpers/bench-report.ts";
import { api } from "./api.ts";
import type { Bench } from "./bench.ts";
import { boards } from "./boards.ts";
import { calls } from "./calls.ts";
import { capture } from "./capture.ts";
import { Cleanup } from "./cleanup.ts";
import { evidence } from "./evidence.ts";
import { log } from "./log.ts";
import { describeMachine } from "./machine.ts";
import { recording } from "./recording.ts";
import { verify } from "./verify.ts";
import { webhooks } from "./webhooks.ts";

const BENCHES: Record<string, Bench> = { api, boards, calls, capture, evidence, log, recording, verify, webhooks };

/** Cleaning up waits for processes to end in good order. */
const CLEANUP_LIMIT_MS = 60_000;
const INTERRUPTED = 130;

class UsageError extends Error {}

function readCommandLine(args: string[]) {
  const [name = "", ...rest] = args;
  const bench = BENCHES[name];
  if (!bench) throw new UsageError(name === "" ? "which bench?" : `there is no bench ${name}`);
  const numbers = Object.keys(bench.options).map((option) => [option, { type: "string" }] as const);
  const { values } = parseArgs({
    args: rest,
    options: { json: { type: "boolean", default: false }, ...Object.fromEntries(numbers) },
  });
  const options = { ...bench.options };
  for (const option of Object.keys(options)) {
    const value: unknown = Reflect.get(values, option);
    if (value === undefined) continue;
    const number = Number(value);
    if (!Number.isSafeInteger(number) || number < 1) throw new UsageError(`--${option} takes a whole number from 1`);
    options[option] = number;
  }
  return { name, bench, options, json: values.json === true };
}

/** Ours, or what `parseArgs` throws. */
function isUsageError(error: unknown): error is Error {
  if (error instanceof UsageError) return true;
  return error instanceof Error && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS");
}

function usage(): string {
  const lines = Object.entries(BENCHES).map(([name, { about, options }]) => {
    const settings = Object.entries(options).map(([option, number]) => `[--${option} ${number}]`);
    return `  ${[name, ...settings].join(" ")}\n      ${about}`;
  });
  return `npm run bench -- NAME [--json]\n${lines.join("\n")}`;
}

/** Runs a bench within its time; nothing of it is left when this resolves or rejects. */
async function measure(command: ReturnType<typeof readCommandLine>): Promise<BenchResult> {
  const { name, bench, options } = command;
  const cleanup = new Cleanup();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.once(signal, () => void bounded(cleanup.run()).finally(() => process.exit(INTERRUPTED)));
  }
  process.on("uncaughtException", (error) => {
    console.error(error);
    void bounded(cleanup.run()).finally(() => process.exit(1));
  });
  const machine = describeMachine();
  const limit_s = bench.limit_s(options);
  let timer: NodeJS.Timeout | undefined;
  const overdue = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${name} took more than ${limit_s} s`)), limit_s * 1000);
  });
  try {
    const measured = await Promise.race([
      bench.run({ cleanup, say: (text) => process.stderr.write(`${text}\n`) }, options),
      overdue,
    ]);
    return { bench: name, machine: machine(), rows: measured.map(toRow) };
  } finally {
    clearTimeout(timer);
    await bounded(cleanup.run());
  }
}

/** Waits for it, but not for ever. */
async function bounded(work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, CLEANUP_LIMIT_MS);
  });
  await Promise.race([work, limit]);
  clearTimeout(timer);
}

async function main(): Promise<number> {
  try {
    const command = readCommandLine(process.argv.slice(2));
    const result = await measure(command);
    console.log(command.json ? JSON.stringify(result) : `\n${formatTable(result)}`);
    return 0;
  } catch (error) {
    if (!isUsageError(error)) {
      console.error(error);
      return 1;
    }
    console.error(`${error.message}\n\n${usage()}`);
    return 2;
  }
}

process.exitCode = await main();
// What a bench that failed has left running must not keep it: all that is worth it was cleaned up.
setTimeout(() => process.exit(), 2_000).unref();
