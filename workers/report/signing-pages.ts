import type { ConfirmedIdentity } from "@nexbasira/core/resources/load-signers.ts";
import { addFacts, addHeading, addPicture, addSpace, addSubheading, addText, type Fact, FULL_WIDTH } from "./blocks.ts";
import { formatTime, groupHash } from "./format.ts";
import { embedDrawing } from "./pictures.ts";
import type { Report } from "./report.ts";
import type { ReportSignature, ReportSigning } from "./report-model.ts";
import { TEXT } from "./theme.ts";

const DRAWING_HEIGHT = 220;

/** How the participant signs: the level, the code, who vouched for them, and what they drew. The page is started already. */
export async function addSigning(report: Report): Promise<void> {
  const { model, texts } = report;
  addHeading(report, texts.signing.section);
  if (model.signing !== null) addLevel(report, model.signing);
  if (model.signature?.status === "given") await addDrawn(report, model.signature);
}

function addLevel(report: Report, { level, possible, code, identity }: ReportSigning): void {
  const { signing } = report.texts;
  addText(report, possible ? signing.statements[level] : signing.notAsked);
  addSpace(report, 12);
  const facts: (Fact | false)[] = [
    { label: signing.level, value: signing.levels[level] },
    // Of the other levels the code comes when the document is finished; their signatures tell of it.
    level === "ses" && {
      label: signing.code,
      value: code === null ? signing.noCode : signing.codeConfirmed(code.sent_to, formatTime(code.confirmed_at)),
    },
    {
      label: signing.identity,
      value:
        identity === null
          ? signing.noIdentity
          : signing.identityConfirmed(identity.confirmed_by, formatTime(identity.at)),
    },
    identity !== null && { label: signing.confirmedName, value: identity.name },
    identity !== null && { label: signing.how, value: describeProof(report, identity.proof) },
  ];
  addFacts(
    report,
    facts.filter((fact) => fact !== false),
    2,
  );
}

function describeProof({ texts }: Report, proof: ConfirmedIdentity["proof"]): string {
  const { signing } = texts;
  if (proof.method === "known") return signing.known;
  if (proof.method === "other") return proof.note;
  const document = `${signing.documents[proof.document_type]} (${proof.issuing_country})`;
  return proof.document_ending === undefined ? document : signing.documentNumber(document, proof.document_ending);
}

/** What was drawn, and what it is worth. */
async function addDrawn(report: Report, signature: ReportSignature): Promise<void> {
  const { texts } = report;
  const at = formatTime(signature.at);
  addSubheading(report, texts.signature.section, DRAWING_HEIGHT);
  addText(report, texts.signature.statement(signature.name, at));
  addSpace(report, 16);
  const { drawing } = signature;
  const shown =
    drawing === null ? { reason: texts.problems.gone } : await embedDrawing(report, drawing, signature.aspect_ratio);
  addPicture(report, shown, texts.signature.alternative(signature.name), FULL_WIDTH, DRAWING_HEIGHT);
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
