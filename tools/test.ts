/**
 * `npm test`: the checks, then all tests, and as the last line how many of both passed and failed. A test that is skipped
 * counts as failed, unless it needs Java and there is none: those are named. Arguments are vitest's, such as a part of a file's path.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { glob, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runChecks } from "./check/run-checks.ts";
import { PROJECT } from "./setup/paths.mjs";
import { countResults, listLeftOut } from "./test/count-results.ts";

/** Where tests that fail leave what there was to see. */
const NOTES = join(PROJECT, "test-results");

const checks = await runChecks();
await rm(NOTES, { recursive: true, force: true });
const tests = await runTests(process.argv.slice(2));
for await (const name of glob("**/summary.txt", { cwd: NOTES })) console.log(await readFile(join(NOTES, name), "utf8"));
const passed = checks.passed + tests.passed;
const failed = checks.failed + tests.failed;
console.log(`${passed} passed, ${failed} failed`);
if (failed > 0) process.exitCode = 1;

async function runTests(args: string[]): Promise<{ passed: number; failed: number }> {
  const folder = await mkdtemp(join(tmpdir(), "nexbasira-results-"));
  const file = join(folder, "results.json");
  try {
    const vitest = join(PROJECT, "node_modules/vitest/vitest.mjs");
    const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${file}`];
    const child = spawn(process.execPath, [vitest, "run", ...reporters, ...args], { cwd: PROJECT, stdio: "inherit" });
    const [code] = await once(child, "exit");
    const report = await readFile(file, "utf8").catch(() => undefined);
    for (const name of listLeftOut(report)) console.log(`left out, no Java with Maven was found: ${name}`);
    return countResults(report, code);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
