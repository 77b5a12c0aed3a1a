import { createHash } from "node:crypto";
import { type PDFDocument, PDFHexString, PDFName } from "pdf-lib";
import type { ReportModel } from "./report-model.ts";
import type { Texts } from "./texts.ts";

const PRODUCER = "NexBasira";

/**
 * Writes title, subject (that it is a test, if it is), author, dates and language, both as the Info dictionary and as
 * XMP, with the same values in both, and that the document is PDF/A-3b (ISO 19005-3, 6.6.4) and PDF/UA-1 (ISO 14289-1, 5). All of it comes from the
 * model, so that the same session gives the same bytes.
 */
export function writeMetadata(pdf: PDFDocument, model: ReportModel, texts: Texts): void {
  const { marks } = texts;
  const isTest = model.session.mode === "test";
  const documentTitle = texts.documentTitle(model.session.reference);
  const title = isTest ? `${marks.watermark} · ${documentTitle}` : documentTitle;
  const subject = isTest ? marks.test : null;
  pdf.setTitle(title, { showInWindowTitleBar: true });
  if (subject !== null) pdf.setSubject(subject);
  pdf.setAuthor(model.organization.name);
  pdf.setCreator(PRODUCER);
  pdf.setProducer(PRODUCER);
  pdf.setCreationDate(model.made_at);
  pdf.setModificationDate(model.made_at);
  pdf.setLanguage(model.language);
  const xmp = pdf.context.stream(Buffer.from(drawXmp(model, title, subject)), { Type: "Metadata", Subtype: "XML" });
  pdf.catalog.set(PDFName.of("Metadata"), pdf.context.register(xmp));
  const identity = `${model.session.id} ${model.audit_chain_hash} ${model.made_at.toISOString()}`;
  const id = PDFHexString.of(createHash("sha256").update(identity).digest("hex").slice(0, 32));
  pdf.context.trailerInfo.ID = pdf.context.obj([id, id]);
}

/** PDF/A asks for a description of what it does not know itself, as the identification of PDF/UA (ISO 19005-3, 6.6.2.3). */
const UA_SCHEMA = `<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289 that the document conforms to</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>`;

function drawXmp(model: ReportModel, title: string, subject: string | null): string {
  const time = `${model.made_at.toISOString().slice(0, 19)}Z`;
  return `<?xpacket begin="\uFEFF" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
<pdfaid:part>3</pdfaid:part>
<pdfaid:conformance>B</pdfaid:conformance>
<pdfuaid:part>1</pdfuaid:part>
<dc:format>application/pdf</dc:format>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">${escapeXml(title)}</rdf:li></rdf:Alt></dc:title>${subject === null ? "" : drawDescription(subject)}
<dc:creator><rdf:Seq><rdf:li>${escapeXml(model.organization.name)}</rdf:li></rdf:Seq></dc:creator>
<dc:language><rdf:Bag><rdf:li>${model.language}</rdf:li></rdf:Bag></dc:language>
<xmp:CreatorTool>${PRODUCER}</xmp:CreatorTool>
<xmp:CreateDate>${time}</xmp:CreateDate>
<xmp:ModifyDate>${time}</xmp:ModifyDate>
<pdf:Producer>${PRODUCER}</pdf:Producer>
</rdf:Description>
${UA_SCHEMA}
</rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>`;
}

/** XMP's name for the Info dictionary's `Subject` (XMP, part 1, 8.3). */
function drawDescription(subject: string): string {
  return `\n<dc:description><rdf:Alt><rdf:li xml:lang="x-default">${escapeXml(subject)}</rdf:li></rdf:Alt></dc:description>`;
}

function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
