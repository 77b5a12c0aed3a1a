import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Report, verify } from "../../sdk/verify/src/index.ts";
import { buildReport } from "../../workers/report/build-report.ts";
import { appendRevision, flip, LATER_CHANGES, replaceToken, stampWith } from "../helpers/corpus/alter-pdf.ts";
import { type Corpus, makeCorpus } from "../helpers/corpus/corpus.ts";
import { sampleFiles, sampleModel } from "../helpers/sample-report.ts";
import { takeSignatureApart } from "../helpers/take-signature-apart.ts";
import { issueTimeStampKey } from "../helpers/test-authority.ts";
import {
  type DssReport,
  hasJava,
  type PyHankoReport,
  validateAllWithDss,
  validateAllWithPyHanko,
  validateAllWithVeraPdf,
} from "./others-verdicts.ts";
import { runTool } from "./run-tool.ts";

/*
 * Others' programs and ours over the same files: where one judges the same thing, it says the same. openssl and pdfsig look
 * at each signature alone and say nothing of what came later; pyHanko and EU DSS leave the document information to anybody;
 * qpdf only says whether a file is a sound PDF, and veraPDF whether it is still the archive format that reports are.
 */

interface Case {
  make(): Buffer | Promise<Buffer>;
  /** Whether it is genuine, which is our answer. */
  holds: boolean;
  /** Who judges the same thing. */
  judges: readonly ("dss" | "pyhanko" | "pdfsig" | "openssl" | "qpdf" | "verapdf")[];
}

const ALL = ["dss", "pyhanko", "pdfsig", "openssl"] as const;
const later = (name: string) => () => appendRevision(corpus.lta, LATER_CHANGES[name] ?? (() => undefined));
const laterInReport = (name: string) => () => appendRevision(report, LATER_CHANGES[name] ?? (() => undefined));

const CASES: Readonly<Record<string, Case>> = {
  "the default output": { make: () => corpus.lta, holds: true, judges: [...ALL, "qpdf"] },
  "several signers": { make: () => corpus.twoSigners, holds: true, judges: [...ALL, "qpdf"] },
  "a page added": { make: later("a page is added"), holds: false, judges: ["dss", "pyhanko"] },
  "another page content": { make: later("a page gets another content"), holds: false, judges: ["dss", "pyhanko"] },
  "an annotation over a page": {
    make: later("a picture is laid over a page as an annotation"),
    holds: false,
    judges: ["dss", "pyhanko"],
  },
  "a signature field over a page": {
    make: later("a signature field covers a page"),
    holds: false,
    judges: ["dss", "pyhanko"],
  },
  "another action": { make: later("the catalog opens another action"), holds: false, judges: ["dss", "pyhanko"] },
  "other document information": {
    make: later("the document information says otherwise"),
    holds: false,
    judges: [],
  },
  "a byte flipped in a page": {
    make: () => flip(corpus.lta, corpus.lta.indexOf("/MediaBox") + 15),
    holds: false,
    judges: ALL,
  },
  "a byte flipped in the catalog": {
    make: () => flip(corpus.lta, corpus.lta.indexOf("/Catalog") + 3),
    holds: false,
    judges: ALL,
  },
  "a token of something else": {
    make: async () => {
      const tsa = await issueTimeStampKey(corpus.root);
      return replaceToken(corpus.timeStamped, () => stampWith(tsa, Buffer.from("something else")));
    },
    holds: false,
    judges: ["dss", "openssl"],
  },
  "a report": { make: () => report, holds: true, judges: [...ALL, "qpdf", "verapdf"] },
  "a report that runs a script": {
    make: laterInReport("the catalog runs a script"),
    holds: false,
    judges: ["dss", "pyhanko", "verapdf"],
  },
  "a report with other colours": {
    make: laterInReport("the catalog means other colours"),
    holds: false,
    judges: ["dss", "pyhanko", "verapdf"],
  },
  "a report with a byte flipped in its newest catalog": {
    make: () => flip(report, report.lastIndexOf("/OutputIntents") + 3),
    holds: false,
    judges: ["dss", "pyhanko", "verapdf"],
  },
  "a revoked signer": { make: () => corpus.withRevokedSigner(), holds: false, judges: ["dss", "pyhanko"] },
};

let corpus: Corpus & { close(): Promise<unknown> };
/** As the report worker makes them, sealed by default: B-LTA. */
let report: Buffer;
let folder: string;
const files: Record<string, Buffer> = {};
const ours: Record<string, Report | "unreadable"> = {};
beforeAll(async () => {
  corpus = await makeCorpus();
  const plain = await buildReport(sampleModel({ manifest: corpus.manifest }), await sampleFiles());
  report = await corpus.augment(await corpus.sign(plain, corpus.key));
  folder = await mkdtemp(join(tmpdir(), "verifier-others-"));
  for (const [name, { make }] of Object.entries(CASES)) {
    const file = await make();
    files[name] = file;
    await writeFile(join(folder, `${name}.pdf`), file);
    ours[name] = await verify(new Uint8Array(file), { roots: [corpus.roots] }).catch(() => "unreadable" as const);
  }
});
afterAll(async () => {
  await corpus?.close();
  await rm(folder, { recursive: true, force: true });
});

const names = (program: Case["judges"][number]) =>
  Object.keys(CASES).filter((name) => CASES[name]?.judges.includes(program));
const filesOf = (list: readonly string[]) => list.map((name) => files[name] ?? Buffer.alloc(0));

test.each(Object.keys(CASES))("ours says what is so: %s", (name) => {
  const report = ours[name];
  const holds = report !== "unreadable" && report?.verdict === "yes";
  expect(holds).toBe(CASES[name]?.holds);
  if (report !== "unreadable" && !holds) expect(report?.verdict).toBe("no");
});

/** That each file which it judges holds where ours does, and nowhere else. */
function expectTheSame(list: readonly string[], holds: readonly boolean[]): void {
  const verdicts = Object.fromEntries(list.map((name, index) => [name, holds[index]]));
  expect(verdicts).toEqual(Object.fromEntries(list.map((name) => [name, CASES[name]?.holds])));
}

describe.skipIf(!hasJava)("EU DSS (needs Java)", () => {
  let reports: DssReport[];
  beforeAll(async () => {
    reports = await validateAllWithDss(filesOf(names("dss")), { trusted: corpus.roots });
  }, 120_000);

  test("says the same of every file that it judges", () => {
    const holds = reports.map(
      ({ error, signatures }) =>
        error === null &&
        signatures.length > 0 &&
        signatures.every(
          ({ indication, changes, timestamps }) =>
            indication === "TOTAL_PASSED" &&
            changes?.any === false &&
            !changes.annotations &&
            !changes.undefined &&
            timestamps.every((each) => each.indication === "PASSED"),
        ),
    );
    expectTheSame(names("dss"), holds);
  });

  test("finds the default output to be PAdES-BASELINE-LTA", () => {
    expect(reports[0]?.signatures).toMatchObject([{ format: "PAdES-BASELINE-LTA", indication: "TOTAL_PASSED" }]);
  });

  test("names the broken digest, the broken token and the revocation as the reason", () => {
    const of = (name: string) => reports[names("dss").indexOf(name)]?.signatures[0];
    expect(of("a byte flipped in a page")?.subIndication).toBe("HASH_FAILURE");
    expect(of("a token of something else")?.timestamps[0]?.indication).toBe("FAILED");
    expect(of("a revoked signer")?.subIndication).toMatch(/REVOKED/);
  });
});

describe.skipIf(!hasJava)("veraPDF (needs Java)", () => {
  test("finds the genuine reports alone to be PDF/A-3b", { timeout: 120_000 }, async () => {
    const reports = await validateAllWithVeraPdf(filesOf(names("verapdf")), "3b");
    expectTheSame(
      names("verapdf"),
      reports.map(({ error, compliant }) => error === null && compliant),
    );
  });
});

test("pyHanko says the same of every file that it judges", { timeout: 120_000 }, async () => {
  const reports = await validateAllWithPyHanko(filesOf(names("pyhanko")), { trusted: corpus.roots });
  const isGood = ({ error, signatures, timestamps }: PyHankoReport) =>
    error === null &&
    signatures.length > 0 &&
    signatures.every(
      (each) => each.intact && each.valid && each.changes !== "OTHER" && each.longTerm === "AdESPassed.OK",
    ) &&
    timestamps.every((each) => each.intact && each.valid && each.trusted);
  expectTheSame(names("pyhanko"), reports.map(isGood));
});

test("what pdfsig prints says the same of every signature that it judges", async () => {
  const holds: boolean[] = [];
  for (const name of names("pdfsig")) {
    // Its exit status is 0 where a digest does not match: only what it prints counts.
    const { output } = await runTool("pdfsig", [`${name}.pdf`], { cwd: folder });
    const signatures = output.split(/^Signature #/m).slice(1);
    // It does not read document time stamps' digests as ours does: those it calls by their type.
    const own = signatures.filter((each) => each.includes("ETSI.CAdES.detached"));
    holds.push(own.length > 0 && own.every((each) => each.includes("Signature is Valid")));
  }
  expectTheSame(names("pdfsig"), holds);
});

test("openssl says the same of every signature and its time stamp", async () => {
  await writeFile(join(folder, "roots.pem"), corpus.roots);
  const openssl = async (...args: string[]) =>
    (await runTool("openssl", [...args, "-CAfile", "roots.pem"], { cwd: folder })).output;
  const holds: boolean[] = [];
  for (const file of filesOf(names("openssl"))) {
    for (const [name, bytes] of Object.entries(takeSignatureApart(file))) await writeFile(join(folder, name), bytes);
    const given = ["-binary", "-inform", "DER", "-in", "cms", "-content", "content", "-out", "verified"];
    const signature = await openssl("cms", "-verify", "-cades", ...given);
    const stamp = await openssl("ts", "-verify", "-token_in", "-in", "token", "-data", "value");
    holds.push(signature.includes("CAdES Verification successful") && stamp.includes("Verification: OK"));
  }
  expectTheSame(names("openssl"), holds);
});

test("qpdf finds the genuine files to be sound PDFs", async () => {
  for (const name of names("qpdf")) {
    const { output } = await runTool("qpdf", ["--check", `${name}.pdf`], { cwd: folder });
    expect(output, name).toContain("No syntax or stream encoding errors found");
  }
});
