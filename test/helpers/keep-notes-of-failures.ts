import { relative } from "node:path";
import { afterAll, afterEach } from "vitest";
import { keepNotes } from "./failure-notes.ts";

/* Loaded before each test file that has processes or pages. */

const ROOT = `${import.meta.dirname}/../..`;

afterEach(async ({ task }) => {
  if (task.result?.state === "fail") await keepNotes(relative(ROOT, task.file.filepath), task.name);
});

// biome-ignore lint/correctness/noEmptyPattern: vitest reads from the pattern what is to be given, and insists on one.
afterAll(async ({}, suite) => {
  // What failed before the tests: pages are closed by now, what processes said is still there.
  if (suite.result?.state === "fail") await keepNotes(relative(ROOT, suite.file.filepath), "outside of its tests");
});
