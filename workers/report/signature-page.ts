import { addFacts, addHeading, addPicture, addSpace, addText, FULL_WIDTH } from "./blocks.ts";
import { formatTime, groupHash } from "./format.ts";
import { embedDrawing } from "./pictures.ts";
import type { Report } from "./report.ts";
import type { ReportSignature } from "./report-model.ts";
import { TEXT } from "./theme.ts";

/** The signature that the participant drew, and what it is worth. The page is started already. */
export async function addSignature(report: Report, signature: ReportSignature): Promise<void> {
  const { texts } = report;
  const at = formatTime(signature.at);
  addHeading(report, texts.signature.section);
  addText(report, texts.signature.statement(signature.name, at));
  addSpace(report, 16);
  const shown = await embedDrawing(report, signature.drawing, signature.aspect_ratio);
  addPicture(report, shown, texts.signature.alternative(signature.name), FULL_WIDTH, 220);
  addSpace(report, 14);
  addFacts(
    report,
    [
      { label: texts.signature.name, value: signature.name },
      { label: texts.signature.at, value: at },
    ],
    2,
  );
  addFacts(report, [{ label: texts.signature.sha256, value: groupHash(signature.sha256), style: TEXT.hash }], 1);
}
