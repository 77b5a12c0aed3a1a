import { z } from "zod";

/** vitest's JSON report, as far as it is counted. */
const schema = z.object({
  testResults: z.array(z.object({ status: z.string(), assertionResults: z.array(z.object({ status: z.string() })) })),
});

/**
 * Counts the tests of a vitest run from its report, which is undefined where vitest ended without one, and its exit code.
 * What did not pass has failed: skipped tests, a file that could not be loaded, an error outside of all tests.
 */
export function countResults(report: string | undefined, code: number | null): { passed: number; failed: number } {
  if (report === undefined) return { passed: 0, failed: 1 };
  let passed = 0;
  let failed = 0;
  for (const { status, assertionResults } of schema.parse(JSON.parse(report)).testResults) {
    const good = assertionResults.filter((result) => result.status === "passed").length;
    const bad = assertionResults.length - good;
    passed += good;
    failed += bad === 0 && (status !== "passed" || good === 0) ? 1 : bad;
  }
  if (failed === 0 && (code !== 0 || passed === 0)) failed = 1;
  return { passed, failed };
}
