import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { keptSecrets } from "./secrets.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "secrets-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test("secrets are made once, are long enough, and only their owner reads them", async () => {
  const file = join(folder, "secrets.json");
  const made = await keptSecrets(file);
  expect(Buffer.from(made.MASTER_KEYS, "base64url")).toHaveLength(32);
  expect(made.MASTER_KEYS).toMatch(/^[\w-]{43}=$/);
  expect(Buffer.from(made.AUTH_SECRET, "hex")).toHaveLength(32);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(await keptSecrets(file)).toEqual(made);
});

test("a damaged file is refused and left as it is: its keys may still be read from it", async () => {
  const file = join(folder, "secrets.json");
  await writeFile(file, '{ "MASTER_KEYS": ');
  await expect(keptSecrets(file)).rejects.toThrow(`${file} is damaged`);
  expect((await stat(file)).size).toBeGreaterThan(0);
});
