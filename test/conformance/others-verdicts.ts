import { accessSync, constants } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { findJava } from "../../tools/setup/java.mjs";
import { CONFORMANCE_TOOLS } from "../../tools/setup/paths.mjs";
import { pythonTool, runTool } from "./run-tool.ts";

/*
 * What the programs of others say of a PDF: EU DSS and veraPDF (in Java), and pyHanko. A Java machine takes seconds to
 * start: the functions with "all" in their names take many files in one run.
 */

const CLASS_PATH = [
  join(CONFORMANCE_TOOLS, "java", "conformance.jar"),
  join(CONFORMANCE_TOOLS, "java", "dependency", "*"),
];
const java = isThere(CLASS_PATH[0] ?? "") ? findJava()?.java : undefined;

/**
 * Whether EU DSS and veraPDF can run here. A test that needs them is declared with `describe.skipIf(!hasJava)` and has
 * "(needs Java)" in its name, by which `npm test` lists it as left out; where CI is set there is no leaving out.
 */
export const hasJava = java !== undefined || process.env.CI !== undefined;

const DssTimestamp = z.object({
  /** `SIGNATURE_TIMESTAMP`, `DOCUMENT_TIMESTAMP`, … */
  type: z.string(),
  indication: z.string().nullable(),
  subIndication: z.string().nullable(),
  produced: z.string(),
});

const DssSignature = z.object({
  /** `PAdES-BASELINE-LTA`, … */
  format: z.string(),
  /** `TOTAL_PASSED`, `INDETERMINATE`, `TOTAL_FAILED`. */
  indication: z.string(),
  subIndication: z.string().nullable(),
  signedBy: z.string().nullable(),
  errors: z.array(z.string()),
  warnings: z.array(z.string()),
  /** What is different between the signed revision and the whole file. */
  changes: z
    .object({
      any: z.boolean(),
      pages: z.boolean(),
      pictures: z.boolean(),
      annotations: z.boolean(),
      undefined: z.boolean(),
    })
    .nullable(),
  timestamps: z.array(DssTimestamp),
});

const DssReport = z.object({ file: z.string(), error: z.string().nullable(), signatures: z.array(DssSignature) });
export type DssReport = z.infer<typeof DssReport>;

export interface DssOptions {
  /** The roots that are trusted, PEM. */
  trusted: string;
  /** The time at which it is validated; now by default. */
  time?: Date;
}

/** What EU DSS says of many PDFs, in their order, in one run. */
export function validateAllWithDss(pdfs: readonly Uint8Array[], options: DssOptions): Promise<DssReport[]> {
  return withFiles(pdfs, options.trusted, (roots, files, cwd) =>
    runJava(DssReport, ["dss", roots, options.time?.toISOString() ?? "now", ...files], cwd),
  );
}

const VeraPdfReport = z.object({
  file: z.string(),
  error: z.string().nullable(),
  compliant: z.boolean(),
  /** The rules that it breaks (`6.2.11.4.1-1`), each with a place. */
  failed: z.array(z.object({ rule: z.string(), message: z.string(), place: z.string().nullable() })),
});
export type VeraPdfReport = z.infer<typeof VeraPdfReport>;

/** Whether veraPDF finds each of many PDFs to be of a flavour, in one run. */
export function validateAllWithVeraPdf(pdfs: readonly Uint8Array[], flavour: string): Promise<VeraPdfReport[]> {
  return withFiles(pdfs, "", (_roots, files, cwd) => runJava(VeraPdfReport, ["verapdf", flavour, ...files], cwd));
}

const PyHankoStatus = z.object({
  /** The digest is that of what the byte ranges cover. */
  intact: z.boolean(),
  /** The signature value holds. */
  valid: z.boolean(),
  trusted: z.boolean(),
  /** Its verdict over all of that and the later changes. */
  bottomLine: z.boolean(),
  /** `NONE`, `LTA_UPDATES`, `FORM_FILLING`, `ANNOTATIONS`, `OTHER`. */
  changes: z.string().nullish(),
  /** `ENTIRE_FILE`, `ENTIRE_REVISION`, `CONTIGUOUS_BLOCK_FROM_START`, `UNCLEAR`. */
  coverage: z.string().nullish(),
  error: z.string().nullable(),
});

const PyHankoReport = z.object({
  file: z.string(),
  /** Why the file as a whole could not be read. */
  error: z.string().nullable(),
  signatures: z.array(PyHankoStatus.extend({ longTerm: z.string().nullable() })),
  timestamps: z.array(PyHankoStatus),
});
export type PyHankoReport = z.infer<typeof PyHankoReport>;

/** What pyHanko says of many PDFs, in their order, in one run. */
export function validateAllWithPyHanko(
  pdfs: readonly Uint8Array[],
  options: { trusted: string },
): Promise<PyHankoReport[]> {
  return withFiles(pdfs, options.trusted, async (roots, files, cwd) => {
    const program = join(import.meta.dirname, "programs", "validate_signatures.py");
    return readLines(PyHankoReport, await runTool(pythonTool("python"), [program, roots, ...files], { cwd }));
  });
}

async function runJava<T extends z.ZodType>(schema: T, args: string[], cwd: string): Promise<z.infer<T>[]> {
  if (java === undefined)
    throw new Error("these tests need Java 11 or newer and Maven: install them and run the set-up for tests again");
  const machine = ["-Xmx1g", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Djava.awt.headless=true"];
  const classes = ["-cp", CLASS_PATH.join(":"), "conformance.Main"];
  return readLines(schema, await runTool(java, [...machine, ...classes, ...args], { cwd }));
}

/** One line of JSON for each file; what else a library prints is passed over. */
function readLines<T extends z.ZodType>(schema: T, { code, output }: { code: number | null; output: string }) {
  if (code !== 0) throw new Error(`the program ended with ${code}:\n${output}`);
  const lines = output.split("\n").filter((line) => line.startsWith('{"file"'));
  return lines.map((line) => schema.parse(JSON.parse(line)));
}

async function withFiles<T>(
  pdfs: readonly Uint8Array[],
  trusted: string,
  run: (roots: string, files: string[], folder: string) => Promise<T[]>,
): Promise<T[]> {
  const folder = await mkdtemp(join(tmpdir(), "nexbasira-others-"));
  try {
    await writeFile(join(folder, "roots.pem"), trusted);
    const files = await Promise.all(
      pdfs.map(async (pdf, index) => {
        const name = `${index}.pdf`;
        await writeFile(join(folder, name), pdf);
        return name;
      }),
    );
    const answers = await run("roots.pem", files, folder);
    if (answers.length !== pdfs.length) throw new Error(`there are ${answers.length} answers for ${pdfs.length} files`);
    return answers;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function isThere(file: string): boolean {
  try {
    accessSync(file, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}
