import type { SigningKey } from "@nexbasira/core/authority/signing-key.ts";
import { answerTimeStampRequest } from "@nexbasira/core/authority/time-stamp-authority.ts";
import * as asn1js from "asn1js";
import { PDFArray, PDFDict, PDFName, PDFNumber, PDFRef } from "pdf-lib";
import * as pkijs from "pkijs";
import { pdfInMemory } from "../../../workers/signing/pdf-source.ts";
import { openArray, openUpdate, type PdfUpdate, writeUpdate } from "../../../workers/signing/pdf-update.ts";

const TIME_STAMP_TOKEN = "1.2.840.113549.1.9.16.2.14";

/** The file with one bit changed. */
export function flip(file: Uint8Array, position: number): Buffer {
  const altered = Buffer.from(file);
  altered[position] = (altered[position] ?? 0) ^ 1;
  return altered;
}

/** The file with a revision after it, as a program would append it. */
export function appendRevision(pdf: Uint8Array, change: (update: PdfUpdate) => void): Buffer {
  const update = openUpdate(pdfInMemory(pdf));
  change(update);
  return Buffer.concat([pdf, writeUpdate(update, new Date())]);
}

export function firstPage({ revision }: PdfUpdate): { ref: PDFRef; page: PDFDict; pages: PDFDict; pagesRef: PDFRef } {
  const pagesRef = revision.catalog.get(PDFName.of("Pages"));
  const pages = revision.lookup(pagesRef);
  const kids = pages instanceof PDFDict ? revision.lookup(pages.get(PDFName.of("Kids"))) : undefined;
  const ref = kids instanceof PDFArray ? kids.get(0) : undefined;
  const page = revision.lookup(ref);
  if (!(pages instanceof PDFDict && pagesRef instanceof PDFRef && ref instanceof PDFRef && page instanceof PDFDict))
    throw new Error("the PDF has no first page");
  return { ref, page, pages, pagesRef };
}

const OTHER_WORDS = "q 1 1 1 rg 0 0 300 300 re f Q BT /F1 20 Tf 20 150 Td (Nothing was damaged) Tj ET";

export const LATER_CHANGES: Readonly<Record<string, (update: PdfUpdate) => void>> = {
  "a page is added": (update) => {
    const { pages, pagesRef } = firstPage(update);
    const { context } = update.revision;
    const page = update.add(context.obj({ Type: "Page", Parent: pagesRef, MediaBox: [0, 0, 300, 300], Resources: {} }));
    openArray(update, pages, "Kids", { ref: pagesRef, dict: pages }).push(page);
    pages.set(PDFName.of("Count"), PDFNumber.of(3));
    update.changed.set(pagesRef, pages);
  },
  "a page gets another content": (update) => {
    const { ref, page } = firstPage(update);
    page.set(PDFName.of("Contents"), update.add(update.revision.context.stream(OTHER_WORDS)));
    update.changed.set(ref, page);
  },
  "a picture is laid over a page as an annotation": (update) => {
    const { ref, page } = firstPage(update);
    const { context } = update.revision;
    const appearance = update.add(
      context.stream(OTHER_WORDS, { Type: "XObject", Subtype: "Form", BBox: [0, 0, 300, 300] }),
    );
    const annotation = update.add(
      context.obj({ Type: "Annot", Subtype: "Stamp", Rect: [0, 0, 300, 300], F: 4, AP: { N: appearance } }),
    );
    openArray(update, page, "Annots", { ref, dict: page }).push(annotation);
  },
  "a signature field covers a page": (update) => {
    const { ref, page } = firstPage(update);
    const { context } = update.revision;
    const appearance = update.add(
      context.stream(OTHER_WORDS, { Type: "XObject", Subtype: "Form", BBox: [0, 0, 300, 300] }),
    );
    const widget = update.add(
      context.obj({
        Type: "Annot",
        Subtype: "Widget",
        FT: "Sig",
        Rect: [0, 0, 300, 300],
        F: 4,
        P: ref,
        AP: { N: appearance },
      }),
    );
    openArray(update, page, "Annots", { ref, dict: page }).push(widget);
  },
  "the document information says otherwise": (update) => {
    const info = update.revision.trailer.get(PDFName.of("Info"));
    if (!(info instanceof PDFRef)) throw new Error("the PDF has no document information");
    update.changed.set(info, update.revision.context.obj({ Title: "Another title" }));
  },
  "the catalog opens another action": (update) => {
    const { catalog, catalogRef, context } = update.revision;
    catalog.set(PDFName.of("OpenAction"), context.obj({ S: "URI", URI: "https://example.com" }));
    update.changed.set(catalogRef, catalog);
  },
  "the catalog runs a script": (update) => {
    const { catalog, catalogRef, context } = update.revision;
    catalog.set(PDFName.of("OpenAction"), context.obj({ S: "JavaScript", JS: "(app.alert(1))" }));
    update.changed.set(catalogRef, catalog);
  },
  "the catalog means other colours": (update) => {
    const { catalog, catalogRef, context } = update.revision;
    catalog.set(PDFName.of("OutputIntents"), context.obj([{ Type: "OutputIntent", S: "GTS_PDFA1" }]));
    update.changed.set(catalogRef, catalog);
  },
};

/** The newest signature's place in the file, brackets left out. */
function placeOf(pdf: Uint8Array): { start: number; end: number } {
  const text = Buffer.from(pdf).toString("latin1");
  const range = /\/ByteRange \[0 (\d+) (\d+) (\d+)\]/g;
  const [, before = "", after = ""] = [...text.matchAll(range)].at(-1) ?? [];
  return { start: Number(before) + 1, end: Number(after) - 1 };
}

/** The file whose newest signature has another time stamp, which `make` gets the signature value for. */
export async function replaceToken(pdf: Uint8Array, make: (value: Uint8Array) => Promise<Uint8Array>): Promise<Buffer> {
  const altered = Buffer.from(pdf);
  const { start, end } = placeOf(altered);
  const cms = new Uint8Array(Buffer.from(altered.toString("latin1", start, end), "hex"));
  const wrapper = new pkijs.ContentInfo({ schema: asn1js.fromBER(cms).result });
  const signed = new pkijs.SignedData({ schema: wrapper.content });
  const [signer] = signed.signerInfos;
  if (!signer) throw new Error("the signature has no signer");
  const token = await make(new Uint8Array(signer.signature.getValue()));
  const values = [asn1js.fromBER(new Uint8Array(token)).result];
  const attribute = new pkijs.Attribute({ type: TIME_STAMP_TOKEN, values });
  signer.unsignedAttrs = new pkijs.SignedAndUnsignedAttributes({ type: 1, attributes: [attribute] });
  wrapper.content = signed.toSchema(true);
  const hex = Buffer.from(wrapper.toSchema().toBER()).toString("hex");
  altered.write(hex.padEnd(end - start, "0"), start, "latin1");
  return altered;
}

/** A token over the SHA-256 of data, whatever certificate the key has. */
export async function stampWith(key: SigningKey, data: Uint8Array): Promise<Uint8Array> {
  const digest = await crypto.subtle.digest("SHA-256", new Uint8Array(data));
  const request = new pkijs.TimeStampReq({
    version: 1,
    messageImprint: new pkijs.MessageImprint({
      hashAlgorithm: new pkijs.AlgorithmIdentifier({ algorithmId: "2.16.840.1.101.3.4.2.1" }),
      hashedMessage: new asn1js.OctetString({ valueHex: digest }),
    }),
    certReq: true,
  });
  const answer = await answerTimeStampRequest(key, new Uint8Array(request.toSchema().toBER()));
  const { timeStampToken } = pkijs.TimeStampResp.fromBER(new Uint8Array(answer));
  if (!timeStampToken) throw new Error("the time-stamp authority refused");
  return new Uint8Array(timeStampToken.toSchema().toBER());
}
