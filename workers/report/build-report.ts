import { PDFDocument } from "pdf-lib";
import { attachManifest } from "./attach-manifest.ts";
import { addAudit } from "./audit-pages.ts";
import { addChat } from "./chat-pages.ts";
import { addCover } from "./cover.ts";
import { embedFaces } from "./fonts.ts";
import { addItem } from "./item-page.ts";
import { writeMetadata } from "./metadata.ts";
import { addMissing } from "./missing-pages.ts";
import { type Bookmark, writeOutline } from "./outline.ts";
import { writeOutputIntent } from "./output-intent.ts";
import { addPageFrames } from "./page-frame.ts";
import { budgetFor } from "./pictures.ts";
import { addRecording } from "./recording-pages.ts";
import { addSheet, type Report, startPage, startSection } from "./report.ts";
import type { ReportFiles, ReportModel } from "./report-model.ts";
import type { Sheet } from "./sheet.ts";
import { addSigning } from "./signing-pages.ts";
import { startStructure, writeStructure } from "./structure-tree.ts";
import { TEXTS } from "./texts.ts";
import { PAGE } from "./theme.ts";
import { addVerify } from "./verify-page.ts";

/**
 * Builds the evidence PDF of a session, unsigned and without object streams, as signers of PDF need it. Files are opened
 * one at a time; a picture that is gone or cannot be decoded becomes a place that says so. The same model and files give
 * the same bytes. 200 photos of 12 megapixels stay under 60 MB. Errors of the access functions go on to the caller.
 */
export async function buildReport(model: ReportModel, files: ReportFiles): Promise<Uint8Array> {
  const report = await startReport(model, files);
  await addCover(report);
  await addSections(report);
  addPageFrames(report);
  writeMetadata(report.pdf, model, report.texts);
  writeOutputIntent(report.pdf);
  await attachManifest(report.pdf, model.manifest, model.made_at);
  writeOutline(report.pdf, report.bookmarks);
  writeStructure(report.structure, report.pdf);
  return report.pdf.save({ useObjectStreams: false, addDefaultPage: false, updateFieldAppearances: false });
}

async function startReport(model: ReportModel, files: ReportFiles): Promise<Report> {
  const pdf = await PDFDocument.create({ updateMetadata: false });
  const structure = startStructure(pdf.context);
  const sheets: Sheet[] = [];
  return {
    model,
    files,
    texts: TEXTS[model.language],
    pdf,
    faces: await embedFaces(pdf, textOf(model)),
    structure,
    bookmarks: [],
    embedded: new Map(),
    pictureBudget: budgetFor(countPictures(model)),
    sheets,
    sheet: addSheet(pdf, sheets),
    section: structure.root,
    y: PAGE.top,
  };
}

/** All that may be drawn, and more: the fonts are chosen by it. */
function textOf({ manifest: _, ...model }: ReportModel): string {
  return JSON.stringify(model);
}

/** An annotation has two pictures: itself and, unless it is an item as well, its original. */
function countPictures(model: ReportModel): number {
  const pictures = model.items.flatMap(({ picture, drawing }) => [picture, drawing].filter((key) => key !== null));
  const tiles = model.recordings.flatMap(({ contact_sheet }) => contact_sheet.map((tile) => tile.picture));
  return new Set([...pictures, ...tiles]).size;
}

async function addSections(report: Report): Promise<void> {
  const { model, texts } = report;
  await addEach(report, texts.item.section, model.items, {
    name: (item, number) => texts.item.title(number, item.title ?? texts.kinds[item.kind]),
    add: (item, number) => addItem(report, item, number),
  });
  await addEach(report, texts.recording.section, model.recordings, {
    name: (_, number) => texts.recording.title(number),
    add: (recording, number) => addRecording(report, recording, number),
  });
  if (model.chat.length > 0) {
    startSection(report, texts.chat.section);
    addChat(report);
  }
  if (model.signing !== null || model.signature?.status === "given") {
    startSection(report, texts.signing.section);
    await addSigning(report);
  }
  if (model.missing_captures.length > 0) {
    startSection(report, texts.missing.section);
    addMissing(report);
  }
  startSection(report, texts.audit.section);
  addAudit(report);
  startSection(report, texts.verify.section);
  addVerify(report);
}

interface PartPages<Part> {
  /** The part's bookmark. */
  name: (part: Part, number: number) => string;
  add: (part: Part, number: number) => Promise<void>;
}

/** A section with a page, or as many as it takes, for each part; none where there are no parts. */
async function addEach<Part>(report: Report, title: string, parts: Part[], pages: PartPages<Part>): Promise<void> {
  let section: Bookmark | undefined;
  for (const [index, part] of parts.entries()) {
    if (section === undefined) section = startSection(report, title);
    else startPage(report);
    section.below.push({ title: pages.name(part, index + 1), page: report.sheet.page, y: 0, below: [] });
    await pages.add(part, index + 1);
  }
}
