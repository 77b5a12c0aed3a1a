import { PDFDocument } from "pdf-lib";

/** A small PDF as the report worker makes them: cross-reference tables, no object streams. */
export async function makePdf(change?: (document: PDFDocument) => unknown): Promise<Uint8Array> {
  const document = await PDFDocument.create();
  document.addPage([300, 300]).drawText("Evidence");
  document.addPage([300, 300]);
  await change?.(document);
  return document.save({ useObjectStreams: false });
}
