import { openAsBlob } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { parseArgs } from "node:util";
import { type Finding, QUESTIONS, type Report, Unreadable } from "../report.ts";
import { TrustError, type TrustOptions } from "../trust-options.ts";
import { verify } from "../verify.ts";

const USAGE = `nexbasira-verify FILE...

Verifies evidence files (PDF) and evidence bundles (ZIP). Nothing is sent or fetched.

  --roots FILE         root certificates that you trust, PEM; may be given more than once
  --trusted-list FILE  an EU trusted list (ETSI TS 119 612), XML: a country's, or the list of the lists, which says
                       who signs the countries'; may be given more than once
  --list-signers FILE  certificates of those who sign trusted lists, PEM; without them no list counts
  --log-key KEY        a verifier key of an audit log that you know
  --at TIME            judge as of this time (RFC 3339) instead of now
  --json               one line of JSON for each file
  --help

Exit status: 0 where everything holds for every file, 1 where something does not or is not known, 2 where a file or an
option could not be read.
`;

const OPTIONS = {
  roots: { type: "string", multiple: true },
  "trusted-list": { type: "string", multiple: true },
  "list-signers": { type: "string", multiple: true },
  "log-key": { type: "string", multiple: true },
  at: { type: "string" },
  json: { type: "boolean" },
  help: { type: "boolean" },
} as const;

/** Runs the command line. @returns the exit status */
export async function main(
  args: string[],
  write: (text: string) => void,
  complain: (text: string) => void,
): Promise<number> {
  try {
    const { values, positionals } = parseArgs({ args, options: OPTIONS, allowPositionals: true });
    if (values.help) {
      write(USAGE);
      return 0;
    }
    if (positionals.length === 0) throw new TypeError("no file is given");
    const at = values.at === undefined ? undefined : new Date(values.at);
    if (at && Number.isNaN(at.getTime())) throw new TypeError(`--at ${values.at} is no time`);
    const trust: TrustOptions = {
      roots: await readAll(values.roots),
      trustedLists: await readAll(values["trusted-list"]),
      trustedListSigners: await readAll(values["list-signers"]),
      logKeys: values["log-key"] ?? [],
    };
    let status = 0;
    for (const file of positionals) {
      const result = await judge(file, { ...trust, ...(at && { at }) });
      write(values.json ? `${JSON.stringify({ file, ...result.json })}\n` : `${file}: ${result.text}`);
      status = Math.max(status, result.status);
    }
    return status;
  } catch (error) {
    if (!isAboutInput(error)) throw error;
    complain(`${error.message}\n\n${USAGE}`);
    return 2;
  }
}

function readAll(files: readonly string[] = []): Promise<string[]> {
  return Promise.all(files.map((file) => readFile(file, "utf8")));
}

async function judge(file: string, options: TrustOptions & { at?: Date }) {
  try {
    if ((await stat(file)).isDirectory()) throw new Unreadable("not_supported", "it is a folder");
    const report = await verify(await openAsBlob(file), options);
    return { status: report.verdict === "yes" ? 0 : 1, text: describe(report), json: { report } };
  } catch (error) {
    const code = error instanceof Unreadable ? error.code : "not_read";
    if (!(error instanceof Unreadable) && !isFileError(error)) throw error;
    return {
      status: 2,
      text: `could not be judged: ${error.message}\n`,
      json: { error: { code, message: error.message } },
    };
  }
}

const SENTENCES = {
  yes: "everything holds.",
  no: "it does NOT hold.",
  unknown: "nothing was found to be wrong, but not everything is known.",
};
const WORDS = { yes: "yes", no: "NO", unknown: "not known" };
const TITLES = {
  integrity: "Unaltered",
  identity: "Who signed",
  time: "When",
  level: "Level",
  changes: "Later changes",
  completeness: "Complete",
};

function describe(report: Report): string {
  const lines = [SENTENCES[report.verdict], ""];
  for (const question of QUESTIONS) {
    const { verdict, findings } = report.answers[question];
    lines.push(`  ${TITLES[question]}: ${WORDS[verdict]}`);
    lines.push(...findings.map(describeFinding));
  }
  const { lists, signature, time } = report.qualified;
  if (lists.length > 0) {
    lines.push(`  Qualified signature: ${WORDS[signature.verdict]}`, ...signature.findings.map(describeFinding));
    lines.push(`  Qualified time: ${WORDS[time.verdict]}`, ...time.findings.map(describeFinding));
    lines.push("  Trusted lists:", ...lists.map(describeFinding));
  }
  lines.push("", "  Not proven:", ...report.not_proven.map(({ text }) => `    - ${text}`), "", "");
  return lines.join("\n");
}

function describeFinding({ verdict, text }: Finding): string {
  return `    ${verdict === "yes" ? "+" : verdict === "no" ? "!" : "?"} ${text}`;
}

function isFileError(error: unknown): error is Error {
  return (
    error instanceof Error && "code" in error && typeof error.code === "string" && /^(E[A-Z]+|ERR_)/.test(error.code)
  );
}

function isAboutInput(error: unknown): error is Error {
  return error instanceof TrustError || error instanceof TypeError || isFileError(error);
}
