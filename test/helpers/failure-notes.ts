import { mkdir, rm, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { stripVTControlCharacters } from "node:util";
import type { HTTPRequest, Page } from "puppeteer-core";

/* What a test that failed leaves behind, in `test-results/`: pictures of the pages, and what pages and processes said. */

const NOTES = join(import.meta.dirname, "../../test-results");
const PICTURE_LIMIT_MS = 10_000;
const KEPT_LINES = 400;
/** `npm test` prints these once more at its end, where they are found. */
const SUMMARY = "summary.txt";
/** So much of each is printed with the failure, for where nobody can look into the folder. */
const PRINTED_LINES = 8;
/** Of a test that has started and killed many, the last ones. */
const PRINTED_PROCESSES = 6;

interface Process {
  main: string;
  lines: readonly string[];
}

interface PageNotes {
  lines: string[];
  /** Requests that have no answer yet. */
  open: Set<HTTPRequest>;
}

const pages = new Map<Page, PageNotes>();
const processes = new Set<Process>();

/** Has the page in the notes of a failure, as long as it is open. */
export function notePage(page: Page): void {
  const lines: string[] = [];
  const keep = (line: string) => {
    lines.push(line);
    if (lines.length > KEPT_LINES) lines.shift();
  };
  page.on("console", (message) => keep(`${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => keep(`error: ${error instanceof Error ? error.stack : String(error)}`));
  const open = new Set<HTTPRequest>();
  page.on("request", (request) => open.add(request));
  page.on("requestfinished", (request) => open.delete(request));
  page.on("requestfailed", (request) => {
    open.delete(request);
    keep(`failed: ${request.url()} ${request.failure()?.errorText}`);
  });
  page.once("close", () => pages.delete(page));
  pages.set(page, { lines, open });
}

/** Has the process in the notes of a failure, also after its end. */
export function noteProcess(process: Process): void {
  processes.add(process);
}

/** Has it in no notes any more: it has done what it was for, and said things that are for nobody else. */
export function forgetProcess(process: Process): void {
  processes.delete(process);
}

/** Writes the notes down under the name of what failed, and prints their ends. Throws nothing: the failure is what counts. */
export async function keepNotes(file: string, name: string): Promise<void> {
  if (pages.size === 0 && processes.size === 0) return;
  const folder = join(NOTES, slug(file), slug(name));
  const printed = [`${name}: what there was to see is in ${relative(join(NOTES, ".."), folder)}`];
  try {
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    for (const [index, [page, { lines, open }]] of [...pages].entries()) {
      const problem = await picture(page, `${folder}/page-${index + 1}.png`);
      const waiting = [...open].map((request) => `no answer yet: ${request.method()} ${request.url()}`);
      const log = [...lines, ...waiting, ...problem];
      await writeFile(join(folder, `page-${index + 1}.log`), `${[page.url(), ...log].join("\n")}\n`);
      printed.push(`page ${index + 1}: ${page.url()}`, ...ends(log));
    }
    for (const [index, { main, lines }] of [...processes].entries()) {
      await writeFile(join(folder, `${slug(main)}-${index + 1}.log`), `${lines.join("\n")}\n`);
      const warnings = lines.filter((line) => !/"level":[123]0,/.test(line));
      if (warnings.length > 0 && index >= processes.size - PRINTED_PROCESSES) printed.push(main, ...ends(warnings));
    }
  } catch (error) {
    printed.push(`The notes could not be written: ${error}`);
  }
  const summary = printed.join("\n");
  await writeFile(join(folder, SUMMARY), `${summary}\n`).catch(() => {});
  console.error(summary);
}

/** What kept the picture from being taken, if anything. */
async function picture(page: Page, path: `${string}.png`): Promise<string[]> {
  const limit = AbortSignal.timeout(PICTURE_LIMIT_MS);
  const late = new Promise<never>((_, reject) => {
    limit.addEventListener("abort", () => reject(new Error("it does not answer")));
  });
  return Promise.race([page.screenshot({ path }), late]).then(
    () => [],
    (error: unknown) => [`no picture: ${error}`],
  );
}

const ends = (lines: readonly string[]): string[] =>
  lines.slice(-PRINTED_LINES).map((line) => `  ${stripVTControlCharacters(line).slice(0, 500)}`);

const slug = (text: string): string =>
  text
    .replace(/\.test\.tsx?$/, "")
    .replaceAll(/[^\p{L}\p{N}.]+/gu, "-")
    .replaceAll(/^-|-$/g, "")
    .slice(0, 80);
