import {
  addFacts,
  addHeading,
  addNotice,
  addSpace,
  addSubheading,
  addText,
  drawLines,
  type Fact,
  measureFacts,
} from "./blocks.ts";
import { formatNumber, formatTime, groupHash } from "./format.ts";
import { artifact, ensureSpace, type Report, tagged } from "./report.ts";
import type { ReportAuditEntry, ReportStamp } from "./report-model.ts";
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
/** The log's own name for somebody, below the one that people call them by. */
const ACTOR_ID: TextStyle = { ...TEXT.tinyHash, lineHeight: ROW.hash };

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
  addCheckpoint(report);
}

/** What the log looked like as a whole, and who stamped that. */
function addCheckpoint(report: Report): void {
  const { model, texts } = report;
  const { origin, size, root, stamps } = model.checkpoint;
  const facts: Fact[] = [
    { label: texts.audit.origin, value: origin },
    { label: texts.audit.size, value: formatNumber(size, model.language) },
  ];
  const hash: Fact[] = [{ label: texts.audit.root, value: root, style: TEXT.hash }];
  const anchors: Fact[] = [
    {
      label: texts.audit.anchors,
      value: stamps.map((stamp) => describeStamp(report, stamp)).join("\n") || texts.audit.noAnchors,
    },
  ];
  const follow = measureFacts(report, facts, 2) + measureFacts(report, [...hash, ...anchors], 1);
  addSpace(report, 6);
  addSubheading(report, texts.audit.checkpoint, follow + 3 * TEXT.body.lineHeight);
  addText(report, texts.audit.checkpointNote);
  addSpace(report, 8);
  addFacts(report, facts, 2);
  addFacts(report, [...hash, ...anchors], 1);
}

function describeStamp({ texts }: Report, { authority, qualified, development, at }: ReportStamp): string {
  if (at === null) return authority;
  const { audit } = texts;
  const worth = development ? audit.development : qualified ? audit.qualified : audit.unqualified;
  return `${authority}, ${formatTime(at)} (${worth})`;
}

function addEntry(report: Report, entry: ReportAuditEntry): void {
  const { faces, texts } = report;
  const action = wrapText(faces, entry.action, ACTION, AT.actor - AT.action - 8);
  const width = CONTENT_WIDTH - AT.actor;
  const name = entry.actor_name === null ? [] : wrapText(faces, entry.actor_name, LINE, width);
  const id = wrapText(faces, entry.actor, ACTOR_ID, width);
  const summary = Math.max(action.length * ROW.line, name.length * ROW.line + id.length * ROW.hash, ROW.line);
  const hasObject = entry.object !== null || entry.object_hash !== null;
  const height = summary + ROW.hash * (hasObject ? 2 : 1) + ROW.gap;
  ensureSpace(report, height);
  const top = report.y + 2;
  artifact(report.sheet, (sheet) => drawRule(sheet, PAGE.side, report.y, CONTENT_WIDTH));
  tagged(report, "P", (sheet) => {
    drawText(sheet, faces, String(entry.sequence), PAGE.side + AT.number, top, { ...LINE, color: COLOR.faint });
    drawText(sheet, faces, formatTime(entry.at), PAGE.side + AT.time, top, LINE);
    drawLines(report, sheet, action, PAGE.side + AT.action, top, ACTION);
    drawLines(report, sheet, name, PAGE.side + AT.actor, top, LINE);
    // Alone it stands in the middle of the line that a name would take.
    const idTop = top + (name.length === 0 ? (ROW.line - ROW.hash) / 2 : name.length * ROW.line);
    drawLines(report, sheet, id, PAGE.side + AT.actor, idTop, ACTOR_ID);
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
