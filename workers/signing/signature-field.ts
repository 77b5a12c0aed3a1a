import { type PDFArray, PDFDict, PDFHexString, PDFName, PDFNumber, type PDFObject, PDFRef, PDFString } from "pdf-lib";
import { type PdfRevision, readArray } from "./pdf-revision.ts";
import type { ByteSpan, PdfSource } from "./pdf-source.ts";
import { declareExtension, type Owner, openArray, openUpdate, type PdfUpdate, writeUpdate } from "./pdf-update.ts";
import { Refused } from "./refused.ts";

/** What the signature dictionary says of the signature, besides its time. */
export interface SignatureField {
  /** Who signs, for people. */
  name: string;
  reason: string;
  location: string | null;
  contactInfo: string | null;
}

/** An increment with an empty place for a signature, which is put in once it is there. */
export interface SignaturePlace {
  /** To be appended to the PDF. */
  increment: Buffer;
  /** What of the resulting file the signature covers: all but its own place (ISO 32000-1, clause 12.8.1). */
  spans: readonly [ByteSpan, ByteSpan];
}

/** Names of ten characters in a ByteRange: as long as any offset, which replaces them once it is known. */
const UNKNOWN_OFFSET = "**********";
/** SigFlags: signatures exist, changes by appending only (ISO 32000-1, table 219). */
const SIGNATURES_EXIST_APPEND_ONLY = 3;
/** Annotation flags: print, which PDF/A asks for, and locked (ISO 32000-1, table 165). */
const PRINT_AND_LOCKED = 4 | 128;
const MAX_PAGE_TREE_DEPTH = 64;

/**
 * Makes room for a signature of `capacity` bytes: a revision with a signature field on the first page (ISO 32000-1,
 * clauses 7.5.6 and 12.7.4.5; ETSI EN 319 142-1, clause 6.3). Only the objects that change are read.
 *
 * The field is invisible, as the document itself says who signs; it has an (empty) appearance, so that nothing needs
 * to be drawn. The time goes into /M and nowhere else.
 *
 * @throws Refused where the PDF's structure cannot be read
 */
export function makeSignaturePlace(
  pdf: PdfSource,
  { field, signedAt, capacity }: { field: SignatureField; signedAt: Date; capacity: number },
): SignaturePlace {
  return makePlace(pdf, signedAt, {
    label: field.name,
    entries: signatureEntries(field, signedAt),
    capacity,
    hasAppearance: true,
  });
}

/**
 * Makes room for a document time stamp (ETSI EN 319 142-1, clause 5.4.3; ISO 32000-2, clause 12.8.5), in the way of
 * {@link makeSignaturePlace}. Its field has no appearance, which a field without extent does not need for PDF/A either
 * (ISO 19005-3, clause 6.3.3): validators would take one for more than a time stamp needs.
 */
export function makeTimeStampPlace(pdf: PdfSource, { at, capacity }: { at: Date; capacity: number }): SignaturePlace {
  const entries = { Type: "DocTimeStamp", SubFilter: "ETSI.RFC3161" };
  return makePlace(pdf, at, { label: "Time stamp", entries, capacity, hasAppearance: false });
}

/** Puts a signature into its place. @throws PlaceTooSmall */
export function fillPlace({ increment, spans }: SignaturePlace, baseSize: number, contents: Uint8Array): Buffer {
  const [[, before], [after]] = spans;
  const capacity = (after - before - 2) / 2;
  if (contents.length > capacity) throw new PlaceTooSmall(contents.length);
  const filled = Buffer.from(increment);
  filled.write(Buffer.from(contents).toString("hex"), before - baseSize + 1, "latin1");
  return filled;
}

/** The signature does not fit into the place that was kept for it. */
export class PlaceTooSmall extends Error {
  /** Bytes that the signature takes. */
  readonly needed: number;

  constructor(needed: number) {
    super(`The signature takes ${needed} bytes`);
    this.needed = needed;
  }
}

interface PlaceOptions {
  /** What the field is called for people. */
  label: string;
  entries: Readonly<Record<string, string | PDFObject>>;
  capacity: number;
  hasAppearance: boolean;
}

function makePlace(
  pdf: PdfSource,
  at: Date,
  { label, entries, capacity, hasAppearance }: PlaceOptions,
): SignaturePlace {
  const update = openUpdate(pdf);
  const { revision, add, changed } = update;
  const { context } = revision;
  const { ref: pageRef, page } = findFirstPage(revision);
  const form = openForm(update);
  const fields = openArray(update, form.dict, "Fields", form.owner);
  const unknown = PDFName.of(UNKNOWN_OFFSET);
  const signature = add(
    context.obj({
      ByteRange: [0, unknown, unknown, unknown],
      Contents: PDFHexString.of("0".repeat(capacity * 2)),
      Filter: "Adobe.PPKLite",
      ...entries,
    }),
  );
  const empty = { Type: "XObject", Subtype: "Form", BBox: [0, 0, 0, 0], Resources: {} };
  const widget = add(
    context.obj({
      Type: "Annot",
      Subtype: "Widget",
      FT: "Sig",
      T: PDFHexString.fromText(nextFieldName(revision, fields)),
      TU: PDFHexString.fromText(label),
      Rect: [0, 0, 0, 0],
      F: PRINT_AND_LOCKED,
      P: pageRef,
      V: signature,
      ...(hasAppearance && { AP: { N: add(context.stream("", empty)) } }),
    }),
  );
  fields.push(widget);
  openArray(update, page, "Annots", { ref: pageRef, dict: page }).push(widget);
  declareExtension(update);
  changed.set(revision.catalogRef, revision.catalog);
  return writeByteRange(pdf.size, writeUpdate(update, at), capacity);
}

/** Writes into an increment what its signature covers, as only now all offsets are known. */
function writeByteRange(baseSize: number, increment: Buffer, capacity: number): SignaturePlace {
  const unknown = `/ByteRange [ 0 /${UNKNOWN_OFFSET} /${UNKNOWN_OFFSET} /${UNKNOWN_OFFSET} ]`;
  const at = increment.indexOf(unknown, 0, "latin1");
  const contents = increment.indexOf(`/Contents <${"0".repeat(32)}`, at, "latin1");
  if (at === -1 || contents === -1) throw new Error("the increment has no place for a signature");
  const before = baseSize + contents + "/Contents ".length;
  const after = before + capacity * 2 + 2;
  const end = baseSize + increment.length;
  increment.write(`/ByteRange [0 ${before} ${after} ${end - after}]`.padEnd(unknown.length), at, "latin1");
  return {
    increment,
    spans: [
      [0, before],
      [after, end],
    ],
  };
}

function signatureEntries(field: SignatureField, signedAt: Date): Record<string, string | PDFObject> {
  return {
    Type: "Sig",
    SubFilter: "ETSI.CAdES.detached",
    M: PDFString.fromDate(signedAt),
    Name: PDFHexString.fromText(field.name),
    Reason: PDFHexString.fromText(field.reason),
    ...(field.location && { Location: PDFHexString.fromText(field.location) }),
    ...(field.contactInfo && { ContactInfo: PDFHexString.fromText(field.contactInfo) }),
  };
}

function findFirstPage(revision: PdfRevision): { ref: PDFRef; page: PDFDict } {
  let ref: PDFObject | undefined = revision.catalog.get(PDFName.of("Pages"));
  for (let depth = 0; depth < MAX_PAGE_TREE_DEPTH; depth++) {
    const node: PDFObject | undefined = revision.lookup(ref);
    if (!(ref instanceof PDFRef) || !(node instanceof PDFDict)) break;
    if (node.get(PDFName.of("Type")) === PDFName.of("Page")) return { ref, page: node };
    ref = readArray(revision, node.get(PDFName.of("Kids")))?.asArray()[0];
  }
  throw new Refused("the PDF has no first page");
}

function openForm({ revision, changed, add }: PdfUpdate): { dict: PDFDict; owner: Owner } {
  const key = PDFName.of("AcroForm");
  const value = revision.catalog.get(key);
  const present = revision.lookup(value);
  const dict = present instanceof PDFDict ? present : revision.context.obj({});
  dict.set(PDFName.of("SigFlags"), PDFNumber.of(SIGNATURES_EXIST_APPEND_ONLY));
  if (!(present instanceof PDFDict)) {
    const ref = add(dict);
    revision.catalog.set(key, ref);
    return { dict, owner: { ref, dict } };
  }
  const owner: Owner =
    value instanceof PDFRef ? { ref: value, dict } : { ref: revision.catalogRef, dict: revision.catalog };
  changed.set(owner.ref, owner.dict);
  return { dict, owner };
}

function nextFieldName(revision: PdfRevision, fields: PDFArray): string {
  const names = new Set(
    fields.asArray().map((ref) => {
      const field = revision.lookup(ref);
      const name = field instanceof PDFDict ? revision.lookup(field.get(PDFName.of("T"))) : undefined;
      return name instanceof PDFString || name instanceof PDFHexString ? name.decodeText() : null;
    }),
  );
  let number = 1;
  while (names.has(`Signature${number}`)) number++;
  return `Signature${number}`;
}
