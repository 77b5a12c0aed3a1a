import { artifact, type Report } from "./report.ts";
import { drawRule, drawText, fillBox, type Sheet, writeSheet } from "./sheet.ts";
import { COLOR, CONTENT_WIDTH, PAGE, TEXT } from "./theme.ts";
import { fitText, measureText } from "./type-setting.ts";

const MARK_HEIGHT = 26;

/** Draws what every page has, once their number is known: the mark of a test or a development key, and the footer. */
export function addPageFrames(report: Report): void {
  for (const [index, sheet] of report.sheets.entries()) {
    artifact(sheet, () => {
      drawMark(report, sheet);
      drawFooter(report, sheet, index + 1, report.sheets.length);
    });
    writeSheet(sheet);
  }
}

function drawMark(report: Report, sheet: Sheet): void {
  const { model, texts } = report;
  const marks = [
    ...(model.session.mode === "test" ? [texts.marks.test] : []),
    ...(model.development_authority ? [texts.marks.development] : []),
  ];
  if (marks.length === 0) return;
  const lineHeight = MARK_HEIGHT / Math.max(2, marks.length);
  const style = { ...TEXT.small, face: "semibold", size: 7.5, lineHeight, color: COLOR.warning } as const;
  fillBox(sheet, { x: 0, y: 0, width: PAGE.width, height: MARK_HEIGHT }, COLOR.warningSoft);
  for (const [index, text] of marks.entries()) {
    const x = (PAGE.width - measureText(report.faces, text, style)) / 2;
    const y = (MARK_HEIGHT - marks.length * lineHeight) / 2 + index * lineHeight;
    drawText(sheet, report.faces, text, x, y, style);
  }
}

function drawFooter(report: Report, sheet: Sheet, number: number, of: number): void {
  const { model, texts, faces } = report;
  const y = PAGE.height - 46;
  drawRule(sheet, PAGE.side, y, CONTENT_WIDTH);
  const style = { ...TEXT.label, size: 7, lineHeight: 10 };
  const pageText = texts.page(number, of);
  const pageWidth = measureText(faces, pageText, style);
  const identity = `${model.session.reference}  ·  ${model.session.id}`;
  drawText(sheet, faces, fitText(faces, identity, style, CONTENT_WIDTH - pageWidth - 16), PAGE.side, y + 5, style);
  drawText(sheet, faces, pageText, PAGE.side + CONTENT_WIDTH - pageWidth, y + 5, style);
  const label = `${texts.auditHash}  `;
  drawText(sheet, faces, label, PAGE.side, y + 15, style);
  const hash = { ...TEXT.tinyHash, size: 6, lineHeight: 10, color: COLOR.faint };
  drawText(sheet, faces, model.audit_chain_hash, PAGE.side + measureText(faces, label, style) + 2, y + 15, hash);
}
