import { mkdtemp, readdir, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { removeAbandoned } from "./remove-abandoned.ts";

test("files that nobody has written to for long are removed, the others stay", async () => {
  const directory = await mkdtemp(join(tmpdir(), "nexbasira-abandoned-"));
  for (const name of ["old", "old.json", "new"]) await writeFile(join(directory, name), name);
  const longAgo = new Date(Date.now() - 60_000);
  for (const name of ["old", "old.json"]) await utimes(join(directory, name), longAgo, longAgo);
  await removeAbandoned(directory, 30_000);
  expect(await readdir(directory)).toEqual(["new"]);
  await rm(directory, { recursive: true });
});
