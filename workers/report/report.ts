import type { PDFDocument, PDFRef } from "pdf-lib";
import type { Faces } from "./fonts.ts";
import type { Bookmark } from "./outline.ts";
import type { FileKey, ReportFiles, ReportModel } from "./report-model.ts";
import { type Sheet, writeSheet } from "./sheet.ts";
import { addContent, addElement, type Element, type Role, type StructureTree } from "./structure-tree.ts";
import type { Texts } from "./texts.ts";
import { CONTENT_BOTTOM, PAGE } from "./theme.ts";

/** A report while it is made: what it is made from, and where the next block goes. */
export interface Report {
  readonly model: ReportModel;
  readonly files: ReportFiles;
  readonly texts: Texts;
  readonly pdf: PDFDocument;
  readonly faces: Faces;
  readonly structure: StructureTree;
  readonly bookmarks: Bookmark[];
  /** Pictures that are embedded already, by their file. */
  readonly embedded: Map<FileKey, EmbeddedPicture>;
  /** What one picture may take, in bytes. */
  readonly pictureBudget: number;
  readonly sheets: Sheet[];
  sheet: Sheet;
  /** The structure's part that new blocks belong to. */
  section: Element;
  /** Where the next block begins: points from the page's upper edge. */
  y: number;
}

export interface EmbeddedPicture {
  ref: PDFRef;
  /** In pixels. */
  width: number;
  height: number;
}

/** Adds a page to the document. */
export function addSheet(pdf: PDFDocument, sheets: Sheet[]): Sheet {
  const sheet: Sheet = { page: pdf.addPage([PAGE.width, PAGE.height]), content: [] };
  sheets.push(sheet);
  return sheet;
}

/** Starts a new page; the next block begins at its top. */
export function startPage(report: Report): void {
  writeSheet(report.sheet);
  report.sheet = addSheet(report.pdf, report.sheets);
  report.y = PAGE.top;
}

/** Starts a part of the document at the current place, with its bookmark. */
export function openSection(report: Report, title: string): Bookmark {
  report.section = addElement(report.structure, report.structure.root, "Sect");
  const bookmark = { title, page: report.sheet.page, y: 0, below: [] };
  report.bookmarks.push(bookmark);
  return bookmark;
}

/** Starts a part of the document on a new page. */
export function startSection(report: Report, title: string): Bookmark {
  startPage(report);
  return openSection(report, title);
}

/** What sums of heights may be off by: a picture that was given all the room above its facts leaves them theirs. */
const ROUNDING = 0.01;

/** Starts a new page unless this much height is left on the current one. */
export function ensureSpace(report: Report, height: number): void {
  if (report.y + height > CONTENT_BOTTOM + ROUNDING && report.y > PAGE.top) startPage(report);
}

/** Draws content that means something: `role` says what it is, `alternative` what is read instead of a picture. */
export function tagged(report: Report, role: Role, draw: (sheet: Sheet) => void, alternative?: string): void {
  const { sheet, structure } = report;
  const element = addElement(structure, report.section, role, alternative);
  sheet.content.push(`/${role} <</MCID ${addContent(structure, element, sheet.page)}>> BDC`);
  draw(sheet);
  sheet.content.push("EMC");
}

/** Puts what is drawn within `draw` below an element of its own; `anyLanguage`: as people wrote it. */
export function nested(report: Report, role: Role, draw: () => void, { anyLanguage = false } = {}): void {
  const { section, structure } = report;
  report.section = addElement(structure, section, role);
  report.section.anyLanguage = anyLanguage;
  draw();
  report.section = section;
}

/** Draws what only decorates or repeats: rules, footers. Readers that do not see the page skip it. */
export function artifact(sheet: Sheet, draw: (sheet: Sheet) => void): void {
  sheet.content.push("/Artifact BMC");
  draw(sheet);
  sheet.content.push("EMC");
}
