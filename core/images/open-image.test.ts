import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import sharp from "sharp";
import { afterAll, beforeAll, expect, test } from "vitest";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "open-image-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** A worker process may take 512 MB; this leaves what the rest of it needs. */
const LIMIT_MEGABYTES = 400;

test("the largest pictures that are decoded, several at once, leave room in a process of 512 MB", async () => {
  const plain = (width: number, height: number) =>
    sharp({ create: { width, height, channels: 3, background: "#579" } });
  const paths = ["a.jpg", "b.png", "c.jpg", "d.jpg"].map((name) => join(folder, name));
  const [large = "", largePng = "", whole = "", whole2 = ""] = paths;
  await plain(11_600, 8_700).jpeg().toFile(large);
  await plain(11_600, 8_700).png().toFile(largePng);
  // 31.5 megapixels, progressive: just within what is held in memory whole.
  await plain(7_000, 4_500).jpeg({ progressive: true }).toFile(whole);
  await plain(4_500, 7_000).jpeg({ progressive: true }).toFile(whole2);
  const script = `
    const { makeDerivatives } = await import(${JSON.stringify(new URL("make-derivatives.ts", import.meta.url).href)});
    const made = await Promise.all(${JSON.stringify(paths)}.map((path) => makeDerivatives(path)));
    console.log(JSON.stringify({
      sides: made.map(({ preview }) => Math.max(preview.width, preview.height)),
      megabytes: process.resourceUsage().maxRSS / 1024,
    }));`;
  const run = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", script]);
  const result: { sides: number[]; megabytes: number } = JSON.parse(run.stdout);
  expect(result.sides).toEqual([2048, 2048, 2048, 2048]);
  expect(result.megabytes).toBeLessThan(LIMIT_MEGABYTES);
}, 60_000);
