import { buffer } from "node:stream/consumers";
import { BlobReader, TextWriter, ZipReader } from "@zip.js/zip.js";
import { expect, test } from "vitest";
import { streamZip, type ZipFile } from "./stream-zip.ts";

const modified = new Date("2026-05-23T11:42:16Z");

async function* given(...files: ZipFile[]): AsyncGenerator<ZipFile> {
  yield* files;
}

test("an archive has its files in order, whole, with their times", async () => {
  async function* parts(): AsyncGenerator<Uint8Array> {
    yield Buffer.from("first ");
    yield Buffer.from("second");
  }
  const bytes = await buffer(
    streamZip(
      given(
        { name: "README.txt", content: "Přečti mě", modified, compressed: true },
        { name: "items/0001.bin", content: parts(), modified, compressed: false },
      ),
    ),
  );
  const entries = await new ZipReader(new BlobReader(new Blob([bytes]))).getEntries();
  expect(entries.map(({ filename }) => filename)).toEqual(["README.txt", "items/0001.bin"]);
  const texts = entries.map((entry) =>
    entry.directory ? "" : entry.getData(new TextWriter(), { useWebWorkers: false }),
  );
  expect(await Promise.all(texts)).toEqual(["Přečti mě", "first second"]);
  expect(entries.map(({ lastModDate }) => lastModDate)).toEqual([modified, modified]);
});

test("a file that cannot be read ends the archive with its error", async () => {
  async function* broken(): AsyncGenerator<Uint8Array> {
    yield Buffer.from("half");
    throw new Error("the disk is gone");
  }
  const archive = streamZip(given({ name: "a", content: broken(), modified, compressed: false }));
  await expect(buffer(archive)).rejects.toThrow("the disk is gone");
});

test("nothing is read ahead of whoever reads the archive", async () => {
  let read = 0;
  async function* many(): AsyncGenerator<Uint8Array> {
    for (; read < 1000; read++) yield Buffer.alloc(64 * 1024);
  }
  const archive = streamZip(given({ name: "a", content: many(), modified, compressed: false }));
  const { value } = await archive[Symbol.asyncIterator]().next();
  expect(value).toBeDefined();
  expect(read).toBeLessThan(100);
  archive.destroy();
});
