import { Language } from "@nexbasira/core/contract/common.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildReport } from "../../workers/report/build-report.ts";
import type { ReportFiles, ReportModel } from "../../workers/report/report-model.ts";
import { augmentPdf } from "../../workers/signing/augment-pdf.ts";
import { pdfInMemory, readPdf } from "../../workers/signing/pdf-source.ts";
import { signPdf } from "../../workers/signing/sign-pdf.ts";
import { filesOf, oddPictures } from "../helpers/odd-pictures.ts";
import { honestOcsp, issueOcspKey, localWay, startRevocationServer } from "../helpers/revocation-server.ts";
import { at, emptyModel, sampleFiles, sampleItem, sampleModel } from "../helpers/sample-report.ts";
import { issueTimeStampKey, makeTestAuthority } from "../helpers/test-authority.ts";
import { honest, startTimeStampServer } from "../helpers/time-stamp-server.ts";
import { hasJava, validateAllWithVeraPdf } from "./others-verdicts.ts";

/** Names and messages in every script that there is a font for, and one that there is none for. */
const SCRIPTS = [
  "محمد بن عبد الله وصل إلى الموقع (الطابق 3) لَا",
  "שלום, זה המטבח (12.5 מ״ר)",
  "नमस्ते, छत में दरार है। क्षत्रिय",
  "สวัสดีครับ น้ำรั่วที่ห้องครัว",
  "你好，厨房漏水",
  "안녕하세요 물이 샙니다",
  "👍🏽 👨‍👩‍👧 ❤️ 🇫🇷",
  "ᚠᚢᚦ without a font",
];

function inAllScripts(): ReportModel {
  const chat = SCRIPTS.map((text, index) => ({
    at: at(index),
    name: text.slice(0, 12),
    role: "participant" as const,
    audience: "everyone" as const,
    text,
  }));
  const items = SCRIPTS.map((title, index) => sampleItem(index + 1, { title }));
  return emptyModel({ chat, items });
}

describe.skipIf(!hasJava)("the report is PDF/A-3b and PDF/UA-1 by veraPDF (needs Java)", () => {
  let files: ReportFiles;
  let servers: { close(): Promise<void> }[] = [];
  beforeAll(async () => {
    files = await sampleFiles();
  });
  afterAll(() => Promise.all(servers.map((server) => server.close())));

  /** Signs as the workers do, up to B-LTA. */
  async function sign(report: Uint8Array): Promise<Uint8Array> {
    const revocation = await startRevocationServer();
    const root = await makeTestAuthority("Root");
    const tsa = await issueTimeStampKey(root, { revocation: revocation.addresses });
    const stamps = await startTimeStampServer(honest(tsa));
    servers = [revocation, stamps];
    revocation.handlers.ocsp = honestOcsp(await issueOcspKey(root));
    const roots = [root.certificate];
    const timeStamps = [{ url: stamps.url, roots, policy: null, name: "test", qualified: false }];
    const key = await root.issueKey("Signer", { revocation: revocation.addresses });
    const field = { name: "NexBasira", reason: "Evidence", location: null, contactInfo: null };
    const { pdf } = await signPdf({ pdf: pdfInMemory(report), key, timeStamps, field, signedAt: new Date() });
    const { pdf: augmented, baseline } = await augmentPdf(pdf, { timeStamps, certificateWay: localWay });
    expect(baseline).toBe("B-LTA");
    return readPdf(augmented);
  }

  test("in every language, empty, as a test, in every script, of odd pictures, and signed up to B-LTA", async () => {
    const { session } = sampleModel();
    const models: Record<string, ReportModel> = {
      empty: emptyModel(),
      test: sampleModel({ session: { ...session, mode: "test" } }),
      scripts: inAllScripts(),
      ...Object.fromEntries(Language.options.map((language) => [language, sampleModel({ language })])),
    };
    const pdfs: Record<string, Uint8Array> = {};
    for (const [name, model] of Object.entries(models)) pdfs[name] = await buildReport(model, files);
    const odd = await oddPictures();
    const items = Object.keys(odd).map((picture, index) => sampleItem(index + 1, { title: picture, picture }));
    pdfs.pictures = await buildReport(emptyModel({ items }), filesOf(odd));
    pdfs.signed = await sign(pdfs.de ?? new Uint8Array());
    for (const flavour of ["3b", "ua1"]) {
      const reports = await validateAllWithVeraPdf(Object.values(pdfs), flavour);
      const verdicts = Object.keys(pdfs).map((name, index) => ({ ...reports[index], file: name }));
      expect(verdicts, flavour).toEqual(
        Object.keys(pdfs).map((file) => ({ file, error: null, compliant: true, failed: [] })),
      );
    }
  }, 480_000);

  test("and what is not, is found: without its output intent", async () => {
    const report = Buffer.from(await buildReport(emptyModel(), files));
    const broken = Buffer.from(report.toString("latin1").replace("/OutputIntents", "/NoOutputWants"), "latin1");
    const [verdict] = await validateAllWithVeraPdf([broken], "3b");
    expect(verdict).toMatchObject({ error: null, compliant: false });
    expect(verdict?.failed.map(({ rule }) => rule)).toContain("6.2.4.3-2");
  }, 120_000);
});
