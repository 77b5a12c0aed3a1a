import { ImageProblem } from "@nexbasira/core/images/image-problem.ts";
import { scaleToJpeg } from "@nexbasira/core/images/make-derivatives.ts";
import { addFacts, addNotice, addSpace, addSubheading, addTable, addText, type Column, type Fact } from "./blocks.ts";
import { embedJpeg } from "./embed-image.ts";
import { formatClock, formatCoordinates, formatDate, formatDuration, formatTime } from "./format.ts";
import { drawPositions, expectedPosition, placedItems } from "./position-drawing.ts";
import { artifact, type EmbeddedPicture, openSection, type Report, tagged } from "./report.ts";
import type { ReportModel } from "./report-model.ts";
import { drawImage, drawRule, drawText, fillBox } from "./sheet.ts";
import { COLOR, CONTENT_WIDTH, PAGE, TEXT, type TextStyle } from "./theme.ts";
import { fitText, measureText, wrapText } from "./type-setting.ts";

/** Where the items lie, beside the facts of the session. */
const MAP = { width: 200, height: 156, gap: 16 };

/** The first page and those it runs over to: who, where, when, where the items lie, what is in the file, who consented to what. */
export async function addCover(report: Report): Promise<void> {
  const { model, texts } = report;
  openSection(report, texts.evidenceFile);
  await addBrand(report);
  addSpace(report, 22);
  addText(report, texts.cover.title, { ...TEXT.body, size: 12, lineHeight: 18, color: COLOR.soft });
  addText(report, model.session.reference, titleStyle(report), { role: "H1" });
  addSpace(report, 16);
  addSession(report);
  addNotes(report);
  addContents(report);
  addPeople(report);
  addConsents(report);
}

/** A reference that would take more than two lines is set smaller. */
function titleStyle(report: Report): TextStyle {
  const lines = wrapText(report.faces, report.model.session.reference, TEXT.title, CONTENT_WIDTH);
  return lines.length <= 2 ? TEXT.title : { ...TEXT.title, size: 16, lineHeight: 22 };
}

async function addBrand(report: Report): Promise<void> {
  const { model, texts, faces } = report;
  const logo = await embedLogo(report);
  const height = 28;
  const side = { ...TEXT.small, lineHeight: height };
  const sideWidth = measureText(faces, texts.evidenceFile, side);
  artifact(report.sheet, (sheet) =>
    fillBox(sheet, { x: PAGE.side, y: report.y, width: 28, height: 4 }, model.organization.accent),
  );
  report.y += 14;
  if (logo === undefined) {
    const style = { ...TEXT.subheading, size: 14, lineHeight: height };
    const name = fitText(faces, model.organization.name, style, CONTENT_WIDTH - sideWidth - 24);
    tagged(report, "P", (sheet) => drawText(sheet, faces, name, PAGE.side, report.y, style));
  } else {
    const scale = Math.min(height / logo.height, 180 / logo.width);
    const box = { x: PAGE.side, y: report.y, width: logo.width * scale, height: logo.height * scale };
    tagged(report, "Figure", (sheet) => drawImage(sheet, logo.ref, box), texts.cover.logo(model.organization.name));
  }
  tagged(report, "P", (sheet) =>
    drawText(sheet, faces, texts.evidenceFile, PAGE.width - PAGE.side - sideWidth, report.y, side),
  );
  report.y += height + 12;
  artifact(report.sheet, (sheet) => drawRule(sheet, PAGE.side, report.y, CONTENT_WIDTH));
}

/** A logo that cannot be shown is no reason for a report to fail; the name stands in its place. */
async function embedLogo(report: Report): Promise<EmbeddedPicture | undefined> {
  const { logo } = report.model.organization;
  const source = logo === null ? undefined : await report.files.openPicture(logo);
  if (source === undefined) return undefined;
  try {
    return embedJpeg(report.pdf, await scaleToJpeg(source, 720, 92));
  } catch (error) {
    if (error instanceof ImageProblem) return undefined;
    throw error;
  }
}

/** The session's facts, and beside them, where there are positions, the drawing of them. */
function addSession(report: Report): void {
  const { texts } = report;
  const count = placedItems(report.model).length;
  if (count === 0) {
    addFacts(report, [...momentFacts(report), ...placeFacts(report)], 3);
    return;
  }
  const top = report.y;
  const column: Column = { x: PAGE.side, width: CONTENT_WIDTH - MAP.width - MAP.gap };
  addFacts(report, momentFacts(report), 2, column);
  addFacts(report, placeFacts(report), 1, column);
  const bottom = report.y;
  report.y = top;
  const beside: Column = { x: PAGE.width - PAGE.side - MAP.width, width: MAP.width };
  addText(report, texts.cover.places, TEXT.label, { column: beside });
  addSpace(report, 3);
  const box = { ...beside, y: report.y, height: MAP.height };
  tagged(report, "Figure", (sheet) => drawPositions(report, sheet, box), texts.cover.placesDrawing(count));
  report.y = Math.max(report.y + MAP.height + 7, bottom);
}

/** How the times and the drawing above are read, and what a square in place of a letter means. */
function addNotes(report: Report): void {
  const { cover } = report.texts;
  addSpace(report, 2);
  addText(report, cover.timesNote, TEXT.label);
  if (placedItems(report.model).length > 0) addText(report, cover.placesNote, TEXT.label);
  if (report.faces.lacking) addText(report, cover.lettersNote, TEXT.label);
}

function momentFacts(report: Report): Fact[] {
  const { session, organization } = report.model;
  const { cover, endedBy, unknown } = report.texts;
  const start = session.started_at;
  const end = session.completed_at;
  return [
    { label: cover.created, value: formatTime(session.created_at) },
    { label: cover.started, value: start === null ? cover.neverStarted : formatTime(start) },
    { label: cover.ended, value: end === null ? unknown : formatTime(end) },
    {
      label: cover.duration,
      value: start === null || end === null ? "–" : formatDuration(end.getTime() - start.getTime()),
    },
    { label: cover.endedBy, value: session.ended_by === null ? unknown : endedBy[session.ended_by] },
    { label: cover.organization, value: organization.name },
  ];
}

function placeFacts(report: Report): Fact[] {
  const { session, items } = report.model;
  const { cover } = report.texts;
  const place = session.expected_location;
  const coordinates = expectedPosition(report.model);
  const placeLines = [place?.address, coordinates === undefined ? undefined : formatCoordinates(coordinates)];
  const facts: (Fact | false)[] = [
    { label: cover.session, value: session.id, style: TEXT.hash },
    place !== null && { label: cover.expectedPlace, value: placeLines.filter((line) => line).join("\n") },
    items.length > 0 && placedItems(report.model).length === 0 && { label: cover.places, value: cover.noPlaces },
  ];
  return facts.filter((fact) => fact !== false);
}

function addContents(report: Report): void {
  const { model, texts } = report;
  addSubheading(report, texts.cover.content);
  const counts = countContents(model, texts.counts);
  if (counts.length === 0) addNotice(report, texts.cover.nothing);
  else {
    const facts = counts.map(([label, count, isFault]) => {
      const style = { ...TEXT.subheading, size: 15, lineHeight: 20, color: isFault ? COLOR.danger : COLOR.text };
      return { label, value: String(count), style };
    });
    addFacts(report, facts, 5);
  }
  if (model.signature?.status === "not_given") addNotice(report, texts.signature.notGiven, "danger");
}

function countContents(model: ReportModel, words: Report["texts"]["counts"]): [string, number, boolean][] {
  const countOf = (kind: keyof Report["texts"]["kinds"]) => model.items.filter((item) => item.kind === kind).length;
  const kinds = (["snapshot", "annotation", "whiteboard", "clip", "document"] as const).map(
    (kind): [string, number, boolean] => [words[kind], countOf(kind), false],
  );
  const counts: [string, number, boolean][] = [
    ...kinds,
    [words.recordings, model.recordings.length, false],
    [words.messages, model.chat.length, false],
    [words.signature, model.signature?.status === "given" ? 1 : 0, false],
    [words.missing, model.missing_captures.length, true],
  ];
  return counts.filter(([, count]) => count > 0);
}

function addPeople(report: Report): void {
  const { model, texts } = report;
  addSubheading(report, texts.cover.people);
  if (model.participants.length === 0) {
    addText(report, texts.cover.noPeople, TEXT.soft);
    return;
  }
  const columns = [
    { title: texts.people.name, share: 2.4 },
    { title: texts.people.role, share: 1.6 },
    { title: texts.people.device, share: 2.6 },
    { title: texts.people.present, share: 3.9 },
  ];
  const rows = model.participants.map((person) => [
    person.name,
    texts.roles[person.role],
    person.device ?? texts.unknown,
    person.stays.map((stay) => formatStay(stay, texts.people.stillThere)).join("\n") || texts.unknown,
  ]);
  addTable(report, columns, rows);
}

function formatStay(stay: { joined_at: Date; left_at: Date | null }, open: string): string {
  const from = `${formatDate(stay.joined_at)} ${formatClock(stay.joined_at)}`;
  if (stay.left_at === null) return `${from} – ${open}`;
  const sameDay = formatDate(stay.joined_at) === formatDate(stay.left_at);
  return `${from} – ${sameDay ? "" : `${formatDate(stay.left_at)} `}${formatClock(stay.left_at)}`;
}

function addConsents(report: Report): void {
  const { model, texts } = report;
  addSubheading(report, texts.cover.consent);
  if (model.consents.length === 0) {
    addText(report, texts.cover.noConsent, TEXT.soft);
    return;
  }
  const columns = [
    { title: texts.consents.name, share: 2.2 },
    { title: texts.consents.what, share: 2.5 },
    { title: texts.consents.answer, share: 1.4 },
    { title: texts.consents.text, share: 2 },
    { title: texts.consents.at, share: 3.3 },
  ];
  // What somebody answered alike to one text in one second is one row.
  const answers = Map.groupBy(model.consents, ({ name, granted, text_version, language, at }) =>
    [name, granted, text_version, language, formatTime(at)].join("\n"),
  );
  const rows = [...answers.values()].flatMap((alike) => {
    const [first] = alike;
    if (first === undefined) return [];
    return [
      [
        first.name,
        alike.map(({ kind }) => texts.consentKinds[kind]).join(", "),
        first.granted ? texts.consents.granted : texts.consents.refused,
        `${first.text_version} (${first.language})`,
        formatTime(first.at),
      ],
    ];
  });
  addTable(report, columns, rows);
}
