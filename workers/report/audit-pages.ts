import { addFacts, addHeading, addNotice, addSpace, addText, drawLines } from "./blocks.ts";
import { formatTime, groupHash } from "./format.ts";
import { artifact, ensureSpace, type Report, tagged } from "./report.ts";
import type { ReportAuditEntry } from "./report-model.ts";
import { drawRule, drawText, type Point, type Sheet } from "./sheet.ts";
import { COLOR, CONTENT_WIDTH, PAGE, TEXT, type TextStyle } from "./theme.ts";
import { fitText, wrapText } from "./type-setting.ts";

const ROW = { line: 12, hash: 8, gap: 6 };

/** Places of the columns, from the left edge of the content. */
const AT = { number: 0, time: 38, action: 158, actor: 318 };
const HALF = CONTENT_WIDTH / 2;
const LABEL_WIDTH = 32;

const LINE: TextStyle = { ...TEXT.small, lineHeight: ROW.line, color: COLOR.text };
const ACTION: TextStyle = { ...LINE, face: "semibold" };

/** The session's entries of the audit log, with their hashes. The page is started already. */
export function addAudit(report: Report): void {
  const { model, texts } = report;
  addHeading(report, texts.audit.section);
  addText(report, texts.audit.note);
  addSpace(report, 12);
  addFacts(report, [{ label: texts.audit.newest, value: groupHash(model.audit_chain_hash), style: TEXT.hash }], 1);
  addSpace(report, 4);
  if (model.audit_entries.length === 0) addNotice(report, texts.audit.none, "danger");
  for (const entry of model.audit_entries) addEntry(report, entry);
}

function addEntry(report: Report, entry: ReportAuditEntry): void {
  const { faces, texts } = report;
  const action = wrapText(faces, entry.action, ACTION, AT.actor - AT.action - 8);
  const actor = wrapText(faces, entry.actor, LINE, CONTENT_WIDTH - AT.actor);
  const summary = Math.max(action.length, actor.length) * ROW.line;
  const hasObject = entry.object !== null || entry.object_hash !== null;
  const height = summary + ROW.hash * (hasObject ? 2 : 1) + ROW.gap;
  ensureSpace(report, height);
  const top = report.y + 2;
  artifact(report.sheet, (sheet) => drawRule(sheet, PAGE.side, report.y, CONTENT_WIDTH));
  tagged(report, "P", (sheet) => {
    drawText(sheet, faces, String(entry.sequence), PAGE.side + AT.number, top, { ...LINE, color: COLOR.faint });
    drawText(sheet, faces, formatTime(entry.at), PAGE.side + AT.time, top, LINE);
    drawLines(report, sheet, action, PAGE.side + AT.action, top, ACTION);
    drawLines(report, sheet, actor, PAGE.side + AT.actor, top, LINE);
    const below = top + summary;
    drawLabelled(report, sheet, texts.audit.hash, entry.hash, { x: 0, y: below });
    drawLabelled(report, sheet, texts.audit.previous, entry.previous_hash, { x: HALF, y: below });
    drawLabelled(report, sheet, texts.audit.objectHash, entry.object_hash, { x: 0, y: below + ROW.hash });
    drawLabelled(report, sheet, texts.audit.object, entry.object, { x: HALF, y: below + ROW.hash });
  });
  report.y += height;
}

function drawLabelled(report: Report, sheet: Sheet, label: string, value: string | null, at: Point): void {
  if (value === null) return;
  drawText(sheet, report.faces, label, PAGE.side + at.x, at.y, TEXT.tinyLabel);
  const text = fitText(report.faces, value, TEXT.tinyHash, HALF - LABEL_WIDTH);
  drawText(sheet, report.faces, text, PAGE.side + at.x + LABEL_WIDTH, at.y, TEXT.tinyHash);
}
