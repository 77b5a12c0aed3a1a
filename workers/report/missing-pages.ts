import { addHeading, addSpace, addTable, addText } from "./blocks.ts";
import { formatTime } from "./format.ts";
import type { Report } from "./report.ts";
import { TEXT } from "./theme.ts";

/** What was announced and never came: said, so that nobody takes the file for complete. The page is started already. */
export function addMissing(report: Report): void {
  const { model, texts } = report;
  addHeading(report, texts.missing.section);
  addText(report, texts.missing.note);
  addSpace(report, 12);
  const columns = [
    { title: texts.missing.at, share: 2.5 },
    { title: texts.missing.by, share: 1.9 },
    { title: texts.missing.hash, share: 4.8, style: { ...TEXT.hash, size: 6.3, lineHeight: 14 } },
  ];
  const rows = model.missing_captures.map((capture) => [
    formatTime(capture.announced_at),
    capture.name,
    capture.sha256,
  ]);
  addTable(report, columns, rows);
}
