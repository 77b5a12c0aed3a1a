import { sameBytes } from "@nexbasira/core/authority/hash-algorithm.ts";
import { decodePDFRawStream, PDFArray, PDFDict, PDFName, PDFRawStream } from "pdf-lib";
import { type PdfRevision, readArray, readPdfRevision } from "./pdf-revision.ts";
import type { PdfSource } from "./pdf-source.ts";
import { declareExtension, openUpdate, writeUpdate } from "./pdf-update.ts";

/** What a PDF holds for the time when nobody can be asked any more (ETSI EN 319 142-1, clause 5.4.2); DER each. */
export interface ValidationData {
  certificates: readonly Uint8Array[];
  /** OCSPResponses. */
  ocsps: readonly Uint8Array[];
  /** Revocation lists. */
  crls: readonly Uint8Array[];
}

const KEYS = { certificates: "Certs", ocsps: "OCSPs", crls: "CRLs" } as const;
const DSS = PDFName.of("DSS");

/** What the document security store of a PDF holds; nothing where it has none. @throws Refused */
export function readSecurityStore(pdf: PdfSource): ValidationData {
  const revision = readPdfRevision(pdf);
  return {
    certificates: readStreams(revision, KEYS.certificates).map(({ bytes }) => bytes),
    ocsps: readStreams(revision, KEYS.ocsps).map(({ bytes }) => bytes),
    crls: readStreams(revision, KEYS.crls).map(({ bytes }) => bytes),
  };
}

/**
 * A revision that adds to the document security store what it does not hold yet. There is no VRI dictionary: what it
 * would say of one signature, validators find in the store by themselves.
 *
 * @returns what is to be appended to the PDF; null where all of it is there
 * @throws Refused where the PDF's structure cannot be read
 */
export function makeSecurityStore(pdf: PdfSource, data: ValidationData, at: Date): Buffer | null {
  const update = openUpdate(pdf);
  const { revision, add, changed } = update;
  const { context, catalog, catalogRef } = revision;
  const store = context.obj({ Type: "DSS" });
  let isNew = false;
  for (const kind of ["certificates", "ocsps", "crls"] as const) {
    const present = readStreams(revision, KEYS[kind]);
    const array = PDFArray.withContext(context);
    for (const { ref } of present) array.push(ref);
    const known = present.map(({ bytes }) => bytes);
    for (const bytes of data[kind]) {
      if (known.some((other) => sameBytes(other, bytes))) continue;
      known.push(bytes);
      array.push(add(context.stream(bytes)));
      isNew = true;
    }
    if (array.size() > 0) store.set(PDFName.of(KEYS[kind]), array);
  }
  if (!isNew) return null;
  catalog.set(DSS, add(store));
  declareExtension(update);
  changed.set(catalogRef, catalog);
  return writeUpdate(update, at);
}

function readStreams(revision: PdfRevision, key: string) {
  const store = revision.lookup(revision.catalog.get(DSS));
  const array = store instanceof PDFDict ? readArray(revision, store.get(PDFName.of(key))) : null;
  return (array?.asArray() ?? []).flatMap((ref) => {
    const stream = revision.lookup(ref);
    return stream instanceof PDFRawStream ? [{ ref, bytes: decodePDFRawStream(stream).decode() }] : [];
  });
}
