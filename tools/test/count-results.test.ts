import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { PROJECT } from "../setup/paths.mjs";
import { countResults, listLeftOut } from "./count-results.ts";

let folder: string;

beforeAll(() => {
  // Inside the project, where its vitest is found.
  folder = mkdtempSync(join(PROJECT, "node_modules", ".count-results-"));
  writeFileSync(join(folder, "vitest.config.mjs"), "export default {};");
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs vitest on one test file of the given content. */
function count(content: string): { passed: number; failed: number } {
  writeFileSync(join(folder, "x.test.mjs"), `import { expect, test } from "vitest";\n${content}`);
  const report = join(folder, "report.json");
  rmSync(report, { force: true });
  const vitest = join(PROJECT, "node_modules/vitest/vitest.mjs");
  const args = ["run", "--root", folder, "--dir", folder, "--reporter=json", `--outputFile=${report}`];
  const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^VITEST|^TEST$/.test(name)));
  const { status } = spawnSync(process.execPath, [vitest, ...args], { env: environment, stdio: "ignore" });
  return countResults(readFileSync(report, "utf8"), status);
}

test("passed and failed tests are counted", { timeout: 60_000 }, () => {
  expect(count('test("a", () => {}); test("b", () => { expect(1).toBe(2); }); test("c", () => {});')).toEqual({
    passed: 2,
    failed: 1,
  });
});

test("skipped and planned tests count as failed", { timeout: 60_000 }, () => {
  expect(count('test("a", () => {}); test.skip("b", () => {}); test.todo("c");')).toEqual({ passed: 1, failed: 2 });
});

test("what is skipped for want of Java does not count, and is named", { timeout: 60_000 }, () => {
  expect(count('test("a", () => {}); test.skip("b (needs Java)", () => {});')).toEqual({ passed: 1, failed: 0 });
  expect(listLeftOut(readFileSync(join(folder, "report.json"), "utf8"))).toEqual(["b (needs Java)"]);
});

test("a file that cannot be loaded, and one without a test, count as failed", { timeout: 60_000 }, () => {
  expect(count('throw new Error("no");')).toEqual({ passed: 0, failed: 1 });
  expect(count("expect(1).toBe(1);")).toEqual({ passed: 0, failed: 1 });
});

test("an error outside of all tests counts as failed", { timeout: 60_000 }, () => {
  expect(count('Promise.reject(new Error("nobody waits")); test("a", () => {});')).toEqual({ passed: 1, failed: 1 });
});

test("a vitest that ends without a report counts as one failed", () => {
  expect(countResults(undefined, 1)).toEqual({ passed: 0, failed: 1 });
});
