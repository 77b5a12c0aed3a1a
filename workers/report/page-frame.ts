import { type PDFDocument, PDFName, type PDFRef } from "pdf-lib";
import { artifact, type Report } from "./report.ts";
import { drawRule, drawText, fillBox, type Sheet, writeSheet } from "./sheet.ts";
import { COLOR, CONTENT_WIDTH, PAGE, TEXT } from "./theme.ts";
import { fitText, measureText } from "./type-setting.ts";

/** A bar across the top of every page, as high as this. */
const TEST_BAR = { height: 18, style: { ...TEXT.small, face: "semibold", size: 8.5, color: COLOR.onDanger } } as const;
const DEVELOPMENT_BAR = {
  height: 13,
  style: { ...TEXT.small, face: "semibold", size: 7.5, color: COLOR.warning },
} as const;
/** The word across a page of a test: large and pale, so that what is below it stays readable. */
const WATERMARK = { ...TEXT.title, size: 190, lineHeight: 190, color: COLOR.danger } as const;
const WATERMARK_OPACITY = 0.09;
const WATERMARK_STATE = PDFName.of("Watermark");

/** Draws what every page has, once their number is known: the marks of a test and of a development key, and the footer. */
export function addPageFrames(report: Report): void {
  const isTest = report.model.session.mode === "test";
  const watermark = isTest ? addOpacity(report.pdf) : undefined;
  for (const [index, sheet] of report.sheets.entries()) {
    artifact(sheet, () => {
      if (watermark) drawWatermark(report, sheet, watermark);
      drawBars(report, sheet, isTest);
      drawFooter(report, sheet, index + 1, report.sheets.length);
    });
    writeSheet(sheet);
  }
}

function drawBars(report: Report, sheet: Sheet, isTest: boolean): void {
  const { marks } = report.texts;
  let y = 0;
  const drawBar = (text: string, bar: typeof TEST_BAR | typeof DEVELOPMENT_BAR, color: string) => {
    fillBox(sheet, { x: 0, y, width: PAGE.width, height: bar.height }, color);
    const x = (PAGE.width - measureText(report.faces, text, bar.style)) / 2;
    drawText(sheet, report.faces, text, x, y + (bar.height - bar.style.lineHeight) / 2, bar.style);
    y += bar.height;
  };
  if (isTest) drawBar(marks.test, TEST_BAR, COLOR.danger);
  if (report.model.development_authority) drawBar(marks.development, DEVELOPMENT_BAR, COLOR.warningSoft);
}

/** What is painted in this state lets through what is below it (ISO 32000-1, 11.6.4.4). */
function addOpacity(pdf: PDFDocument): PDFRef {
  return pdf.context.register(pdf.context.obj({ Type: "ExtGState", ca: WATERMARK_OPACITY }));
}

/** Over everything, pictures included: from the lower left to the upper right, around the middle of the page. */
function drawWatermark({ faces, texts }: Report, sheet: Sheet, state: PDFRef): void {
  const text = texts.marks.watermark;
  const angle = Math.atan2(PAGE.height, PAGE.width);
  const [cos, sin] = [Math.cos(angle).toFixed(4), Math.sin(angle).toFixed(4)];
  sheet.page.node.setExtGState(WATERMARK_STATE, state);
  sheet.content.push(`q ${WATERMARK_STATE} gs ${cos} ${sin} -${sin} ${cos} ${PAGE.width / 2} ${PAGE.height / 2} cm`);
  // Drawn around the origin, which the matrix has moved to the middle; heights still count from the upper edge.
  const x = -measureText(faces, text, WATERMARK) / 2;
  drawText(sheet, faces, text, x, PAGE.height - WATERMARK.lineHeight / 2, WATERMARK);
  sheet.content.push("Q");
}

function drawFooter(report: Report, sheet: Sheet, number: number, of: number): void {
  const { model, texts, faces } = report;
  const y = PAGE.height - 46;
  drawRule(sheet, PAGE.side, y, CONTENT_WIDTH);
  const style = { ...TEXT.label, size: 7, lineHeight: 10 };
  const pageText = texts.page(number, of);
  const pageWidth = measureText(faces, pageText, style);
  const id = `  ·  ${model.session.id}`;
  const room = CONTENT_WIDTH - pageWidth - 16 - measureText(faces, id, style);
  drawText(sheet, faces, fitText(faces, model.session.reference, style, room) + id, PAGE.side, y + 5, style);
  drawText(sheet, faces, pageText, PAGE.side + CONTENT_WIDTH - pageWidth, y + 5, style);
  const label = `${texts.auditHash}  `;
  drawText(sheet, faces, label, PAGE.side, y + 15, style);
  const hash = { ...TEXT.tinyHash, size: 6, lineHeight: 10, color: COLOR.faint };
  drawText(sheet, faces, model.audit_chain_hash, PAGE.side + measureText(faces, label, style) + 2, y + 15, hash);
}
