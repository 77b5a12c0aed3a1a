import {
  addEmptyPicture,
  addFacts,
  addHeading,
  addNotice,
  addPicture,
  addSpace,
  addText,
  type Column,
  type Fact,
  FULL_WIDTH,
  measureFacts,
} from "./blocks.ts";
import {
  formatCoordinates,
  formatDistance,
  formatDuration,
  formatNumber,
  formatOffset,
  formatSize,
  formatTime,
  groupHash,
} from "./format.ts";
import { embedAnnotation, embedDrawing, embedPhoto, explainProblem, type Shown } from "./pictures.ts";
import { drawPositions, expectedPosition } from "./position-drawing.ts";
import { distanceBetween } from "./position-view.ts";
import { ensureSpace, type Report, tagged } from "./report.ts";
import type { ReportItem } from "./report-model.ts";
import { CONTENT_BOTTOM, CONTENT_WIDTH, PAGE, TEXT } from "./theme.ts";

const GAP = 16;
const CAPTION_HEIGHT = TEXT.label.lineHeight + 3;
const MAP = { width: 150, height: 112 };

/** One item: its picture, and all that is known of it. The page is started already. */
export async function addItem(report: Report, item: ReportItem, number: number): Promise<void> {
  const { texts } = report;
  addHeading(report, texts.item.title(number, item.title ?? texts.kinds[item.kind]));
  if (item.provisional) addNotice(report, texts.item.provisional);
  const below = measureDetails(report, item);
  const room = CONTENT_BOTTOM - report.y - below;
  await addItemPicture(report, item, number, Math.max(160, room));
  addDetails(report, item, number);
}

async function addItemPicture(report: Report, item: ReportItem, number: number, height: number): Promise<void> {
  const { texts } = report;
  const problem = explainProblem(report, item);
  const alternative = texts.item.alternative(
    texts.kinds[item.kind],
    number,
    formatTime(item.captured_at),
    item.captured_by.name,
  );
  const photo = (key: string) => embedPhoto(report, key, item.picture_is_preview);
  if (problem !== undefined) addEmptyPicture(report, problem);
  else if (item.kind === "annotation" && item.picture !== null && item.drawing !== null) {
    const annotated = await embedAnnotation(report, item.picture, item.drawing);
    addBesideOriginal(report, annotated, await photo(item.picture), alternative, height);
  } else if (item.drawing !== null) {
    const ratio = item.width === null || item.height === null ? 1.6 : item.width / item.height;
    addPicture(report, await embedDrawing(report, item.drawing, ratio), alternative, FULL_WIDTH, height);
  } else if (item.picture !== null) {
    addPicture(report, await photo(item.picture), alternative, FULL_WIDTH, height);
  } else addEmptyPicture(report, texts.item.notPrinted, FULL_WIDTH, 70);
  addSpace(report, 14);
}

/**
 * The annotated picture and the untouched original at the same size: side by side, or one below the other where that
 * makes them larger.
 */
function addBesideOriginal(
  report: Report,
  annotated: Shown,
  original: Shown,
  alternative: string,
  height: number,
): void {
  const { texts } = report;
  const ratio = "picture" in original ? original.picture.width / original.picture.height : 1;
  const half = (CONTENT_WIDTH - GAP) / 2;
  const stackedHeight = (height - GAP) / 2 - CAPTION_HEIGHT;
  const isStacked = Math.min(CONTENT_WIDTH, stackedHeight * ratio) > Math.min(half, (height - CAPTION_HEIGHT) * ratio);
  const top = report.y;
  const first = { x: PAGE.side, width: isStacked ? CONTENT_WIDTH : half };
  const second = isStacked ? first : { x: PAGE.side + half + GAP, width: half };
  const most = isStacked ? stackedHeight : height - CAPTION_HEIGHT;
  addCaptioned(report, annotated, texts.item.annotated, alternative, first, most);
  const bottom = report.y;
  report.y = isStacked ? bottom + GAP : top;
  addCaptioned(report, original, texts.item.original, texts.item.original, second, most);
  report.y = Math.max(report.y, bottom);
}

function addCaptioned(
  report: Report,
  shown: Shown,
  caption: string,
  alternative: string,
  column: Column,
  height: number,
): void {
  addText(report, caption, TEXT.label, { column });
  addSpace(report, CAPTION_HEIGHT - TEXT.label.lineHeight);
  addPicture(report, shown, alternative, column, height);
}

function measureDetails(report: Report, item: ReportItem): number {
  const beside = measureFacts(report, itemFacts(report, item), 2, factsArea(item));
  const hashes = measureFacts(report, hashFacts(report, item), 1);
  return 14 + hashes + Math.max(beside, item.location === null ? 0 : MAP.height);
}

function addDetails(report: Report, item: ReportItem, number: number): void {
  const { texts } = report;
  addFacts(report, hashFacts(report, item), 1);
  const area = factsArea(item);
  const facts = itemFacts(report, item);
  ensureSpace(report, Math.max(measureFacts(report, facts, 2, area), item.location === null ? 0 : MAP.height));
  const top = report.y;
  if (item.location !== null) {
    const box = { x: PAGE.width - PAGE.side - MAP.width, y: top, ...MAP };
    tagged(report, "Figure", (sheet) => drawPositions(report, sheet, box, number), texts.item.positionDrawing(number));
  }
  addFacts(report, facts, 2, area);
}

/** What is left beside the drawing of positions, where there is one. */
function factsArea(item: ReportItem): Column {
  return item.location === null ? FULL_WIDTH : { x: PAGE.side, width: CONTENT_WIDTH - MAP.width - GAP };
}

function hashFacts(report: Report, item: ReportItem): Fact[] {
  const { model, texts } = report;
  const facts: Fact[] = [{ label: texts.item.sha256, value: groupHash(item.sha256), style: TEXT.hash }];
  if (item.derived_from !== null) {
    const from = item.derived_from;
    const index = model.items.findIndex(({ id }) => id === from.id);
    const label =
      index < 0 ? texts.item.derivedFrom : `${texts.item.derivedFrom}: ${texts.item.derivedItem(index + 1)}`;
    facts.push({ label, value: groupHash(from.sha256), style: TEXT.hash });
  }
  if (item.frame !== null) {
    facts.push({ label: texts.item.provisionalFrame, value: groupHash(item.frame.sha256), style: TEXT.hash });
  }
  return facts;
}

function itemFacts(report: Report, item: ReportItem): Fact[] {
  const { texts, model } = report;
  const { language } = model;
  // Drawings are made at a desk or from a photo; a position of their own would say nothing.
  const isCaptured = item.kind !== "annotation" && item.kind !== "whiteboard";
  const facts: (Fact | false)[] = [
    { label: texts.item.captured, value: formatTime(item.captured_at) },
    { label: texts.item.received, value: formatTime(item.received_at) },
    { label: texts.item.by, value: `${item.captured_by.name} (${texts.roles[item.captured_by.role]})` },
    item.source !== null && { label: texts.item.source, value: texts.sources[item.source] },
    item.device_time !== null && { label: texts.item.deviceClock, value: formatTime(item.device_time) },
    item.clock_offset_ms !== null && {
      label: texts.item.clockOffset,
      value: formatOffset(item.clock_offset_ms, language),
    },
    item.device_order !== null && { label: texts.item.order, value: String(item.device_order) },
    isCaptured && { label: texts.item.position, value: describePosition(report, item) },
    { label: texts.item.size, value: formatSize(item.size, language, texts.bytes) },
    { label: texts.item.format, value: describeFormat(item) },
    item.duration_ms !== null && { label: texts.item.duration, value: formatDuration(item.duration_ms) },
    { label: texts.item.id, value: item.id, style: TEXT.hash },
  ];
  return facts.filter((fact) => fact !== false);
}

function describeFormat(item: ReportItem): string {
  return item.width === null || item.height === null
    ? item.media_type
    : `${item.media_type}, ${item.width} × ${item.height}`;
}

function describePosition(report: Report, item: ReportItem): string {
  const { texts, model } = report;
  const { location } = item;
  if (location === null) return texts.locationStatus[item.location_status ?? "not_recorded"];
  const accuracy = formatDistance(location.accuracy_m, model.language);
  const age = `${formatNumber(location.age_s, model.language, location.age_s < 10 ? 1 : 0)} s`;
  const expected = expectedPosition(model);
  const distance = expected === undefined ? [] : [formatDistance(distanceBetween(location, expected), model.language)];
  return [
    formatCoordinates(location),
    texts.item.accuracy(accuracy, age),
    ...distance.map((words) => texts.item.distance(words)),
  ].join("\n");
}
