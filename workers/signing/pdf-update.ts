import { createHash } from "node:crypto";
import {
  PDFArray,
  type PDFContext,
  PDFCrossRefSection,
  PDFDict,
  PDFHexString,
  PDFName,
  PDFNumber,
  type PDFObject,
  PDFRef,
} from "pdf-lib";
import { type PdfRevision, readPdfRevision } from "./pdf-revision.ts";
import type { PdfSource } from "./pdf-source.ts";

/** Changes to a PDF that are to be appended to it as a new revision. */
export interface PdfUpdate {
  pdf: PdfSource;
  revision: PdfRevision;
  /** What is to be written: new objects, and those that were changed. */
  changed: Map<PDFRef, PDFObject>;
  /** Gives an object a number and has it written. */
  add(object: PDFObject): PDFRef;
}

/** @throws Refused where the PDF's structure cannot be read */
export function openUpdate(pdf: PdfSource): PdfUpdate {
  const revision = readPdfRevision(pdf);
  const changed = new Map<PDFRef, PDFObject>();
  const add = (object: PDFObject): PDFRef => {
    const ref = revision.context.register(object);
    changed.set(ref, object);
    return ref;
  };
  return { pdf, revision, changed, add };
}

/** A dictionary and the indirect object that has to be written again when it changes. */
export interface Owner {
  ref: PDFRef;
  dict: PDFObject;
}

/** The array under a key, made if it is not there; what has to be written again as it grows is marked. */
export function openArray({ revision, changed }: PdfUpdate, dict: PDFDict, key: string, owner: Owner): PDFArray {
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

/**
 * Declares that a PDF 1.7 uses what ETSI added to it: the developer extension ESIC (ISO 32000-1, clause 7.12). The
 * catalog has to be written again.
 */
export function declareExtension({ revision, changed }: PdfUpdate): void {
  const { catalog, catalogRef, context, lookup } = revision;
  const present = lookup(catalog.get(PDFName.of("Extensions")));
  const extensions = context.obj({});
  if (present instanceof PDFDict) for (const [key, value] of present.entries()) extensions.set(key, value);
  extensions.set(PDFName.of("ESIC"), context.obj({ BaseVersion: PDFName.of("1.7"), ExtensionLevel: 1 }));
  catalog.set(PDFName.of("Extensions"), extensions);
  changed.set(catalogRef, catalog);
}

/**
 * An incremental update (ISO 32000-1, clause 7.5.6): the changed objects, their table, and a trailer that goes on from
 * the file's last. What was there stays byte for byte.
 *
 * @param at when; makes the file's new identifier
 * @returns what is to be appended to the file
 */
export function writeUpdate({ pdf, revision, changed }: PdfUpdate, at: Date): Buffer {
  const { context, trailer, startXref } = revision;
  const parts: Uint8Array[] = [Buffer.from("\n")];
  let offset = pdf.size + 1;
  const push = (bytes: Uint8Array) => {
    parts.push(bytes);
    offset += bytes.length;
  };
  const table = PDFCrossRefSection.createEmpty();
  for (const [ref, object] of [...changed].sort(([a], [b]) => a.objectNumber - b.objectNumber)) {
    table.addEntry(ref, offset);
    const bytes = new Uint8Array(object.sizeInBytes());
    object.copyBytesInto(bytes, 0);
    push(Buffer.from(`${ref.objectNumber} ${ref.generationNumber} obj\n`));
    push(bytes);
    push(Buffer.from("\nendobj\n"));
  }
  const tableOffset = offset;
  const next = context.obj({});
  for (const key of ["Root", "Info"]) {
    const value = trailer.get(PDFName.of(key));
    if (value) next.set(PDFName.of(key), value);
  }
  next.set(PDFName.of("Size"), PDFNumber.of(context.largestObjectNumber + 1));
  next.set(PDFName.of("Prev"), PDFNumber.of(startXref));
  next.set(PDFName.of("ID"), nextIdentifiers(revision.lookup(trailer.get(PDFName.of("ID"))), pdf, at, context));
  push(Buffer.from(`${table.toString()}trailer\n${next.toString()}\nstartxref\n${tableOffset}\n%%EOF\n`, "latin1"));
  return Buffer.concat(parts);
}

/** The file's first identifier stays, the second is new with each revision (ISO 32000-1, clause 14.4). */
function nextIdentifiers(present: PDFObject | undefined, pdf: PdfSource, at: Date, context: PDFContext): PDFArray {
  const fresh = PDFHexString.of(
    createHash("sha256")
      .update(`${pdf.size} ${at.toISOString()}`)
      .update(pdf.read(Math.max(0, pdf.size - 4096), pdf.size))
      .digest("hex")
      .slice(0, 32)
      .toUpperCase(),
  );
  const first = present instanceof PDFArray ? present.asArray()[0] : undefined;
  return context.obj([first ?? fresh, fresh]);
}
