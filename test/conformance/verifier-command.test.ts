import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { QUESTIONS } from "../../sdk/verify/src/report.ts";
import { flip } from "../helpers/corpus/alter-pdf.ts";
import { makeCorpus } from "../helpers/corpus/corpus.ts";

const PROGRAM = join(import.meta.dirname, "../../sdk/verify/src/cli/run.ts");

let folder: string;
beforeAll(async () => {
  const corpus = await makeCorpus();
  await corpus.close();
  folder = await mkdtemp(join(tmpdir(), "verifier-command-"));
  const files = {
    "roots.pem": corpus.roots,
    "genuine.pdf": corpus.lta,
    "bundle.zip": await corpus.bundle(),
    "altered.pdf": flip(corpus.lta, corpus.lta.indexOf("/MediaBox") + 15),
    "words.txt": "no evidence",
  };
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Runs the program, with nothing to read from, to its end. */
async function run(...args: string[]): Promise<{ code: number; output: string; errors: string }> {
  const child = spawn(process.execPath, [PROGRAM, ...args], { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
  const [[code], output, errors] = await Promise.all([once(child, "close"), text(child.stdout), text(child.stderr)]);
  return { code: Number(code), output, errors };
}

const Verdict = z.enum(["yes", "no", "unknown"]);
const Answer = z.object({
  verdict: Verdict,
  findings: z.array(z.object({ verdict: Verdict, code: z.string(), text: z.string().min(1) })),
});
/** One line of `--json`: a report, or why there is none. */
const Line = z.union([
  z.object({
    file: z.string(),
    report: z.object({
      format: z.enum(["pdf", "bundle"]),
      verdict: Verdict,
      answers: z.record(z.enum(QUESTIONS), Answer),
      baseline: z.enum(["B-B", "B-T", "B-LT", "B-LTA"]).nullable(),
      counts: z.object({ items: z.number(), entries: z.number(), files: z.number() }),
    }),
  }),
  z.object({ file: z.string(), error: z.object({ code: z.string(), message: z.string().min(1) }) }),
]);

test("ends with 0 where everything holds, 1 where something does not or is not known, 2 where it cannot be judged", async () => {
  const [genuine, bundle, altered, untrusted, words] = await Promise.all([
    run("--roots", "roots.pem", "genuine.pdf"),
    run("--roots", "roots.pem", "bundle.zip"),
    run("--roots", "roots.pem", "altered.pdf"),
    run("genuine.pdf"),
    run("--roots", "roots.pem", "words.txt"),
  ]);
  expect(genuine).toMatchObject({ code: 0, errors: "" });
  expect(genuine.output).toContain("genuine.pdf: everything holds.");
  expect(bundle).toMatchObject({ code: 0, errors: "" });
  expect(altered).toMatchObject({ code: 1, errors: "" });
  expect(altered.output).toContain("altered.pdf: it does NOT hold.");
  expect(untrusted).toMatchObject({ code: 1, errors: "" });
  expect(words).toMatchObject({ code: 2, errors: "" });
});

test("says what was wrong with how it was called, and ends with 2", async () => {
  const wrong = await Promise.all([
    run(),
    run("--unknown", "genuine.pdf"),
    run("--roots", "missing.pem", "genuine.pdf"),
    run("--roots", ".", "genuine.pdf"),
    run("--roots", "words.txt", "genuine.pdf"),
    run("--at", "yesterday", "genuine.pdf"),
    run("--log-key", "rubbish", "genuine.pdf"),
    run("--log-key", "", "genuine.pdf"),
  ]);
  for (const { code, output, errors } of wrong) {
    expect({ code, output }).toEqual({ code: 2, output: "" });
    expect(errors).toContain("nexbasira-verify FILE...");
  }
});

test("judges each of several files, a folder and a missing one among them, and ends with the worst", async () => {
  const names = ["genuine.pdf", ".", "altered.pdf", "missing.pdf", "bundle.zip"];
  const { code, output } = await run("--json", "--roots", "roots.pem", ...names);
  const lines = output
    .trimEnd()
    .split("\n")
    .map((line) => Line.parse(JSON.parse(line)));
  expect(code).toBe(2);
  const found = lines.map((line) => [line.file, "report" in line ? line.report.verdict : line.error.code]);
  expect(found).toEqual([
    ["genuine.pdf", "yes"],
    [".", "not_supported"],
    ["altered.pdf", "no"],
    ["missing.pdf", "not_read"],
    ["bundle.zip", "yes"],
  ]);
});

test("ends as ever where nobody reads what it says any longer", async () => {
  const child = spawn(process.execPath, [PROGRAM, "--roots", "roots.pem", "genuine.pdf"], {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
  });
  child.stdout.destroy();
  const [[code], errors] = await Promise.all([once(child, "exit"), text(child.stderr)]);
  expect({ code, errors }).toEqual({ code: 0, errors: "" });
});
