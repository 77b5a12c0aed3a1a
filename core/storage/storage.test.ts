import { createHash, randomBytes } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { DiskStorage } from "./storage.ts";

let root: string;
let storage: DiskStorage;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "nexbasira-storage-"));
  storage = new DiskStorage(root);
});
afterEach(() => rm(root, { recursive: true, force: true }));

const sha256 = (bytes: Uint8Array | string) => createHash("sha256").update(bytes).digest("hex");
const temporaries = () => readdir(join(root, "temporary"));

test("a file is found under the hash of its bytes", async () => {
  const file = await storage.put(Buffer.from("evidence"));
  expect(file).toEqual({
    key: `${sha256("evidence").slice(0, 2)}/${sha256("evidence")}`,
    sha256: sha256("evidence"),
    size: 8,
  });
  expect(await readFile(storage.path(file.key), "utf8")).toBe("evidence");
  expect(await temporaries()).toEqual([]);
});

test("the same bytes, put by many at once, are one file that is whole all the time", async () => {
  const bytes = randomBytes(300_000);
  const { key } = await storage.put(bytes);
  const puts = Array.from({ length: 20 }, () => storage.put(bytes));
  const reads = Array.from({ length: 20 }, () => readFile(storage.path(key)));
  expect((await Promise.all(reads)).every((read) => read.equals(bytes))).toBe(true);
  expect(new Set((await Promise.all(puts)).map((file) => file.key))).toEqual(new Set([key]));
  expect(await readdir(join(root, "files", key.slice(0, 2)))).toEqual([key.slice(3)]);
  expect(await temporaries()).toEqual([]);
});

test("an empty file is a file", async () => {
  const file = await storage.put(new Uint8Array());
  expect(file).toMatchObject({ size: 0, sha256: sha256("") });
  expect(await readFile(storage.path(file.key))).toHaveLength(0);
});

test("a finished file is taken over, and is gone from where it was", async () => {
  const path = await storage.temporaryPath();
  await writeFile(path, "recording");
  const file = await storage.adopt(path);
  expect(file.sha256).toBe(sha256("recording"));
  expect(await readFile(storage.path(file.key), "utf8")).toBe("recording");
  expect(await temporaries()).toEqual([]);
});

test("a file of another hash or size than expected stays where it is", async () => {
  const path = await storage.temporaryPath();
  await writeFile(path, "recording");
  expect(await storage.adopt(path, { sha256: sha256("another"), size: 9 })).toBeUndefined();
  expect(await storage.adopt(path, { sha256: sha256("recording"), size: 8 })).toBeUndefined();
  expect(await readFile(path, "utf8")).toBe("recording");
  expect((await storage.adopt(path, { sha256: sha256("recording"), size: 9 }))?.size).toBe(9);
});

test("no key leads out of the folder", () => {
  for (const key of ["../../etc/passwd", "aa/../../x", "", "aa/AA", `aa/${"a".repeat(63)}`, `AA/${"a".repeat(64)}`]) {
    expect(() => storage.path(key)).toThrow("not a storage key");
  }
});

test("a put that fails leaves no part of it", async () => {
  await mkdir(join(root, "files"), { recursive: true });
  await writeFile(join(root, "files", sha256("x").slice(0, 2)), "a file where the folder has to be");
  await expect(storage.put(Buffer.from("x"))).rejects.toThrow();
  expect(await temporaries()).toEqual([]);
});

test("what a killed process has left is removed once it is old", async () => {
  const [left, current] = [await storage.temporaryPath(), await storage.temporaryPath()];
  await mkdir(left);
  await writeFile(join(left, "half.mkv"), "half");
  await writeFile(current, "half");
  const yesterday = new Date(Date.now() - 24 * 3600 * 1000);
  await utimes(left, yesterday, yesterday);
  await storage.sweepTemporary(3600 * 1000);
  expect((await temporaries()).map((name) => join(root, "temporary", name))).toEqual([current]);
});
