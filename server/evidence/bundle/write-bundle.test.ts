import { execFile } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { promisify } from "node:util";
import { deriveSealingKeys } from "@nexbasira/core/sealing/sealing-keys.ts";
import { DiskStorage } from "@nexbasira/core/storage/storage.ts";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { BundledFile } from "./lay-out-bundle.ts";
import { DamagedFile, writeBundle } from "./write-bundle.ts";

const run = promisify(execFile);
const AT = new Date("2026-05-23T11:42:16Z");
const NEVER = new AbortController().signal;

let folder: string;
let storage: DiskStorage;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "bundle-"));
  storage = new DiskStorage(join(folder, "storage"));
});
afterEach(() => rm(folder, { recursive: true }));

async function store(path: string, content: Uint8Array): Promise<BundledFile> {
  const { key, sha256, size } = await storage.put(content);
  return { path, key, sha256, size };
}

/** Writes a bundle to a file, and has another program test it. */
async function writeFile(stored: BundledFile[], signal = NEVER): Promise<string> {
  const path = join(folder, "bundle.zip");
  const made = [{ path: "README.txt", content: "Žluťoučký kůň\r\n".repeat(200) }];
  await writeBundle({ made, stored, at: AT }, storage, Writable.toWeb(createWriteStream(path)), signal);
  await run("unzip", ["-tq", path]);
  return path;
}

async function unpack(zip: string, path: string): Promise<Buffer> {
  return (await run("unzip", ["-p", zip, path], { encoding: "buffer", maxBuffer: 64_000_000 })).stdout;
}

describe.each([
  ["as they are", []],
  ["encrypted", deriveSealingKeys([Buffer.alloc(32, 7).toString("base64url")])],
])("files that are stored %s", (_, keys) => {
  beforeEach(() => {
    storage = new DiskStorage(join(folder, "storage"), keys);
  });

  test("are in the bundle byte for byte, stored and not deflated; texts are deflated", async () => {
    const photo = randomBytes(300_000);
    const zip = await writeFile([
      await store("items/0001-evd_1.jpg", photo),
      await store("items/0002-evd_2.bin", new Uint8Array()),
    ]);
    expect((await unpack(zip, "items/0001-evd_1.jpg")).equals(photo)).toBe(true);
    expect((await unpack(zip, "items/0002-evd_2.bin")).length).toBe(0);
    expect((await unpack(zip, "README.txt")).toString()).toMatch(/^Žluťoučký kůň\r\n/);
    const { stdout } = await run("zipinfo", [zip]);
    expect(stdout).toMatch(/ stor 26-May-23 .* items\/0001-evd_1\.jpg/);
    expect(stdout).toMatch(/ def\w .* README\.txt/);
  });
});

test("a file that is no longer what it was does not go out silently: the bundle stays without an end", async () => {
  const file = await store("evidence.pdf", randomBytes(100_000));
  const handle = await open(join(folder, "storage", "files", file.key), "r+");
  await handle.write(Buffer.from("?"), 0, 1, 50_000);
  await handle.close();
  await expect(writeFile([file])).rejects.toThrow(DamagedFile);
  await expect(run("unzip", ["-tq", join(folder, "bundle.zip")])).rejects.toThrow();
});

test("a file that is gone by then breaks the bundle off", async () => {
  const file = { path: "evidence.pdf", key: `ab/ab${"0".repeat(62)}`, sha256: "0".repeat(64), size: 5 };
  await expect(writeFile([file])).rejects.toThrow("ENOENT");
});

test("whoever goes away stops the reading, and every file is closed", async () => {
  const bytes = Buffer.alloc(4_000_000, "a");
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  let read = 0;
  let closed = 0;
  const gone = new AbortController();
  const slow = {
    open: async () => ({
      size: bytes.length,
      async *read() {
        for (let at = 0; at < bytes.length; at += 65_536) {
          read += 1;
          yield bytes.subarray(at, at + 65_536);
        }
      },
      close: async () => {
        closed += 1;
      },
      path: null,
      sha256: null,
      current: true,
    }),
  };
  let taken = 0;
  const to = new WritableStream<Uint8Array>({
    write: ({ length }) => {
      taken += length;
      if (taken > 200_000) gone.abort(new Error("the client went away"));
    },
  });
  const file = { path: "a", key: "k", sha256, size: bytes.length };
  await expect(writeBundle({ made: [], stored: [file, file], at: AT }, slow, to, gone.signal)).rejects.toThrow();
  expect(closed).toBe(1);
  expect(read).toBeLessThan(40);
});
