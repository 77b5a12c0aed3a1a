import { createHash, randomBytes } from "node:crypto";
import { copyFile, mkdir, mkdtemp, readdir, readFile, rename, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { BrokenSeal } from "../sealing/sealed-format.ts";
import { deriveSealingKeys, NO_SEALING_KEYS } from "../sealing/sealing-keys.ts";
import { DiskStorage } from "./storage.ts";

const newKey = () => randomBytes(32).toString("base64url");
const [first, second] = [newKey(), newKey()];

let root: string;
let storage: DiskStorage;

const sha256 = (bytes: Uint8Array | string) => createHash("sha256").update(bytes).digest("hex");
const temporaries = () => readdir(join(root, "temporary"));
const read = async (key: string) => (await storage.read(key)).toString();

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const collected: T[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "nexbasira-storage-"));
});
afterEach(() => rm(root, { recursive: true, force: true }));

describe.each([
  { kept: "as they are", keys: NO_SEALING_KEYS, place: "files" },
  { kept: "encrypted", keys: deriveSealingKeys([first]), place: "sealed" },
])("where files are kept $kept", ({ keys, place }) => {
  beforeEach(() => {
    storage = new DiskStorage(root, keys);
  });

  test("a file is found under the hash of its bytes", async () => {
    const file = await storage.put(Buffer.from("evidence"));
    expect(file).toEqual({
      key: `${sha256("evidence").slice(0, 2)}/${sha256("evidence")}`,
      sha256: sha256("evidence"),
      size: 8,
    });
    expect(await read(file.key)).toBe("evidence");
    expect(await temporaries()).toEqual([]);
  });

  test("the same bytes, put by many at once, are one file that is whole all the time", async () => {
    const bytes = randomBytes(300_000);
    const { key } = await storage.put(bytes);
    const puts = Array.from({ length: 20 }, () => storage.put(bytes));
    const reads = Array.from({ length: 20 }, () => storage.read(key));
    expect((await Promise.all(reads)).every((found) => found.equals(bytes))).toBe(true);
    expect(new Set((await Promise.all(puts)).map((file) => file.key))).toEqual(new Set([key]));
    expect(await collect(storage.list())).toHaveLength(1);
    expect(await temporaries()).toEqual([]);
  });

  test("an empty file is a file", async () => {
    const file = await storage.put(new Uint8Array());
    expect(file).toMatchObject({ size: 0, sha256: sha256("") });
    expect(await storage.read(file.key)).toHaveLength(0);
  });

  test("a finished file is taken over, and is gone from where it was", async () => {
    const path = await storage.temporaryPath();
    await writeFile(path, "recording");
    const file = await storage.adopt(path);
    expect(file.sha256).toBe(sha256("recording"));
    expect(await read(file.key)).toBe("recording");
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

  test("a stream is stored where it is what was expected, and leaves nothing where it is not or breaks off", async () => {
    async function* stream() {
      yield Buffer.from("rec");
      yield Buffer.from("ording");
    }
    async function* broken() {
      yield Buffer.from("rec");
      throw new Error("the line is dead");
    }
    const expected = { sha256: sha256("recording"), size: 9 };
    expect(await storage.take(stream(), { ...expected, sha256: sha256("another") })).toBeUndefined();
    expect(await storage.take(stream(), { ...expected, size: 8 })).toBeUndefined();
    await expect(storage.take(broken(), expected)).rejects.toThrow("the line is dead");
    expect(await collect(storage.list())).toEqual([]);
    expect((await storage.take(stream(), expected))?.sha256).toBe(expected.sha256);
    expect(await temporaries()).toEqual([]);
  });

  test("a part of a file is read alone", async () => {
    const bytes = randomBytes(200_000);
    const content = await storage.open((await storage.put(bytes)).key);
    expect(content.size).toBe(bytes.length);
    const parts = await collect(content.read(65_530, 131_080));
    expect(Buffer.concat(parts).equals(bytes.subarray(65_530, 131_080))).toBe(true);
    expect(await collect(content.read(5, 5))).toEqual([]);
    await content.close();
  });

  test("a program finds a whole file at a path for as long as it is at work", async () => {
    const bytes = randomBytes(200_000);
    const { key } = await storage.put(bytes);
    const path = await storage.withFile(key, async (given) => {
      expect((await readFile(given)).equals(bytes)).toBe(true);
      expect(sha256(await readFile(given))).toBe(key.slice(3));
      return given;
    });
    if (place === "sealed") await expect(readFile(path)).rejects.toThrow();
    await expect(storage.withFile(key, () => Promise.reject(new Error("it cannot")))).rejects.toThrow("it cannot");
    expect(await temporaries()).toEqual([]);
    expect((await storage.read(key)).equals(bytes)).toBe(true);
  });

  test("a file that is not there is missing, and no key leads out of the folder", async () => {
    await expect(storage.read(`aa/${"a".repeat(64)}`)).rejects.toMatchObject({ code: "ENOENT" });
    for (const key of ["../../etc/passwd", "aa/../../x", "", "aa/AA", `aa/${"a".repeat(63)}`, `AA/${"a".repeat(64)}`]) {
      await expect(storage.read(key)).rejects.toThrow("not a storage key");
    }
  });

  test("a put that fails leaves no part of it", async () => {
    await storage.put(Buffer.from("x"));
    const [path = ""] = await collect(storage.list());
    await rm(dirname(path), { recursive: true });
    await writeFile(dirname(path), "a file where the folder has to be");
    await expect(storage.put(Buffer.from("x"))).rejects.toThrow();
    expect(await temporaries()).toEqual([]);
  });

  test("what a killed process has left is removed once nothing of it has been written for a while", async () => {
    const [left, current, growing] = [
      await storage.temporaryPath(),
      await storage.temporaryPath(),
      await storage.temporaryPath(),
    ];
    await mkdir(left);
    await mkdir(growing);
    await writeFile(join(left, "half.mkv"), "half");
    await writeFile(join(growing, "half.mkv"), "half");
    await writeFile(current, "half");
    const yesterday = new Date(Date.now() - 24 * 3600 * 1000);
    for (const path of [join(left, "half.mkv"), left, growing]) await utimes(path, yesterday, yesterday);
    await storage.sweepTemporary(3600 * 1000);
    expect((await temporaries()).map((name) => join(root, "temporary", name)).sort()).toEqual(
      [current, growing].sort(),
    );
  });
});

describe("with keys", () => {
  const keys = deriveSealingKeys([first]);
  const TEXT = "the roof of 12 Hill Road, Mrs Novotná";

  /** Every byte below the root, names included. */
  async function everything(): Promise<string> {
    const entries = await readdir(root, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile());
    const bytes = await Promise.all(files.map((file) => readFile(join(file.parentPath, file.name), "latin1")));
    return [...entries.map(({ name }) => name), ...bytes].join("\n");
  }

  test("neither content nor hash can be found on the disk", async () => {
    storage = new DiskStorage(root, keys);
    const { key } = await storage.put(Buffer.from(TEXT));
    const path = await storage.temporaryPath();
    await writeFile(path, `${TEXT}, again`);
    await storage.adopt(path);
    const found = await everything();
    expect(found).not.toContain("Hill Road");
    expect(found).not.toContain(key.slice(3));
    expect(found).not.toContain(Buffer.from(key.slice(3), "hex").toString("latin1"));
  });

  test("a file from before there were keys is read, and one of another key with the list of both", async () => {
    const { key } = await new DiskStorage(root).put(Buffer.from(TEXT));
    storage = new DiskStorage(root, keys);
    expect(await read(key)).toBe(TEXT);
    const other = await storage.put(Buffer.from("under the first"));
    storage = new DiskStorage(root, deriveSealingKeys([second, first]));
    expect(await read(other.key)).toBe("under the first");
    storage = new DiskStorage(root, deriveSealingKeys([second]));
    await expect(storage.read(other.key)).rejects.toMatchObject({ code: "ENOENT" });
  });

  test("a file in another one's place is found", async () => {
    storage = new DiskStorage(root, keys);
    const one = await storage.put(Buffer.from("one"));
    const [path = ""] = await collect(storage.list());
    await rename(path, `${root}/kept`);
    await storage.put(Buffer.from("two"));
    const [two = ""] = await collect(storage.list());
    await mkdir(dirname(path), { recursive: true });
    await copyFile(two, path);
    await expect(storage.read(one.key)).rejects.toThrow(BrokenSeal);
  });

  test("all files can be encrypted under a new key while they are read", async () => {
    const texts = Array.from({ length: 20 }, (_, i) => `${TEXT} ${i}`.repeat(10_000));
    const plain = new DiskStorage(root);
    const old = new DiskStorage(root, keys);
    const files = await Promise.all(texts.map((text, i) => (i % 2 ? plain : old).put(Buffer.from(text))));
    storage = new DiskStorage(root, deriveSealingKeys([second, first]));
    const paths = await collect(storage.list());
    let reading = true;
    const reads = (async () => {
      let count = 0;
      for (; reading; count++) expect(await read(files[count % 20]?.key ?? "")).toBe(texts[count % 20]);
      return count;
    })();
    for (const path of paths) expect(await storage.reseal(path)).toBe("done");
    reading = false;
    expect(await reads).toBeGreaterThan(0);
    for await (const path of storage.list()) expect(await storage.reseal(path)).toBe("was current");
    storage = new DiskStorage(root, deriveSealingKeys([second]));
    for (const [i, { key }] of files.entries()) expect(await read(key)).toBe(texts[i]);
    expect(await everything()).not.toContain("Hill Road");
  });

  test("a damaged file is not encrypted anew as if it were whole", async () => {
    storage = new DiskStorage(root, keys);
    const { key } = await new DiskStorage(root).put(Buffer.from(TEXT));
    const [path = ""] = await collect(storage.list());
    await writeFile(path, "something else");
    await expect(storage.reseal(path)).rejects.toThrow("not what its name says");
    expect(await readFile(path, "utf8")).toBe("something else");
    expect(await read(key)).toBe("something else");
    expect(await temporaries()).toEqual([]);
  });
});
