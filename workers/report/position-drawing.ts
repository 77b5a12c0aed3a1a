import { formatDistance } from "./format.ts";
import { type Position, type PositionView, roundLength, viewPositions } from "./position-view.ts";
import type { Report } from "./report.ts";
import type { ReportModel } from "./report-model.ts";
import {
  type Box,
  clipTo,
  drawText,
  fillBox,
  fillShape,
  type Point,
  type Sheet,
  strokeBox,
  strokeCircle,
  strokeDots,
  strokeLine,
} from "./sheet.ts";
import { COLOR, TEXT, type TextStyle } from "./theme.ts";
import { measureText } from "./type-setting.ts";

interface PlacedItem extends Position {
  /** The item's number in the document. */
  number: number;
  accuracy_m: number;
}

/** The session's items that have a position, by their number. */
export function placedItems(model: ReportModel): PlacedItem[] {
  return model.items.flatMap((item, index) =>
    item.location === null ? [] : [{ number: index + 1, ...item.location }],
  );
}

/** The expected place, where its coordinates are known. */
export function expectedPosition(model: ReportModel): Position | undefined {
  const place = model.session.expected_location;
  if (place === null || place.latitude === null || place.longitude === null) return undefined;
  return { latitude: place.latitude, longitude: place.longitude };
}

const NUMBER: TextStyle = { ...TEXT.label, face: "semibold", size: 6.5, lineHeight: 8, color: COLOR.text };
const ACCURACY = { color: "#c3cbd0", width: 0.5 };
const DOT = 4.2;

/**
 * Draws where the items lie to each other, north up and to scale: dots with their numbers, a circle for the accuracy, a
 * dashed ring for the expected place, a bar for the scale. With `highlight`, the number of an item, only that one has
 * its number and its circle.
 */
export function drawPositions(report: Report, sheet: Sheet, box: Box, highlight?: number): void {
  const items = placedItems(report.model);
  const view = viewPositions(items, expectedPosition(report.model), box);
  const chosen = items.filter((item) => highlight === undefined || item.number === highlight);
  fillBox(sheet, box, COLOR.surface);
  clipTo(sheet, box, () => {
    for (const item of chosen) {
      const radius = item.accuracy_m * view.scale;
      if (radius > DOT) strokeCircle(sheet, view.place(item), radius, ACCURACY);
    }
    if (view.expected !== undefined) {
      strokeCircle(sheet, view.expected, 6, { color: COLOR.soft, width: 1, dash: [2, 1.5] });
    }
    strokeDots(sheet, items.map(view.place), DOT, "#a3adb3");
    strokeDots(sheet, chosen.map(view.place), DOT + 1.6, "#ffffff");
    strokeDots(sheet, chosen.map(view.place), DOT, COLOR.text);
    for (const group of groupClose(chosen, view)) drawNumbers(report, sheet, group, box);
  });
  strokeBox(sheet, box, { color: COLOR.line, width: 0.6 });
  drawNorth(report, sheet, { x: box.x + box.width - 12, y: box.y + 10 });
  drawScale(report, sheet, box, view.scale);
}

interface Group {
  at: Point;
  numbers: number[];
}

/** Items whose dots touch share one label, since their numbers would lie over each other. */
function groupClose(items: PlacedItem[], view: PositionView): Group[] {
  const groups: Group[] = [];
  for (const item of items) {
    const at = view.place(item);
    const near = groups.find((group) => Math.abs(group.at.x - at.x) < 14 && Math.abs(group.at.y - at.y) < 8);
    if (near === undefined) groups.push({ at, numbers: [item.number] });
    else near.numbers.push(item.number);
  }
  return groups;
}

/** Ascending numbers with runs drawn together: `3, 5–9`. */
export function joinNumbers(numbers: number[]): string {
  const runs: [number, number][] = [];
  for (const number of numbers) {
    const last = runs.at(-1);
    if (last !== undefined && number === last[1] + 1) last[1] = number;
    else runs.push([number, number]);
  }
  return runs
    .map(([from, to]) => (from === to ? `${from}` : to === from + 1 ? `${from}, ${to}` : `${from}–${to}`))
    .join(", ");
}

function drawNumbers(report: Report, sheet: Sheet, { at, numbers }: Group, box: Box): void {
  const text = joinNumbers(numbers);
  const width = measureText(report.faces, text, NUMBER);
  // To the right of the dot, or to the left where the drawing ends.
  const x = at.x + 5 + width > box.x + box.width - 3 ? at.x - 5 - width : at.x + 5;
  drawText(sheet, report.faces, text, x, at.y - 4, NUMBER);
}

function drawNorth(report: Report, sheet: Sheet, top: Point): void {
  const arrow = [top, { x: top.x + 3.5, y: top.y + 9 }, { x: top.x, y: top.y + 7 }, { x: top.x - 3.5, y: top.y + 9 }];
  fillShape(sheet, arrow, COLOR.soft);
  drawText(sheet, report.faces, "N", top.x - 2.4, top.y + 9, { ...NUMBER, color: COLOR.soft });
}

function drawScale(report: Report, sheet: Sheet, box: Box, scale: number): void {
  const metres = roundLength(box.width / 3 / scale);
  const [x, y, width] = [box.x + 8, box.y + box.height - 7, metres * scale];
  const line = { color: COLOR.soft, width: 0.8 };
  strokeLine(sheet, { x, y }, { x: x + width, y }, line);
  strokeLine(sheet, { x, y: y - 2.5 }, { x, y }, line);
  strokeLine(sheet, { x: x + width, y: y - 2.5 }, { x: x + width, y }, line);
  const text = formatDistance(metres, report.model.language);
  drawText(sheet, report.faces, text, x + 3, y - 10, { ...NUMBER, face: "regular", color: COLOR.soft });
}
