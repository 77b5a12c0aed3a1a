import { sameBytes } from "@nexbasira/core/authority/hash-algorithm.ts";
import { type Reason, ReasonError } from "../reasons.ts";
import { Unreadable } from "../report.ts";
import { firstInk, readStartXref } from "./cross-references.ts";
import type { PdfDocument, View } from "./document.ts";
import { type Dict, isDict, isInteger, isName, Name, Ref, Text, type Value } from "./objects.ts";
import { isWhite } from "./parse-object.ts";

const MAX_SIGNATURES = 64;
const MAX_FIELDS = 10_000;

/** A signature of the PDF, or a document time stamp: a place whose bytes are exactly what the rest leaves out. */
export interface PdfSignature {
  field: string;
  kind: "signature" | "document_time_stamp";
  /** The CMS or the token, with the zeros that fill its place. */
  contents: Uint8Array;
  gap: readonly [start: number, end: number];
  /** Up to where the file is covered. */
  end: number;
  /** The index of the section that was the newest when it was made. */
  section: number;
}

/** A signature field whose signature does not even have the form of one. */
export interface BrokenSignature {
  field: string;
  reason: Reason;
}

/** Every signature field that is filled, in the order in which they were signed. */
export function findSignatures(document: PdfDocument): { signatures: PdfSignature[]; broken: BrokenSignature[] } {
  const signatures: PdfSignature[] = [];
  const broken: BrokenSignature[] = [];
  const view = document.view(0);
  for (const { name, value } of listFields(view)) {
    try {
      const found = readSignature(document, view, name, value);
      // Two that cover the same are one that somebody copied.
      if (signatures.some(({ gap }) => gap[0] === found.gap[0])) throw new FormError("place_taken");
      signatures.push(found);
    } catch (error) {
      if (!(error instanceof FormError)) throw error;
      broken.push({ field: name, reason: error.reason });
    }
    if (signatures.length + broken.length > MAX_SIGNATURES)
      throw new Unreadable("too_large", "the PDF has too many signatures");
  }
  signatures.sort((a, b) => a.end - b.end);
  return { signatures, broken };
}

class FormError extends ReasonError {}

function listFields(view: View): { name: string; value: Value }[] {
  const catalog = view.look(view.root);
  const form = isDict(catalog) ? view.look(catalog.get("AcroForm")) : null;
  const fields = isDict(form) ? view.look(form.get("Fields")) : null;
  const found: { name: string; value: Value }[] = [];
  const seen = new Set<number>();
  const queue: Value[] = Array.isArray(fields) ? [...fields] : [];
  for (let i = 0; i < queue.length; i++) {
    if (queue.length > MAX_FIELDS) throw new Unreadable("too_large", "the PDF has too many form fields");
    const ref = queue[i];
    if (ref instanceof Ref) {
      if (seen.has(ref.number)) continue;
      seen.add(ref.number);
    }
    const field = view.look(ref);
    if (!isDict(field)) continue;
    const kids = view.look(field.get("Kids"));
    if (Array.isArray(kids)) queue.push(...kids.slice(0, MAX_FIELDS + 1));
    const value = field.get("V");
    const isSignature = isName(view.look(field.get("FT")), "Sig") || holdsSignature(view.look(value));
    if (isSignature && value !== undefined && value !== null)
      found.push({ name: textOf(view.look(field.get("T"))), value });
  }
  return found;
}

function holdsSignature(value: Value): boolean {
  return (
    isDict(value) &&
    (value.has("ByteRange") || isName(value.get("Type"), "Sig") || isName(value.get("Type"), "DocTimeStamp"))
  );
}

/**
 * ISO 32000-1, clause 12.8.1; ETSI EN 319 142-1, clause 6.3. The byte range has to leave out its own contents and
 * nothing else, and to end where a revision ends: else what is shown need not be what was signed.
 */
function readSignature(document: PdfDocument, newest: View, field: string, value: Value): PdfSignature {
  const { bytes } = document;
  const dict = newest.look(value);
  const place = value instanceof Ref ? newest.placeOf(value.number) : undefined;
  if (!isDict(dict) || place?.kind !== "offset") throw new FormError("no_own_object");
  const kind = kindOf(dict);
  const range = dict.get("ByteRange");
  const contents = dict.get("Contents");
  if (!Array.isArray(range) || range.length !== 4 || !range.every(isInteger)) throw new FormError("no_byte_range");
  const [from, length, resume, rest] = range.map(Number) as [number, number, number, number];
  const end = resume + rest;
  if (from !== 0 || resume <= length || end > bytes.length) throw new FormError("byte_range_outside");
  if (!(contents instanceof Text) || !contents.isHex || contents.start !== length || contents.end !== resume) {
    throw new FormError("byte_range_gap");
  }
  // White space between the digits is something else, too.
  if (bytes.subarray(length, resume).some(isWhite)) throw new FormError("byte_range_gap");
  if (place.offset >= length) throw new FormError("own_dictionary");
  const startXref = readStartXref(bytes, end);
  const section = document.sections.findIndex(({ start }) => start === startXref?.offset);
  if (!startXref || section < 0) throw new FormError("no_revision_end");
  const own = document.sections[section];
  if (own && firstInk(bytes, own.end, startXref.keyword) !== undefined) {
    throw new FormError("covers_others");
  }
  const then = document.view(section);
  const signed = value instanceof Ref ? then.look(value) : null;
  // It is what it was when it was made, and its own revision has it where it is now.
  const samePlace = value instanceof Ref ? then.placeOf(value.number) : undefined;
  if (signed !== dict || samePlace?.kind !== "offset") throw new FormError("dictionary_replaced");
  checkOffsets(document, section, [length, resume], end);
  return { field, kind, contents: contents.bytes, gap: [length, resume], end, section };
}

function kindOf(dict: Dict): PdfSignature["kind"] {
  const filter = dict.get("SubFilter");
  const type = dict.get("Type");
  if (isName(type, "DocTimeStamp") && isName(filter, "ETSI.RFC3161")) return "document_time_stamp";
  if ((type === undefined || isName(type, "Sig")) && isName(filter, "ETSI.CAdES.detached")) return "signature";
  if ((type === undefined || isName(type, "Sig")) && isName(filter, "adbe.pkcs7.detached")) return "signature";
  throw new FormError("signature_kind", { kind: filter instanceof Name ? filter.text : "?" });
}

/** Everything that the signed revision shows lies in what is signed: before its end, and not in the gap. */
function checkOffsets(document: PdfDocument, section: number, gap: readonly [number, number], end: number): void {
  const inGap = (offset: number) => offset >= gap[0] && offset < gap[1];
  for (const [index, { start, end: sectionEnd, places }] of document.sections.entries()) {
    const isSigned = index >= section;
    if (isSigned !== start < end || inGap(start)) throw new FormError("revisions_across");
    if (isSigned && sectionEnd > end) throw new FormError("own_references");
    for (const place of places.values()) {
      if (place.kind !== "offset") continue;
      if (inGap(place.offset)) throw new FormError("object_in_place");
      if (isSigned !== place.offset < end) throw new FormError("object_beyond");
    }
  }
}

function textOf(value: Value): string {
  if (!(value instanceof Text)) return "";
  const { bytes } = value;
  const isUtf16 = sameBytes(bytes.subarray(0, 2), Uint8Array.of(0xfe, 0xff));
  return new TextDecoder(isUtf16 ? "utf-16be" : "latin1").decode(isUtf16 ? bytes.subarray(2) : bytes);
}
