import { addHeading, addSpace, addText, type Column } from "./blocks.ts";
import { formatTime } from "./format.ts";
import { artifact, ensureSpace, nested, type Report, tagged } from "./report.ts";
import type { ReportMessage } from "./report-model.ts";
import { drawRule, drawText } from "./sheet.ts";
import { CONTENT_WIDTH, PAGE, TEXT, type TextStyle } from "./theme.ts";
import { fitText, measureText } from "./type-setting.ts";

/** What stands at the left of each message's text: its time. */
const TIME_WIDTH = 116;
const TEXTS_COLUMN: Column = { x: PAGE.side + TIME_WIDTH, width: CONTENT_WIDTH - TIME_WIDTH };
const NAME: TextStyle = { ...TEXT.body, face: "semibold" };
const GAP = 5;

/** What was written in the call, message by message. The page is started already. */
export function addChat(report: Report): void {
  const { model, texts } = report;
  addHeading(report, texts.chat.section);
  addText(report, texts.chat.note);
  addSpace(report, 12);
  for (const message of model.chat) addMessage(report, message);
}

function addMessage(report: Report, message: ReportMessage): void {
  const { texts, faces } = report;
  ensureSpace(report, GAP + NAME.lineHeight + 2 * TEXT.body.lineHeight);
  artifact(report.sheet, (sheet) => drawRule(sheet, PAGE.side, report.y, CONTENT_WIDTH));
  report.y += GAP;
  const label = texts.roles[message.role];
  const labelWidth = measureText(faces, label, TEXT.label);
  const name = fitText(faces, message.name, NAME, TEXTS_COLUMN.width - labelWidth - 8);
  tagged(report, "P", (sheet) => {
    drawText(sheet, faces, formatTime(message.at), PAGE.side, report.y, { ...TEXT.label, lineHeight: NAME.lineHeight });
    drawText(sheet, faces, name, TEXTS_COLUMN.x, report.y, NAME);
    const x = TEXTS_COLUMN.x + measureText(faces, name, NAME) + 8;
    drawText(sheet, faces, label, x, report.y, { ...TEXT.label, lineHeight: NAME.lineHeight });
  });
  report.y += NAME.lineHeight;
  const addWords = () => addText(report, message.text, TEXT.body, { column: TEXTS_COLUMN });
  nested(report, "Sect", addWords, { anyLanguage: true });
  addSpace(report, GAP);
}
