import type { Shown } from "./pictures.ts";
import { artifact, ensureSpace, nested, type Report, startPage, tagged } from "./report.ts";
import { drawImage, drawRule, drawText, fillBox, type Sheet, strokeBox } from "./sheet.ts";
import type { Role } from "./structure-tree.ts";
import { COLOR, CONTENT_BOTTOM, CONTENT_WIDTH, PAGE, TEXT, type TextStyle } from "./theme.ts";
import { wrapText } from "./type-setting.ts";

/*
 * What pages are built from. Each block begins at the report's place, goes on to the next page where it must, and
 * leaves the place below itself.
 */

export interface Column {
  x: number;
  width: number;
}

export const FULL_WIDTH: Column = { x: PAGE.side, width: CONTENT_WIDTH };

export function addSpace(report: Report, height: number): void {
  report.y += height;
}

/** A text that is wrapped into its column. */
export function addText(
  report: Report,
  text: string,
  style: TextStyle = TEXT.body,
  { role = "P", column = FULL_WIDTH }: { role?: Role; column?: Column } = {},
): void {
  let lines = wrapText(report.faces, text, style, column.width);
  while (lines.length > 0) {
    const room = Math.floor((CONTENT_BOTTOM - report.y) / style.lineHeight);
    if (room < Math.min(2, lines.length) && report.y > PAGE.top) {
      startPage(report);
      continue;
    }
    const fitting = lines.slice(0, Math.max(1, room));
    tagged(report, role, (sheet) => {
      drawLines(report, sheet, fitting, column.x, report.y, style);
    });
    report.y += fitting.length * style.lineHeight;
    lines = lines.slice(fitting.length);
  }
}

/** A heading that is not left alone at the foot of a page: `follow` is the height that must fit below it. */
export function addHeading(report: Report, text: string, follow = 60): void {
  const lines = wrapText(report.faces, text, TEXT.heading, CONTENT_WIDTH).length;
  ensureSpace(report, lines * TEXT.heading.lineHeight + follow);
  addText(report, text, TEXT.heading, { role: "H1" });
  addSpace(report, 8);
}

export function addSubheading(report: Report, text: string, follow = 40): void {
  ensureSpace(report, 14 + TEXT.subheading.lineHeight + follow);
  if (report.y > PAGE.top) addSpace(report, 14);
  addText(report, text, TEXT.subheading, { role: "H2" });
  addSpace(report, 4);
}

export interface Fact {
  label: string;
  value: string;
  style?: TextStyle;
}

const FACT_GAP = { across: 16, down: 7 };

/** Labels with their values below, in columns of equal width, row by row. */
export function addFacts(report: Report, facts: Fact[], columns: number, area: Column = FULL_WIDTH): void {
  const width = factWidth(columns, area);
  for (const row of setFacts(report, facts, columns, width)) {
    ensureSpace(report, row.height);
    for (const [index, { label, value, style }] of row.facts.entries()) {
      const x = area.x + index * (width + FACT_GAP.across);
      tagged(report, "P", (sheet) => {
        drawLines(report, sheet, label, x, report.y, TEXT.label);
        drawLines(report, sheet, value, x, report.y + row.labelHeight, style);
      });
    }
    report.y += row.height + FACT_GAP.down;
  }
}

/** How much height `addFacts` will take. */
export function measureFacts(report: Report, facts: Fact[], columns: number, area: Column = FULL_WIDTH): number {
  const rows = setFacts(report, facts, columns, factWidth(columns, area));
  return rows.reduce((sum, row) => sum + row.height + FACT_GAP.down, 0);
}

function factWidth(columns: number, area: Column): number {
  return (area.width - FACT_GAP.across * (columns - 1)) / columns;
}

interface FactRow {
  facts: { label: string[]; value: string[]; style: TextStyle }[];
  labelHeight: number;
  height: number;
}

function setFacts(report: Report, facts: Fact[], columns: number, width: number): FactRow[] {
  const rows: FactRow[] = [];
  for (let start = 0; start < facts.length; start += columns) {
    const row = facts.slice(start, start + columns).map(({ label, value, style = TEXT.body }) => ({
      label: wrapText(report.faces, label, TEXT.label, width),
      value: wrapText(report.faces, value, style, width),
      style,
    }));
    const labelHeight = Math.max(...row.map(({ label }) => label.length)) * TEXT.label.lineHeight;
    const valueHeight = Math.max(...row.map(({ value, style }) => value.length * style.lineHeight));
    rows.push({ facts: row, labelHeight, height: labelHeight + valueHeight });
  }
  return rows;
}

/** Draws lines below each other, without taking up space in the flow. */
export function drawLines(report: Report, sheet: Sheet, lines: string[], x: number, y: number, style: TextStyle): void {
  for (const [index, line] of lines.entries())
    drawText(sheet, report.faces, line, x, y + index * style.lineHeight, style);
}

interface TableColumn {
  title: string;
  /** Its share of the width. */
  share: number;
  style?: TextStyle;
}

/** A table whose head is repeated on every page that it runs over; it is read aloud once. */
export function addTable(report: Report, columns: TableColumn[], rows: string[][]): void {
  ensureSpace(report, 50);
  nested(report, "Table", () => drawTable(report, columns, rows));
}

function drawTable(report: Report, columns: TableColumn[], rows: string[][]): void {
  const gap = 12;
  const shares = columns.reduce((sum, column) => sum + column.share, 0);
  const usable = CONTENT_WIDTH - gap * (columns.length - 1);
  let x: number = PAGE.side;
  const placed = columns.map((column) => {
    const width = (usable * column.share) / shares;
    const place = { ...column, x, width, style: column.style ?? TEXT.body };
    x += width + gap;
    return place;
  });
  const addHead = (isRepeated: boolean) => {
    const drawTitle = (sheet: Sheet, { title, x }: (typeof placed)[number]) =>
      drawText(sheet, report.faces, title, x, report.y, TEXT.label);
    if (isRepeated) {
      artifact(report.sheet, (sheet) => {
        for (const column of placed) drawTitle(sheet, column);
      });
    } else {
      nested(report, "TR", () => {
        for (const column of placed) tagged(report, "TH", (sheet) => drawTitle(sheet, column));
      });
    }
    report.y += TEXT.label.lineHeight + 3;
    artifact(report.sheet, (sheet) => drawRule(sheet, PAGE.side, report.y, CONTENT_WIDTH));
    report.y += 4;
  };
  addHead(false);
  for (const row of rows) {
    const cells = placed.map((column, index) => {
      return { column, lines: wrapText(report.faces, row[index] ?? "", column.style, column.width) };
    });
    const height = Math.max(...cells.map(({ column, lines }) => lines.length * column.style.lineHeight));
    if (report.y + height > CONTENT_BOTTOM) {
      startPage(report);
      addHead(true);
    }
    nested(report, "TR", () => {
      for (const { column, lines } of cells) {
        tagged(report, "TD", (sheet) => drawLines(report, sheet, lines, column.x, report.y, column.style));
      }
    });
    report.y += height + 3;
    artifact(report.sheet, (sheet) => drawRule(sheet, PAGE.side, report.y, CONTENT_WIDTH));
    report.y += 4;
  }
}

/** A note on a tinted ground: for what is missing, broken or must be known. */
export function addNotice(report: Report, text: string, kind: "plain" | "danger" = "plain"): void {
  const style = kind === "danger" ? { ...TEXT.body, color: COLOR.danger } : TEXT.soft;
  const padding = 10;
  const column = { x: PAGE.side + padding, width: CONTENT_WIDTH - 2 * padding };
  const height = wrapText(report.faces, text, style, column.width).length * style.lineHeight + 2 * padding;
  ensureSpace(report, height);
  const box = { x: PAGE.side, y: report.y, width: CONTENT_WIDTH, height };
  artifact(report.sheet, (sheet) => fillBox(sheet, box, kind === "danger" ? COLOR.dangerSoft : COLOR.surface));
  report.y += padding;
  addText(report, text, style, { column });
  report.y += padding + 4;
}

/** The place of a picture that cannot be shown, with the reason in it. */
export function addEmptyPicture(report: Report, text: string, column: Column = FULL_WIDTH, height = 130): void {
  ensureSpace(report, height);
  const box = { x: column.x, y: report.y, width: column.width, height };
  artifact(report.sheet, (sheet) => {
    fillBox(sheet, box, COLOR.surface);
    strokeBox(sheet, box, { color: COLOR.line, width: 0.6, dash: [4, 3] });
  });
  const inner = { x: column.x + 16, width: column.width - 32 };
  const lines = wrapText(report.faces, text, TEXT.soft, inner.width);
  const end = report.y + height;
  report.y += Math.max(8, (height - lines.length * TEXT.soft.lineHeight) / 2);
  addText(report, text, TEXT.soft, { column: inner });
  report.y = end;
}

/** A picture as large as its place allows, at its left edge, in a thin frame; or the reason why there is none. */
export function addPicture(report: Report, shown: Shown, alternative: string, column: Column, height: number): void {
  if ("reason" in shown) {
    addEmptyPicture(report, shown.reason, column);
    return;
  }
  const { picture } = shown;
  const scale = Math.min(column.width / picture.width, height / picture.height);
  const box = { x: column.x, y: report.y, width: picture.width * scale, height: picture.height * scale };
  tagged(
    report,
    "Figure",
    (sheet) => {
      drawImage(sheet, picture.ref, box);
      strokeBox(sheet, box, { color: COLOR.line, width: 0.6 });
    },
    alternative,
  );
  report.y += box.height;
}
