import { addFacts, addHeading, addNotice, addSubheading, addTable, addText, type Fact } from "./blocks.ts";
import { addContactSheet } from "./contact-sheet.ts";
import { formatDuration, formatMoment, formatNumber, formatSize, formatTime, groupHash } from "./format.ts";
import { ensureSpace, type Report, tagged } from "./report.ts";
import type { ReportRecording } from "./report-model.ts";
import { drawText, fillBox, type Sheet } from "./sheet.ts";
import { COLOR, CONTENT_WIDTH, PAGE, TEXT } from "./theme.ts";
import { measureText } from "./type-setting.ts";

/** A recording: its facts, a time line with its gaps, and its contact sheet. The page is started already. */
export async function addRecording(report: Report, recording: ReportRecording, number: number): Promise<void> {
  const { texts } = report;
  addHeading(report, texts.recording.title(number));
  if (recording.failed) addNotice(report, texts.recording.failed, "danger");
  addFacts(report, recordingFacts(report, recording), 3);
  addFacts(report, hashFacts(report, recording), 1);
  addTimeline(report, recording);
  addGaps(report, recording);
  addSubheading(report, texts.recording.contactSheet, 110);
  if (recording.contact_sheet.length === 0) addText(report, texts.recording.noTiles, TEXT.soft);
  else await addContactSheet(report, recording.contact_sheet);
}

function recordingFacts(report: Report, recording: ReportRecording): Fact[] {
  const { texts, model } = report;
  const size = recording.size === null ? texts.unknown : formatSize(recording.size, model.language, texts.bytes);
  return [
    { label: texts.recording.started, value: formatTime(recording.started_at) },
    {
      label: texts.recording.duration,
      value: recording.duration_ms === null ? texts.unknown : formatDuration(recording.duration_ms),
    },
    { label: texts.recording.parts, value: String(recording.parts) },
    { label: texts.recording.size, value: size },
    { label: texts.recording.format, value: recording.media_type },
    { label: texts.recording.id, value: recording.id, style: TEXT.hash },
  ];
}

function hashFacts({ texts }: Report, { sha256, mp4_sha256 }: ReportRecording): Fact[] {
  const { recording } = texts;
  const hashes: [string, string | null][] = [
    [recording.sha256, sha256],
    [recording.mp4Sha256, mp4_sha256],
  ];
  return hashes.flatMap(([label, hash]) => (hash === null ? [] : { label, value: groupHash(hash), style: TEXT.hash }));
}

function addTimeline(report: Report, recording: ReportRecording): void {
  const duration = recording.duration_ms;
  if (duration === null || duration <= 0) return;
  const { texts } = report;
  addSubheading(report, texts.recording.timeline, 40);
  const bar = { x: PAGE.side, y: report.y, width: CONTENT_WIDTH, height: 12 };
  const draw = (sheet: Sheet) => {
    fillBox(sheet, bar, "#b9c3c8");
    for (const gap of recording.gaps) {
      const from = Math.min(1, Math.max(0, gap.from_ms / duration));
      const to = Math.min(1, Math.max(0, gap.to_ms / duration));
      // A gap of a fraction of a second must still be seen.
      const width = Math.max(1.2, (to - from) * bar.width);
      fillBox(sheet, { ...bar, x: Math.min(bar.x + from * bar.width, bar.x + bar.width - width), width }, COLOR.danger);
    }
    const end = formatDuration(duration);
    const right = bar.x + bar.width - measureText(report.faces, end, TEXT.label);
    drawText(sheet, report.faces, formatDuration(0), bar.x, bar.y + bar.height + 3, TEXT.label);
    drawText(sheet, report.faces, end, right, bar.y + bar.height + 3, TEXT.label);
  };
  ensureSpace(report, 30);
  tagged(report, "Figure", draw, texts.recording.timelineAlternative(recording.gaps.length));
  report.y += bar.height + 3 + TEXT.label.lineHeight;
}

function addGaps(report: Report, recording: ReportRecording): void {
  const { texts, model } = report;
  if (recording.gaps.length === 0) {
    if (recording.duration_ms !== null) {
      report.y += 8;
      addText(report, texts.recording.complete, TEXT.soft);
    }
    return;
  }
  addSubheading(report, texts.recording.gaps, 60);
  addText(report, texts.recording.gapsNote, TEXT.soft);
  report.y += 6;
  const columns = [
    { title: texts.recording.from, share: 1 },
    { title: texts.recording.to, share: 1 },
    { title: texts.recording.length, share: 1 },
    { title: texts.recording.stream, share: 2 },
    { title: texts.recording.reason, share: 3 },
  ];
  const rows = recording.gaps.map((gap) => [
    formatMoment(gap.from_ms, model.language),
    formatMoment(gap.to_ms, model.language),
    `${formatNumber((gap.to_ms - gap.from_ms) / 1000, model.language, 1)} s`,
    gap.stream === null ? texts.recording.allStreams : inWords(texts.recording.streams, gap.stream),
    inWords(texts.recording.reasons, gap.reason),
  ]);
  addTable(report, columns, rows);
}

/** What a code is called in the report's language; the code itself where it is none of those known. */
function inWords(words: Record<string, string>, code: string): string {
  return words[code] ?? code;
}
