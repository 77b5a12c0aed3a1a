import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";

const DIST = join(import.meta.dirname, "../../client/dist");
/** Of the participant's page: what quality.md permits, in bytes as gzip sends them. */
const LIMIT = 200_000;
const LANGUAGES = ["en", "fr", "cs", "de"];

const compressed = async (path: string) => gzipSync(await readFile(join(DIST, path)), { level: 6 }).length;

/** The script that a page names itself: its own, and what that imports at once. */
async function firstScripts(page: string): Promise<string[]> {
  const html = await readFile(join(DIST, page, "index.html"), "utf8");
  return [...html.matchAll(/(?:src|href)="\/(assets\/[^"]+\.js)"/g)].map(([, path = ""]) => path);
}

test("the participant's page needs less than 200 KB of script before it can be used, in every language", async () => {
  const scripts = await firstScripts("participant");
  expect(scripts.length).toBeGreaterThan(0);
  const sizes = await Promise.all(scripts.map(compressed));
  const script = sizes.reduce((sum, size) => sum + size, 0);
  // A page loads its texts in one language, as scripts of their own: the largest counts.
  const names = (await readdir(join(DIST, "assets"))).filter((name) => /^(common|participant)-[\w-]+\.js$/.test(name));
  const texts = await Promise.all(
    names.filter((name) => !scripts.includes(`assets/${name}`)).map((name) => compressed(`assets/${name}`)),
  );
  expect(texts.length).toBe(2 * LANGUAGES.length);
  const largest = texts.toSorted((a, b) => b - a).slice(0, 2);
  const total = script + largest.reduce((sum, size) => sum + size, 0);
  console.info(
    `the participant's page: ${total} bytes of script, compressed (${scripts.length} files, and two of texts)`,
  );
  expect(total).toBeLessThan(LIMIT);
});
