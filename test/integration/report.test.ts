import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { Language } from "@nexbasira/core/contract/common.ts";
import { EvidenceManifest } from "@nexbasira/core/contract/evidence-manifest.ts";
import { PDFArray, PDFDict, PDFDocument, PDFHexString, PDFName } from "pdf-lib";
import { create } from "qrcode";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildReport } from "../../workers/report/build-report.ts";
import type { ReportFiles, ReportModel } from "../../workers/report/report-model.ts";
import { TEXTS } from "../../workers/report/texts.ts";
import { filesOf, oddPictures } from "../helpers/odd-pictures.ts";
import {
  at,
  emptyModel,
  hashOf,
  sampleEntries,
  sampleFiles,
  sampleItem,
  sampleModel,
} from "../helpers/sample-report.ts";

const run = promisify(execFile);
const MAX_OUTPUT = { maxBuffer: 64_000_000 };

let folder: string;
let files: ReportFiles;
let full: { path: string; bytes: Uint8Array; pages: string[] };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "report-"));
  files = await sampleFiles();
  full = await build(sampleModel());
});
afterAll(() => rm(folder, { recursive: true }));

let built = 0;

/** Builds a report, has qpdf check it, and reads each page's text with poppler. */
async function build(model: ReportModel, from = files): Promise<typeof full> {
  built += 1;
  const path = join(folder, `${built}.pdf`);
  const bytes = await buildReport(model, from);
  await writeFile(path, bytes);
  // Ends with an error where the structure is damaged.
  await run("qpdf", ["--check", path]);
  const { stdout } = await run("pdftotext", ["-layout", path, "-"], MAX_OUTPUT);
  return { path, bytes, pages: stdout.split("\f").slice(0, -1) };
}

type Built = Awaited<ReturnType<typeof build>>;

const kept = new Map<string, Promise<Built>>();

/** A report that several tests look at: built by the first of them. */
function buildOnce(name: string, model: () => ReportModel): Promise<Built> {
  const one = kept.get(name) ?? build(model());
  kept.set(name, one);
  return one;
}

const inLanguage = (language: Language) =>
  language === "en" ? Promise.resolve(full) : buildOnce(language, () => sampleModel({ language }));
const withRealKey = () => buildOnce("real key", () => sampleModel({ development_authority: false }));
const ofNobody = () => buildOnce("nobody", () => emptyModel());

/** Of a test, whose participant is asked for an advanced signature. */
const ofSandbox = (language: Language) =>
  buildOnce(`sandbox ${language}`, () => {
    const items = sampleModel().items.slice(0, 4);
    const signing = { ...sampleSigning(), code: null };
    const model = emptyModel({ language, items, development_authority: false, signature: null, signing });
    return { ...model, session: { ...model.session, mode: "test" } };
  });

/** With a frame and an original that had one, whose participant could not be asked to sign. */
const ofFrames = (language: Language) =>
  buildOnce(`frames ${language}`, () => {
    const items = [
      sampleItem(1, { source: "stream", provisional: true, device_order: null }),
      sampleItem(2, { frame: { id: "evd_frame", sha256: hashOf("the frame") } }),
    ];
    const signing = { ...sampleSigning(), code: null, identity: null, possible: false };
    return emptyModel({ language, items, signature: null, signing });
  });

/** An advanced signature by somebody who was vouched for. */
function sampleSigning() {
  const { signing } = sampleModel();
  if (signing === null) throw new Error("the sample is signed");
  return { ...signing, level: "aes" as const };
}

/** Text without its spaces and line breaks: hashes are printed in groups, long words are broken. */
function squeeze(text: string): string {
  return text.replaceAll(/\s+/g, "");
}

function pageWith(pages: string[], text: string): string {
  return pages.find((page) => squeeze(page).includes(squeeze(text))) ?? "";
}

describe("a session in which everything happened", () => {
  test("every page has its number, the session and the log's hash, and the mark of the development key", () => {
    const model = sampleModel();
    expect(full.pages.length).toBeGreaterThan(15);
    for (const [index, page] of full.pages.entries()) {
      expect(page).toContain(TEXTS.en.page(index + 1, full.pages.length));
      expect(page).toContain(model.session.id);
      expect(page).toContain(model.audit_chain_hash);
      expect(page).toContain(TEXTS.en.marks.development);
      expect(page).not.toContain(TEXTS.en.marks.test);
    }
  });

  test("the cover says who, when, where, what is in the file and who consented to what", () => {
    const cover = full.pages[0] ?? "";
    for (const text of ["Nordlicht Versicherung AG", "INS-42871", "Karlova 12, 110 00 Praha 1", "24:07"])
      expect(cover).toContain(text);
    expect(cover).toMatch(/Marie Lefèvre +Participant +Chrome 148/);
    expect(cover).toMatch(/Marie Lefèvre +Microphone +Refused +2026-05-01 \(fr\) +2026-05-23 11:29:59 UTC/);
    // The same answer in the same second: one row.
    expect(squeeze(cover)).toMatch(/MarieLefèvreCamera,Location,Granted2026-05-01\(fr\)2026-05-2311:29:59UTCRecording/);
    expect(cover).toContain(TEXTS.en.counts.messages);
    expect(squeeze(cover)).toContain(squeeze("Announced, not received"));
  });

  test("every item has a page of its own with its hash, times, author, position and clock", () => {
    const { items } = sampleModel();
    for (const [index, item] of items.entries()) {
      const page = pageWith(full.pages, item.sha256);
      expect(page, item.id).toMatch(new RegExp(`^ *${index + 1} · `, "m"));
      expect(page).toContain(item.id);
      expect(page).toContain(item.captured_at.toISOString().slice(11, 19));
      expect(page).toContain(item.captured_by.name);
    }
    const photo = pageWith(full.pages, hashOf("item 1"));
    for (const text of [
      "50.087590, 14.421440",
      "within 7 m, fix 1.4 s old",
      "from the expected place",
      "+1.24 s",
      "4032 × 3024",
    ])
      expect(photo).toContain(text);
  });

  test("an annotation stands beside its untouched original and names its hash", async () => {
    const number = full.pages.indexOf(pageWith(full.pages, hashOf("item 3"))) + 1;
    const page = full.pages[number - 1] ?? "";
    expect(page).toContain(TEXTS.en.item.annotated);
    expect(page).toContain(TEXTS.en.item.original);
    expect(squeeze(page)).toContain(hashOf("item 1"));
    const { stdout } = await run("pdfimages", ["-list", "-f", String(number), "-l", String(number), full.path]);
    const pictures = stdout.split("\n").filter((line) => / image /.test(line));
    expect(pictures).toHaveLength(2);
    // The original of item 1 is embedded once, for both of its pages.
    const own = String(full.pages.indexOf(pageWith(full.pages, sampleModel().items[0]?.id ?? "")) + 1);
    const objects = await run("pdfimages", ["-list", "-f", own, "-l", own, full.path]);
    const [, , photo = ""] = objects.stdout.split("\n");
    const objectOf = (line: string) => line.trim().split(/\s+/)[10];
    expect(pictures.map(objectOf)).toContain(objectOf(photo));
  });

  test("what cannot be shown says so on its page: damaged, gone, not decoded here, not a picture", () => {
    const { problems, item } = TEXTS.en;
    const cases = { 6: item.notPrinted, 7: problems.damaged, 8: problems.format_not_shown, 9: problems.gone };
    for (const [number, words] of Object.entries(cases)) {
      expect(squeeze(pageWith(full.pages, hashOf(`item ${number}`)))).toContain(squeeze(words));
    }
    expect(pageWith(full.pages, hashOf("item 6"))).toContain(TEXTS.en.locationStatus.refused);
    expect(pageWith(full.pages, hashOf("item 7"))).toContain(TEXTS.en.locationStatus.timed_out);
  });

  test("the recording has its hashes, its gaps and the time of each picture", () => {
    const page = pageWith(full.pages, hashOf("recording"));
    expect(squeeze(page)).toContain(hashOf("mp4"));
    expect(page).toMatch(/11:40\.1 +12:11\.4 +31\.3 s +All +The sender was not connected/);
    expect(page).toMatch(/16:30\.0 +16:30\.3 +0\.3 s +Picture +The network lost data/);
    for (const time of ["0:00", "2:30", "22:30"]) expect(page).toContain(time);
  });

  test("the signature, what never came, and all entries of the log are there", () => {
    expect(squeeze(pageWith(full.pages, hashOf("signature")))).toContain(
      squeeze(TEXTS.en.signature.statement("Marie Lefèvre", "2026-05-23 11:53:20 UTC")),
    );
    expect(pageWith(full.pages, hashOf("missing"))).toContain(TEXTS.en.missing.section);
    const text = squeeze(full.pages.join(""));
    for (const entry of sampleEntries(60)) {
      expect(text).toContain(entry.hash);
      expect(text).toContain(entry.previous_hash);
      expect(text).toContain(`${entry.sequence}`);
      if (entry.object_hash !== null) expect(text).toContain(entry.object_hash);
      if (entry.object !== null) expect(text).toContain(entry.object);
      expect(text).toContain(entry.actor);
      if (entry.actor_name !== null) expect(text).toContain(squeeze(entry.actor_name));
    }
  });

  test("the last page says how to verify and what is not proven; its QR code holds the address", async () => {
    const { path, pages } = await withRealKey();
    const last = pages.at(-1) ?? "";
    expect(squeeze(last)).toContain(squeeze(TEXTS.en.verify.provesNotText));
    expect(squeeze(last)).toContain(squeeze(sampleModel().verification_url));
    const prefix = join(folder, "code");
    const number = String(pages.length);
    await run("pdftoppm", ["-r", "144", "-gray", "-png", "-singlefile", "-f", number, "-l", number, path, prefix]);
    expect(await readModules(`${prefix}.png`, sampleModel().verification_url)).toBe("as encoded");
  });

  test("the same model and files give the same bytes", async () => {
    expect(Buffer.from(await buildReport(sampleModel(), files)).equals(full.bytes)).toBe(true);
  });
});

/** Looks at the middle of every module of the QR code in a picture of the page, two pixels a point. */
async function readModules(path: string, text: string): Promise<string> {
  const { modules } = create(text, { errorCorrectionLevel: "M" });
  const { data, info } = await sharp(path).greyscale().raw().toBuffer({ resolveWithObject: true });
  const side = 104 * 2;
  const left = 48 * 2;
  const isDark = (x: number, y: number) =>
    (data[(Math.round(y) * info.width + Math.round(x)) * info.channels] ?? 255) < 128;
  // The code's upper edge is the first dark row of its upper left finder pattern, below the page's heading.
  const unit = side / modules.size;
  let top = 160;
  while (top < info.height && !isDark(left + unit * 3, top)) top += 1;
  for (let row = 0; row < modules.size; row += 1) {
    for (let column = 0; column < modules.size; column += 1) {
      const dark = isDark(left + (column + 0.5) * unit, top + (row + 0.5) * unit);
      if (dark !== Boolean(modules.get(row, column))) return `row ${row}, column ${column} is wrong`;
    }
  }
  return "as encoded";
}

describe("the document", () => {
  test("has a title, its language, an identity and bookmarks to every part", async () => {
    const pdf = await PDFDocument.load(full.bytes, { updateMetadata: false });
    expect(pdf.getTitle()).toBe("Evidence file INS-42871");
    expect(pdf.getCreationDate()).toEqual(at(1500));
    expect(pdf.catalog.get(PDFName.of("Lang"))?.toString()).toContain("en");
    expect(pdf.context.trailerInfo.ID).toBeInstanceOf(PDFArray);
    const bookmarks = readBookmarks(pdf.catalog.lookup(PDFName.of("Outlines"), PDFDict));
    const { evidenceFile, item, recording, chat, signing, missing, audit, verify } = TEXTS.en;
    expect(bookmarks.map(({ title }) => title)).toEqual([
      evidenceFile,
      ...[item, recording, chat, signing, missing, audit, verify].map(({ section }) => section),
    ]);
    expect(bookmarks[1]?.below.map(({ title }) => title)).toEqual(
      sampleModel().items.map((one, index) => `${index + 1} · ${one.title ?? TEXTS.en.kinds[one.kind]}`),
    );
  });

  test("gives every picture an alternative text", async () => {
    const { stdout } = await run("pdfinfo", ["-struct", full.path], MAX_OUTPUT);
    const figures = stdout.split("\n").filter((line) => /^\s*Figure/.test(line));
    expect(figures.length).toBeGreaterThan(15);
    const pdf = await PDFDocument.load(full.bytes, { updateMetadata: false });
    const alternatives = pdf.context
      .enumerateIndirectObjects()
      .flatMap(([, object]) => (object instanceof PDFDict && isFigure(object) ? [object] : []))
      .map((figure) => figure.lookup(PDFName.of("Alt"), PDFHexString).decodeText());
    expect(alternatives).toHaveLength(figures.length);
    expect(alternatives).toContain("Photo 1, captured 2026-05-23 11:31:00 UTC by Marie Lefèvre");
    expect(alternatives.every((alternative) => alternative.length > 5)).toBe(true);
  });

  test("embeds its fonts as subsets that map back to text", async () => {
    const { stdout } = await run("pdffonts", [full.path]);
    const fonts = stdout.trim().split("\n").slice(2);
    // Those of the text, and the one for what is written in the chat.
    expect(fonts).toHaveLength(5);
    for (const font of fonts) expect(font).toMatch(/NBX\w{3}\+\S+ +CID TrueType +Identity-H +yes yes yes/);
  });

  test("carries its manifest, byte for byte, as data that the document is about", async () => {
    await run("pdfdetach", ["-save", "1", "-o", join(folder, "manifest.json"), full.path]);
    const manifest = await readFile(join(folder, "manifest.json"), "utf8");
    expect(manifest).toBe(JSON.stringify(sampleModel().manifest));
    expect(EvidenceManifest.parse(JSON.parse(manifest)).session.reference).toBe("INS-42871");
    const text = Buffer.from(full.bytes).toString("latin1");
    for (const part of ["/AFRelationship /Data", "/Subtype /application#2Fjson", "/AF ["]) expect(text).toContain(part);
  });

  test("keeps its objects outside of object streams, as signers need it", () => {
    const text = Buffer.from(full.bytes).toString("latin1");
    expect(text).not.toContain("/ObjStm");
    expect(text).toMatch(/\nxref\n/);
  });
});

function isFigure(object: PDFDict): boolean {
  return object.get(PDFName.of("S")) === PDFName.of("Figure");
}

interface ReadBookmark {
  title: string;
  below: ReadBookmark[];
}

function readBookmarks(parent: PDFDict): ReadBookmark[] {
  const bookmarks: ReadBookmark[] = [];
  let next = parent.lookupMaybe(PDFName.of("First"), PDFDict);
  while (next !== undefined) {
    bookmarks.push({ title: next.lookup(PDFName.of("Title"), PDFHexString).decodeText(), below: readBookmarks(next) });
    next = next.lookupMaybe(PDFName.of("Next"), PDFDict);
  }
  return bookmarks;
}

describe("other sessions", () => {
  test.each(["en", "fr", "cs", "de"] as const)(
    "the report in %s has its words, and every letter of them",
    async (language) => {
      const { pages } = await inLanguage(language);
      const text = squeeze(pages.join(""));
      const words = TEXTS[language];
      for (const part of [words.cover.consent, words.verify.provesNotText, words.recording.gapsNote, words.audit.note])
        expect(text).toContain(squeeze(part));
      // No letter is missing, so none has the square that stands for one.
      expect(text).not.toContain("□");
    },
  );

  test("a live session with a real key has no mark, one of the sandbox has both marks on every page", async () => {
    const live = await withRealKey();
    const { marks } = TEXTS.en;
    for (const mark of Object.values(marks)) expect(live.pages.join("")).not.toContain(mark);
    const model = sampleModel();
    const sandbox = await build({ ...model, session: { ...model.session, mode: "test" } });
    for (const page of sandbox.pages) {
      expect(page).toContain(marks.test);
      expect(page).toContain(marks.development);
    }
  });

  test.each(Language.options)(
    "a test says so in its metadata and on every page, in the language %s",
    async (language) => {
      const { path, bytes, pages } = await ofSandbox(language);
      const { marks } = TEXTS[language];
      for (const page of pages) {
        expect(page).toContain(marks.test);
        expect(page).not.toContain(marks.development);
      }
      const pdf = await PDFDocument.load(bytes, { updateMetadata: false });
      expect(pdf.getTitle()).toMatch(/^TEST · /);
      expect(pdf.getSubject()).toBe(marks.test);
      const { stdout } = await run("pdfinfo", ["-meta", path]);
      expect(stdout).toContain(`TEST · ${TEXTS[language].documentTitle(sampleModel().session.reference)}`);
      expect(stdout).toContain(`<dc:description><rdf:Alt><rdf:li xml:lang="x-default">${marks.test}<`);
      // The red bar, from edge to edge, and the word across the page, over whatever is there.
      for (const page of pdf.getPages()) expect(page.node.Resources()?.toString()).toContain("/Watermark");
      const { stdout: image } = await run("pdftoppm", ["-png", "-r", "20", "-f", "2", "-l", "2", "-singlefile", path], {
        encoding: "buffer",
        ...MAX_OUTPUT,
      });
      const { data, info } = await sharp(image).raw().toBuffer({ resolveWithObject: true });
      for (const x of [1, info.width - 3]) {
        const [red = 0, green = 0, blue = 0] = data.subarray((2 * info.width + x) * info.channels);
        expect(red).toBeGreaterThan(150);
        expect(green + blue).toBeLessThan(120);
      }
    },
  );

  test("a session that nobody joined has a report that says so", async () => {
    const { pages } = await ofNobody();
    expect(pages).toHaveLength(3);
    const { cover, signature } = TEXTS.en;
    for (const text of [cover.nothing, cover.noPeople, cover.noConsent, cover.neverStarted, signature.notGiven])
      expect(pages[0]).toContain(text);
  });

  test.each(Language.options)(
    "a frame whose original never came says so, and an original names its frame (%s)",
    async (language) => {
      const { pages } = await ofFrames(language);
      const { item, sources } = TEXTS[language];
      const page = pageWith(pages, hashOf("item 1"));
      for (const text of [item.provisional, sources.stream]) expect(squeeze(page)).toContain(squeeze(text));
      const other = pageWith(pages, hashOf("item 2"));
      expect(squeeze(other)).toContain(squeeze(item.provisionalFrame));
      expect(squeeze(other)).toContain(hashOf("the frame"));
      expect(squeeze(other)).not.toContain(squeeze(item.provisional));
    },
  );

  test("a recording that failed, and one that lacks nothing, say so", async () => {
    const [recording] = sampleModel().recordings;
    if (recording === undefined) throw new Error("the sample has a recording");
    const none = { duration_ms: null, sha256: null, size: null, gaps: [], contact_sheet: [] };
    const { pages } = await build(
      emptyModel({
        recordings: [
          { ...recording, ...none, failed: true },
          { ...recording, gaps: [] },
        ],
      }),
    );
    expect(pages[1]).toContain(TEXTS.en.recording.failed);
    expect(pages[1]).toContain(TEXTS.en.recording.noTiles);
    expect(pages[2]).toContain(TEXTS.en.recording.complete);
  });

  test("long names and references are wrapped, none is lost, and names of every script can be copied", async () => {
    const model = sampleModel();
    const reference = "SCHADEN-2026/000042871-NORDWEST-GEBÄUDEHAFTPFLICHT-TEILSCHADEN-0007-NACHTRAG-KELLER-0123456789";
    const name = "Dr. Maximiliane Antonia Freifrau von Hohenstein-Württembergischhausen";
    const title = "李小龍 Борис 😀";
    const { pages } = await build({
      ...model,
      session: { ...model.session, reference },
      participants: [{ name, role: "observer", device: "x".repeat(100), stays: [] }],
      items: [sampleItem(1, { title, captured_by: { name, role: "observer" } })],
      audit_entries: sampleEntries(3).map((entry) => ({ ...entry, actor_name: `${name} <${name}@example.com>` })),
    });
    expect(squeeze(pages[0] ?? "")).toContain(reference);
    // The cell beside the name stands between its lines.
    expect(squeeze(pages[0] ?? "")).toContain("Württembergischhause");
    expect(pageWith(pages, hashOf("item 1"))).toContain(title);
    expect(squeeze(pages.at(-2) ?? "")).toContain(squeeze(`${name} <${name}@example.com>`).slice(-40));
  });

  test("a chat of any length and script is printed whole, with times and names", async () => {
    const texts = ["李小龍 Борис 😀 नमस्ते क्षत्रिय", "line\nbreaks\n\nstay", "x".repeat(2000), "\n".repeat(1999), "ᚠ"];
    const chat = Array.from({ length: 60 }, (_, index) => ({
      at: at(index),
      name: index % 2 === 0 ? "Marie Lefèvre" : "Jan Novák",
      role: index % 2 === 0 ? ("participant" as const) : ("inspector" as const),
      text: texts[index] ?? `message ${index}`,
    }));
    const { path, pages } = await build(emptyModel({ chat }));
    const text = squeeze(pages.join(""));
    for (const message of chat.slice(5)) expect(text).toContain(squeeze(message.text));
    for (const part of ["李小龍Борис😀नमस्तेक्षत्रिय", "linebreaksstay"]) expect(text).toContain(part);
    // A character that no font has is copied all the same, and what is drawn for it is explained.
    expect(text).toContain("ᚠ");
    expect(text).toContain(squeeze(TEXTS.en.cover.lettersNote));
    expect(text.split("x").length).toBeGreaterThan(2000);
    for (const { at: time } of chat) expect(text).toContain(squeeze(time.toISOString().slice(0, 19).replace("T", " ")));
    const { stdout } = await run("pdffonts", [path]);
    for (const font of ["NotoSansDevanagari", "NotoSansSC", "NotoEmoji"]) expect(stdout).toContain(font);
  });

  test.each(Language.options)(
    "how the participant signs is said in %s: level, code, and who vouched how",
    async (language) => {
      const words = TEXTS[language].signing;
      const ses = squeeze((await inLanguage(language)).pages.join(""));
      for (const part of [
        words.levels.ses,
        words.statements.ses,
        "+33•••••678",
        "Jan Novák",
        "Marie Anne Lefèvre",
        "47X",
      ])
        expect(ses).toContain(squeeze(part));
      const asked = squeeze((await ofSandbox(language)).pages.join(""));
      expect(asked).toContain(squeeze(words.statements.aes));
      const notAsked = squeeze((await ofFrames(language)).pages.join(""));
      expect(notAsked).toContain(squeeze(words.notAsked));
      expect(notAsked).not.toContain(squeeze(words.statements.aes));
      expect(notAsked).toContain(squeeze(words.noIdentity));
    },
  );

  test("a gap's reason that is not known is printed as it is, and known ones in the report's language", async () => {
    const [recording] = sampleModel().recordings;
    if (recording === undefined) throw new Error("the sample has a recording");
    const reasons = Object.keys(TEXTS.de.recording.reasons);
    const gaps = [...reasons, "moon_phase"].map((reason, index) => ({
      from_ms: index * 1000,
      to_ms: index * 1000 + 1500,
      reason,
      stream: null,
    }));
    const { pages } = await build(emptyModel({ language: "de", recordings: [{ ...recording, gaps }] }));
    const text = squeeze(pages.join(""));
    for (const words of Object.values(TEXTS.de.recording.reasons)) expect(text).toContain(squeeze(words));
    expect(text).toContain("moon_phase");
    expect(text).toContain("1,5s");
  });

  test("the checkpoint is printed with who stamped it so far and what that is worth; without a stamp it says so", async () => {
    const page = pageWith(full.pages, sampleModel().checkpoint.root);
    expect(page).toContain("inspect.example.com/audit/7");
    expect(page).toContain("4,299");
    expect(page).toContain(`Poste (eIDAS), 2026-05-23 11:54:09 UTC (${TEXTS.en.audit.qualified})`);
    expect(page).toContain(`FreeTSA, 2026-05-23 11:54:10 UTC (${TEXTS.en.audit.unqualified})`);
    expect(squeeze((await ofNobody()).pages.join(""))).toContain(squeeze(TEXTS.en.audit.noAnchors));
  });

  test("a logo is drawn in place of the name, and one that cannot be decoded leaves the name", async () => {
    const logo = await sharp({ create: { width: 300, height: 60, channels: 4, background: "#0066cc80" } })
      .png()
      .toBuffer();
    const withLogo = { ...files, openPicture: async (key: string) => (key === "logo" ? logo : files.openPicture(key)) };
    const model = emptyModel({ organization: { name: "Nordlicht", accent: "#0066cc", logo: "logo" } });
    const drawn = await build(model, withLogo);
    expect((await run("pdfimages", ["-list", drawn.path])).stdout).toMatch(/ image +300 +60 /);
    const broken = await build({ ...model, organization: { ...model.organization, logo: "broken" } });
    expect(broken.pages[0]).toMatch(/^ *Nordlicht +Evidence file/m);
  });

  test("odd pictures are shown upright and whole, or their page says why not", async () => {
    const pictures = await oddPictures();
    const names = Object.keys(pictures);
    const items = names.map((picture, index) => sampleItem(index + 1, { title: picture, picture, location: null }));
    const { path, pages } = await build(emptyModel({ items }), filesOf(pictures));
    const { stdout } = await run("pdfimages", ["-list", path]);
    const lines = stdout.split("\n").filter((line) => / image /.test(line));
    const shown = new Map(
      lines.map((line) => {
        const [page = 0, , , width, height, color] = line.trim().split(/\s+/);
        return [names[Number(page) - 2] ?? "", `${width} × ${height} ${color}`];
      }),
    );
    const expected = names.flatMap((name): [string, string][] => {
      if (name === "truncated" || name === "HEIC") return [];
      if (name === "100 megapixels") return [[name, "2000 × 2000 rgb"]];
      return [[name, /turned [5-8]/.test(name) ? "200 × 300 rgb" : "300 × 200 rgb"]];
    });
    expect([...shown]).toEqual(expected);
    // With its facts on one page, however tall it is.
    expect(pages).toHaveLength(names.length + 3);
    const { problems } = TEXTS.en;
    const textOf = (name: string) => squeeze(pages[names.indexOf(name) + 1] ?? "");
    expect(textOf("truncated")).toContain(squeeze(problems.damaged));
    expect(textOf("HEIC")).toContain(squeeze(problems.format_not_shown));
  });

  test("an error of the store is no missing picture: it goes on to the caller", async () => {
    const failing = { ...files, openPicture: () => Promise.reject(new TypeError("the store is down")) };
    await expect(buildReport(sampleModel(), failing)).rejects.toThrow("the store is down");
  });
});

test("200 photos stay under 60 MB, in a process of less than 512 MB", async () => {
  const noise = { type: "gaussian", mean: 120, sigma: 25 } as const;
  const coarse = await sharp({ create: { width: 1000, height: 750, channels: 3, background: "#888", noise } })
    .png()
    .toBuffer();
  await sharp(coarse).resize(2048, 1536).jpeg({ quality: 82 }).toFile(join(folder, "photo.jpg"));
  const script = `
    const { buildReport } = await import(${JSON.stringify(new URL("../../workers/report/build-report.ts", import.meta.url).href)});
    const { emptyModel, sampleItem } = await import(${JSON.stringify(new URL("../helpers/sample-report.ts", import.meta.url).href)});
    const items = Array.from({ length: 200 }, (_, index) => sampleItem(index + 1, { picture: "photo" + index, picture_is_preview: true }));
    const bytes = await buildReport(emptyModel({ items }), {
      openPicture: async () => ${JSON.stringify(join(folder, "photo.jpg"))},
      openDrawing: async () => undefined,
    });
    await (await import("node:fs/promises")).writeFile(${JSON.stringify(join(folder, "large.pdf"))}, bytes);
    console.log(process.resourceUsage().maxRSS / 1024);`;
  const env = { ...process.env, MALLOC_ARENA_MAX: "2" };
  const { stdout } = await run(process.execPath, ["--input-type=module", "--eval", script], { env });
  expect(Number(stdout)).toBeLessThan(512);
  const bytes = await readFile(join(folder, "large.pdf"));
  expect(bytes.length).toBeLessThan(60_000_000);
  const { stdout: list } = await run("pdfimages", ["-list", join(folder, "large.pdf")], MAX_OUTPUT);
  const pictures = list.split("\n").filter((line) => / jpeg /.test(line));
  expect(pictures).toHaveLength(200);
  // Sharp enough for a page: at least 150 dots an inch.
  for (const picture of pictures) expect(Number(picture.trim().split(/\s+/)[12])).toBeGreaterThan(150);
}, 300_000);
