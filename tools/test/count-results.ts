import { z } from "zod";

const Result = z.object({ status: z.string(), fullName: z.string() });
type Result = z.infer<typeof Result>;

/**
 * A test of others' programs in Java where there is none, by the name that it has for that. With CI set such tests are
 * not skipped, so that they cannot be left out there without anybody seeing it.
 */
const isLeftOut = ({ status, fullName }: Result): boolean =>
  ["skipped", "pending"].includes(status) && fullName.includes("(needs Java)");

/** vitest's JSON report, as far as it is counted. */
const schema = z.object({
  testResults: z.array(z.object({ status: z.string(), assertionResults: z.array(Result) })),
});

/**
 * Counts the tests of a vitest run from its report, which is undefined where vitest ended without one, and its exit code.
 * What did not pass has failed, but for what is left out for want of Java: skipped tests, a file that could not be loaded, an error outside of all tests.
 */
export function countResults(report: string | undefined, code: number | null): { passed: number; failed: number } {
  if (report === undefined) return { passed: 0, failed: 1 };
  let passed = 0;
  let failed = 0;
  for (const { status, assertionResults } of schema.parse(JSON.parse(report)).testResults) {
    const good = assertionResults.filter((result) => result.status === "passed").length;
    const left = assertionResults.filter(isLeftOut).length;
    const bad = assertionResults.length - good - left;
    passed += good;
    failed += bad === 0 && (status !== "passed" || good + left === 0) ? 1 : bad;
  }
  if (failed === 0 && (code !== 0 || passed === 0)) failed = 1;
  return { passed, failed };
}

/** The names of the tests that were left out for want of Java. */
export function listLeftOut(report: string | undefined): string[] {
  if (report === undefined) return [];
  const { testResults } = schema.parse(JSON.parse(report));
  return testResults.flatMap(({ assertionResults }) =>
    assertionResults.filter(isLeftOut).map(({ fullName }) => fullName),
  );
}
