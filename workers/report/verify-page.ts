import { addFacts, addHeading, addNotice, addSpace, addSubheading, addText } from "./blocks.ts";
import { groupHash } from "./format.ts";
import { drawQrCode } from "./qr-code.ts";
import { type Report, tagged } from "./report.ts";
import { CONTENT_WIDTH, PAGE, TEXT } from "./theme.ts";

const CODE_SIDE = 104;

/** How anybody checks the file, and what that does and does not prove. The page is started already. */
export function addVerify(report: Report): void {
  const { model, texts } = report;
  const { verify } = texts;
  addHeading(report, verify.section);
  if (model.development_authority) addNotice(report, verify.development, "danger");
  if (model.session.mode === "test") addNotice(report, verify.test, "danger");
  addCode(report);
  for (const [title, text] of [
    [verify.signature, verify.signatureText],
    [verify.hashes, verify.hashesText],
    [verify.log, verify.logText],
    [verify.attached, verify.attachedText],
  ] as const) {
    addSubheading(report, title);
    addText(report, text);
  }
  addSpace(report, 8);
  addFacts(report, [{ label: texts.audit.newest, value: groupHash(model.audit_chain_hash), style: TEXT.hash }], 1);
  addSubheading(report, verify.proves);
  addText(report, verify.provesText);
  addSubheading(report, verify.provesNot);
  addText(report, verify.provesNotText);
}

function addCode(report: Report): void {
  const { model, texts } = report;
  addSpace(report, 4);
  const top = report.y;
  const alternative = texts.verify.codeAlternative(model.verification_url);
  tagged(
    report,
    "Figure",
    (sheet) => drawQrCode(sheet, model.verification_url, PAGE.side, top, CODE_SIDE),
    alternative,
  );
  const column = { x: PAGE.side + CODE_SIDE + 20, width: CONTENT_WIDTH - CODE_SIDE - 20 };
  addText(report, texts.verify.open, TEXT.subheading, { role: "H2", column });
  addSpace(report, 4);
  addText(report, texts.verify.openText, TEXT.body, { column });
  addSpace(report, 4);
  addText(report, model.verification_url, TEXT.hash, { role: "Code", column });
  report.y = Math.max(report.y, top + CODE_SIDE);
}
