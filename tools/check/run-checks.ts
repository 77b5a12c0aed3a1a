import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { styleText } from "node:util";
import { PROJECT } from "../setup/paths.mjs";
import { checkImports } from "./imports.ts";
import { checkLicences } from "./licences.ts";
import { checkTranslations } from "./translations.ts";

interface Check {
  name: string;
  /** Answers what is wrong; empty if nothing is. */
  run(): Promise<string> | string;
}

/** Tools that end with another code than 0 say what is wrong, warnings included. */
const CHECKS: Check[] = [
  { name: "types", run: () => tool("typescript/bin/tsc", "--noEmit", "-p", ".") },
  { name: "unused code", run: () => tool("knip/bin/knip.js", "--no-progress", "--no-config-hints") },
  {
    name: "format and lint",
    run: () => tool("@biomejs/biome/bin/biome", "ci", "--colors=off", "--error-on-warnings", "."),
  },
  { name: "licences", run: async () => (await checkLicences()).join("\n") },
  { name: "import directions", run: () => checkImports().join("\n") },
  { name: "translations", run: () => checkTranslations().join("\n") },
];

/** At once: the tools use a core or more each. */
const PARALLEL = 2;

/** Runs all checks, prints a line for each and what the failed ones say, and answers how many passed and failed. */
export async function runChecks(): Promise<{ passed: number; failed: number }> {
  const waiting = [...CHECKS];
  const results: boolean[] = [];
  const takeTurns = async () => {
    for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) results.push(await report(check));
  };
  await Promise.all(Array.from({ length: PARALLEL }, takeTurns));
  const passed = results.filter(Boolean).length;
  return { passed, failed: results.length - passed };
}

async function report({ name, run }: Check): Promise<boolean> {
  const start = performance.now();
  const fault = await Promise.resolve()
    .then(run)
    .catch((error: unknown) => (error instanceof Error ? (error.stack ?? error.message) : String(error)));
  const mark = fault === "" ? styleText("green", "✓") : styleText("red", "✗");
  console.log(`${mark} ${name.padEnd(20)} ${((performance.now() - start) / 1000).toFixed(1)} s`);
  if (fault !== "") console.log(`${fault}\n`);
  return fault === "";
}

/** Runs a program of a package in node_modules; answers its output if it failed. */
async function tool(script: string, ...args: string[]): Promise<string> {
  const child = spawn(process.execPath, [join(PROJECT, "node_modules", script), ...args], {
    cwd: PROJECT,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [output, errors, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  return code === 0 ? "" : `${output}${errors}`.trim() || `${script} ended with ${code}.`;
}
