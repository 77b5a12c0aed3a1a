import { createHash } from "node:crypto";
import {
  PDFArray,
  PDFCrossRefSection,
  PDFDict,
  PDFHexString,
  PDFName,
  PDFNumber,
  type PDFObject,
  PDFRef,
  PDFString,
} from "pdf-lib";
import { type PdfRevision, readArray, readPdfRevision } from "./pdf-revision.ts";
import { Refused } from "./refused.ts";

/** What the signature dictionary says of the signature, besides its time. */
export interface SignatureField {
  /** Who signs, for people. */
  name: string;
  reason: string;
  location: string | null;
  contactInfo: string | null;
}

/** What `@signpdf/signpdf` looks for in the ByteRange, and replaces. */
const BYTE_RANGE_PLACEHOLDER = "**********";
/** SigFlags: signatures exist, changes by appending only (ISO 32000-1, table 219). */
const SIGNATURES_EXIST_APPEND_ONLY = 3;
/** Annotation flags: print, which PDF/A asks for, and locked (ISO 32000-1, table 165). */
const PRINT_AND_LOCKED = 4 | 128;
const MAX_PAGE_TREE_DEPTH = 64;

/**
 * Prepares a PDF for signing: appends a revision with a signature field on the first page and an empty signature of
 * `capacity` bytes (ISO 32000-1, clauses 7.5.6 and 12.7.4.5; ETSI EN 319 142-1, clause 6.3). What was there before
 * stays byte for byte, and only the objects that change are parsed: 60 MB take one copy and no time.
 *
 * The field is invisible, as the document itself says who signs; it has an (empty) appearance, so that nothing needs
 * to be drawn. The time goes into /M and nowhere else.
 *
 * @throws Refused where the PDF's structure cannot be read
 */
export function appendSignatureField(
  pdf: Uint8Array,
  { field, signedAt, capacity }: { field: SignatureField; signedAt: Date; capacity: number },
): Buffer {
  const revision = readPdfRevision(pdf);
  const { context } = revision;
  const changed = new Map<PDFRef, PDFObject>();
  const add = (object: PDFObject): PDFRef => {
    const ref = context.register(object);
    changed.set(ref, object);
    return ref;
  };
  const { ref: pageRef, page } = findFirstPage(revision);
  const form = openForm(revision, changed, add);
  const fields = openArray(revision, changed, form.dict, "Fields", form.owner);
  const signature = add(makeSignatureDictionary(revision, field, signedAt, capacity));
  const appearance = add(context.stream("", { Type: "XObject", Subtype: "Form", BBox: [0, 0, 0, 0], Resources: {} }));
  const widget = add(
    context.obj({
      Type: "Annot",
      Subtype: "Widget",
      FT: "Sig",
      T: PDFHexString.fromText(nextFieldName(revision, fields)),
      TU: PDFHexString.fromText(field.name),
      Rect: [0, 0, 0, 0],
      F: PRINT_AND_LOCKED,
      P: pageRef,
      V: signature,
      AP: { N: appearance },
    }),
  );
  fields.push(widget);
  openArray(revision, changed, page, "Annots", { ref: pageRef, dict: page }).push(widget);
  declareExtension(revision);
  changed.set(revision.catalogRef, revision.catalog);
  return appendRevision(pdf, revision, changed, signedAt);
}

function makeSignatureDictionary(revision: PdfRevision, field: SignatureField, signedAt: Date, capacity: number) {
  const placeholder = PDFName.of(BYTE_RANGE_PLACEHOLDER);
  const dictionary = revision.context.obj({
    Type: "Sig",
    Filter: "Adobe.PPKLite",
    SubFilter: "ETSI.CAdES.detached",
    ByteRange: [0, placeholder, placeholder, placeholder],
    Contents: PDFHexString.of("0".repeat(capacity * 2)),
    M: PDFString.fromDate(signedAt),
    Name: PDFHexString.fromText(field.name),
    Reason: PDFHexString.fromText(field.reason),
  });
  if (field.location) dictionary.set(PDFName.of("Location"), PDFHexString.fromText(field.location));
  if (field.contactInfo) dictionary.set(PDFName.of("ContactInfo"), PDFHexString.fromText(field.contactInfo));
  return dictionary;
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

/** A dictionary and the indirect object that has to be written again when it changes. */
interface Owner {
  ref: PDFRef;
  dict: PDFObject;
}

function openForm(revision: PdfRevision, changed: Map<PDFRef, PDFObject>, add: (object: PDFObject) => PDFRef) {
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

/** The array under a key, made if it is not there; marks what has to be written again once it grows. */
function openArray(
  revision: PdfRevision,
  changed: Map<PDFRef, PDFObject>,
  dict: PDFDict,
  key: string,
  owner: Owner,
): PDFArray {
  const value = dict.get(PDFName.of(key));
  const present = revision.lookup(value);
  if (present instanceof PDFArray) {
    if (value instanceof PDFRef) changed.set(value, present);
    else changed.set(owner.ref, owner.dict);
    return present;
  }
  const array = PDFArray.withContext(revision.context);
  dict.set(PDFName.of(key), array);
  changed.set(owner.ref, owner.dict);
  return array;
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

/** Declares that a PDF 1.7 uses what ETSI added to it: the developer extension ESIC (ISO 32000-1, clause 7.12). */
function declareExtension({ catalog, context, lookup }: PdfRevision): void {
  const present = lookup(catalog.get(PDFName.of("Extensions")));
  const extensions = context.obj({});
  if (present instanceof PDFDict) for (const [key, value] of present.entries()) extensions.set(key, value);
  extensions.set(PDFName.of("ESIC"), context.obj({ BaseVersion: PDFName.of("1.7"), ExtensionLevel: 1 }));
  catalog.set(PDFName.of("Extensions"), extensions);
}

/** An incremental update (ISO 32000-1, clause 7.5.6): the changed objects, their table, a trailer that goes on from it. */
function appendRevision(
  pdf: Uint8Array,
  { context, trailer, startXref }: PdfRevision,
  changed: Map<PDFRef, PDFObject>,
  signedAt: Date,
): Buffer {
  const parts: Uint8Array[] = [pdf, Buffer.from("\n")];
  let length = pdf.length + 1;
  const push = (...bytes: Uint8Array[]) => {
    for (const part of bytes) {
      parts.push(part);
      length += part.length;
    }
  };
  const table = PDFCrossRefSection.createEmpty();
  for (const [ref, object] of [...changed].sort(([a], [b]) => a.objectNumber - b.objectNumber)) {
    table.addEntry(ref, length);
    const bytes = new Uint8Array(object.sizeInBytes());
    object.copyBytesInto(bytes, 0);
    push(Buffer.from(`${ref.objectNumber} ${ref.generationNumber} obj\n`), bytes, Buffer.from("\nendobj\n"));
  }
  const tableOffset = length;
  const next = context.obj({});
  for (const key of ["Root", "Info"]) {
    const value = trailer.get(PDFName.of(key));
    if (value) next.set(PDFName.of(key), value);
  }
  next.set(PDFName.of("Size"), PDFNumber.of(context.largestObjectNumber + 1));
  next.set(PDFName.of("Prev"), PDFNumber.of(startXref));
  next.set(PDFName.of("ID"), nextIdentifiers(context.lookup(trailer.get(PDFName.of("ID"))), pdf, signedAt, context));
  push(Buffer.from(`${table.toString()}trailer\n${next.toString()}\nstartxref\n${tableOffset}\n%%EOF\n`, "latin1"));
  return Buffer.concat(parts, length);
}

/** The file's first identifier stays, the second is new with each revision (ISO 32000-1, clause 14.4). */
function nextIdentifiers(
  present: PDFObject | undefined,
  pdf: Uint8Array,
  signedAt: Date,
  context: PdfRevision["context"],
) {
  const fresh = PDFHexString.of(
    createHash("sha256")
      .update(`${pdf.length} ${signedAt.toISOString()}`)
      .update(pdf.subarray(-4096))
      .digest("hex")
      .slice(0, 32)
      .toUpperCase(),
  );
  const first = present instanceof PDFArray ? present.asArray()[0] : undefined;
  return context.obj([first ?? fresh, fresh]);
}
