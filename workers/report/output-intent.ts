import { type PDFDocument, PDFName, PDFString } from "pdf-lib";
import { srgbProfile } from "./srgb-profile.ts";

const SRGB = "sRGB IEC61966-2.1";

/** Says that all colours of the document are sRGB, by the profile itself (ISO 19005-3, 6.2.3). */
export function writeOutputIntent(pdf: PDFDocument): void {
  const { context } = pdf;
  const profile = context.register(context.flateStream(srgbProfile(), { N: 3 }));
  const intent = context.obj({
    Type: "OutputIntent",
    S: "GTS_PDFA1",
    OutputConditionIdentifier: PDFString.of(SRGB),
    Info: PDFString.of(SRGB),
    DestOutputProfile: profile,
  });
  pdf.catalog.set(PDFName.of("OutputIntents"), context.obj([context.register(intent)]));
}
