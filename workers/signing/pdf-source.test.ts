import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deriveSealingKeys } from "@nexbasira/core/sealing/sealing-keys.ts";
import { DiskStorage } from "@nexbasira/core/storage/storage.ts";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  type ByteSpan,
  digestPdf,
  firstBytes,
  pdfInMemory,
  readPdf,
  storePdf,
  withIncrement,
  withStoredPdf,
} from "./pdf-source.ts";

const base = randomBytes(700_000);
const increment = randomBytes(1000);
const whole = Buffer.concat([base, increment]);

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "pdf-source-"));
});
afterEach(() => rm(folder, { recursive: true }));

function digestOf(spans: readonly ByteSpan[]): string {
  const hash = createHash("sha384");
  for (const [start, end] of spans) hash.update(whole.subarray(start, end));
  return hash.digest("hex");
}

const SPANS: ByteSpan[][] = [
  [[0, whole.length]],
  [
    [0, base.length + 100],
    [base.length + 300, whole.length],
  ],
  [
    [0, 100],
    [300, whole.length],
  ],
  [[0, base.length]],
  [[100, whole.length]],
  [[0, 0]],
  [],
];

describe("a PDF with an increment", () => {
  test("is read across the border between the two", () => {
    const pdf = withIncrement(pdfInMemory(base), increment);
    for (const [start, end] of [
      [0, 10],
      [base.length - 10, base.length],
      [base.length - 10, base.length + 10],
      [base.length, base.length + 10],
      [whole.length - 10, whole.length + 10],
      [whole.length + 5, whole.length + 10],
    ] as const) {
      expect(Buffer.from(pdf.read(start, end)).equals(whole.subarray(start, end)), `${start}`).toBe(true);
    }
    expect(Buffer.from(readPdf(firstBytes(pdf, base.length))).equals(base)).toBe(true);
  });

  test("has the same digests in storage, however often they are asked for, as in memory", async () => {
    const storage = new DiskStorage(folder);
    const { key } = await storage.put(base);
    await withStoredPdf(storage, key, async (stored) => {
      for (const pdf of [withIncrement(stored, increment), withIncrement(pdfInMemory(base), increment)]) {
        for (const spans of [...SPANS, ...SPANS]) {
          expect(Buffer.from(await digestPdf(pdf, "SHA-384", spans)).toString("hex")).toBe(digestOf(spans));
        }
      }
    });
  });

  test.each([
    ["as it is", false],
    ["encrypted", true],
  ])("is stored %s, from a file that is stored so, and nothing is left over", async (_name, isSealed) => {
    const storage = isSealed
      ? new DiskStorage(folder, deriveSealingKeys([randomBytes(32).toString("base64url")]))
      : new DiskStorage(folder);
    const { key } = await storage.put(base);
    const noted: string[] = [];
    const note = async (each: string) => {
      noted.push(each);
      await expect(storage.read(each)).rejects.toThrow("ENOENT");
    };
    const stored = await withStoredPdf(storage, key, (pdf) => storePdf(storage, withIncrement(pdf, increment), note));
    expect(noted).toEqual([stored.key]);
    expect(stored).toMatchObject({ size: whole.length, sha256: createHash("sha256").update(whole).digest("hex") });
    expect((await storage.read(stored.key)).equals(whole)).toBe(true);
    expect(await readdir(join(folder, "temporary"))).toEqual([]);
  });
});
