import * as asn1js from "asn1js";
import { PDFArray, PDFDict, PDFHexString, PDFName, PDFNumber } from "pdf-lib";
import { type PdfRevision, readArray, readPdfRevision } from "./pdf-revision.ts";
import type { ByteSpan, PdfSource } from "./pdf-source.ts";
import { Refused } from "./refused.ts";

/** A signature as it stands in a PDF. */
export interface SignatureBytes {
  kind: "signature" | "document-time-stamp";
  /** The two covered parts: all of the file up to `end` but the signature itself. */
  spans: readonly [ByteSpan, ByteSpan];
  /** Where what it covers ends: the file's end when it was signed. */
  end: number;
  /** The CMS or the token, without the zeros that fill its place. */
  contents: Uint8Array<ArrayBuffer>;
}

const KINDS: ReadonlyMap<unknown, SignatureBytes["kind"]> = new Map([
  [PDFName.of("ETSI.CAdES.detached"), "signature"],
  [PDFName.of("ETSI.RFC3161"), "document-time-stamp"],
]);

/**
 * The signatures of a PDF in the order in which they were made, each of which leaves out nothing but itself of what was
 * there then (ISO 32000-1, clause 12.8.1). @throws Refused where one is of another kind or leaves out more
 */
export function listSignatures(pdf: PdfSource): SignatureBytes[] {
  const revision = readPdfRevision(pdf);
  return listDictionaries(revision)
    .map((dictionary) => readSignature(pdf, revision, dictionary))
    .sort((a, b) => a.end - b.end);
}

function readSignature(pdf: PdfSource, revision: PdfRevision, dictionary: PDFDict): SignatureBytes {
  const numbers = readArray(revision, dictionary.get(PDFName.of("ByteRange")))?.asArray() ?? [];
  const [start, length, resume, rest] = numbers.map((each) => (each instanceof PDFNumber ? each.asNumber() : -1));
  const isRange = start === 0 && length !== undefined && resume !== undefined && rest !== undefined && rest >= 0;
  if (!isRange || numbers.length !== 4 || length < 0 || resume <= length || resume + rest > pdf.size) {
    throw new Refused("the ByteRange of a signature does not begin with the file's first byte");
  }
  const contents = revision.lookup(dictionary.get(PDFName.of("Contents")));
  const place = Buffer.from(pdf.read(length, resume)).toString("latin1");
  if (!(contents instanceof PDFHexString) || place !== `<${contents.asString()}>`) {
    throw new Refused("what its ByteRange leaves out is not just the signature");
  }
  const kind = KINDS.get(dictionary.get(PDFName.of("SubFilter")));
  if (!kind) throw new Refused("its SubFilter is neither ETSI.CAdES.detached nor ETSI.RFC3161");
  return {
    kind,
    spans: [
      [0, length],
      [resume, resume + rest],
    ],
    end: resume + rest,
    contents: withoutPadding(contents.asBytes()),
  };
}

function listDictionaries(revision: PdfRevision): PDFDict[] {
  const form = revision.lookup(revision.catalog.get(PDFName.of("AcroForm")));
  const fields = form instanceof PDFDict ? readArray(revision, form.get(PDFName.of("Fields"))) : null;
  return (fields ?? PDFArray.withContext(revision.context)).asArray().flatMap((ref) => {
    const field = revision.lookup(ref);
    const isSignature = field instanceof PDFDict && field.get(PDFName.of("FT")) === PDFName.of("Sig");
    const value = isSignature ? revision.lookup(field.get(PDFName.of("V"))) : undefined;
    return value instanceof PDFDict ? [value] : [];
  });
}

function withoutPadding(contents: Uint8Array): Uint8Array<ArrayBuffer> {
  const { offset } = asn1js.fromBER(new Uint8Array(contents));
  if (offset === -1 || contents.subarray(offset).some((byte) => byte !== 0)) {
    throw new Refused("its contents are not one CMS structure");
  }
  return new Uint8Array(contents.subarray(0, offset));
}
