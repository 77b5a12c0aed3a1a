import { PDFArray, PDFDict, PDFName, type PDFObject, PDFRef, PDFString } from "pdf-lib";
import { openArray, type PdfUpdate } from "../../../workers/signing/pdf-update.ts";
import { firstPage, LATER_CHANGES } from "./alter-pdf.ts";

/*
 * Attacks on signed PDFs, each a revision that somebody appends: the shadow attacks (Mainka, Mladenov, Rohlmann: "Shadow
 * Attacks: Hiding and Replacing Content in Signed PDFs", NDSS 2021), for which the file is prepared before it is signed,
 * and attacks on the signatures' own fields.
 */

/** Objects by their numbers, without `obj` and `endobj`. */
type Objects = Readonly<Record<number, string>>;

const CATALOG = 1;
const CONTENT = 4;
const FONT = 5;
const COVER = 6;
const SHOWN_VALUE = 7;
const FIELD = 8;
const STAMP = 9;
const OTHER_PAGES = 10;

const drawing = (content: string, more = "") =>
  `<< ${more} /Length ${content.length} >>\nstream\n${content}\nendstream`;
const words = (text: string) => `BT /F1 20 Tf 20 150 Td (${text}) Tj ET`;
const form = (content: string) => drawing(content, "/Type /XObject /Subtype /Form /BBox [0 0 300 300]");
const field = (value: string) =>
  `<< /Type /Annot /Subtype /Widget /FT /Tx /T (amount) /V (${value}) /DA (/F1 12 Tf) /Rect [10 10 100 30] /F 4 ` +
  `/AP << /N ${SHOWN_VALUE} 0 R >> >>`;
const stamp = (flags: number) =>
  `<< /Type /Annot /Subtype /Stamp /Rect [0 0 300 300] /F ${flags} /AP << /N ${COVER} 0 R >> >>`;

const OBJECTS: Objects = {
  [CATALOG]: `<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [${FIELD} 0 R] >> >>`,
  2: "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
  3:
    `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 300] /Contents ${CONTENT} 0 R /Annots [${FIELD} 0 R ${STAMP} 0 R] ` +
    `/Resources << /Font << /F1 ${FONT} 0 R >> /XObject << /Cover ${COVER} 0 R >> >> >>`,
  [CONTENT]: drawing(`${words("Everything is destroyed")} /Cover Do`),
  [FONT]: "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
  [COVER]: form("1 1 1 rg 0 0 300 300 re f"),
  [SHOWN_VALUE]: form("0 0 1 rg 0 0 90 20 re f"),
  [FIELD]: field("100"),
  [STAMP]: stamp(4),
  [OTHER_PAGES]: "<< /Type /Pages /Kids [11 0 R] /Count 1 >>",
  11: "<< /Type /Page /Parent 10 0 R /MediaBox [0 0 300 300] /Resources << >> >>",
};
/** Lies in the file beside the one of the same number, where no table names it. */
const SECOND_CONTENT = `${CONTENT} 0 obj\n${drawing(words("Nothing was damaged"))}\nendobj\n`;

/** A PDF as somebody prepares it: what hides, what is hidden, and what is to be shown later lie in it already. */
export function prepareShadow(): Buffer {
  const { text, places } = write("%PDF-1.7\n", OBJECTS);
  const before = text + SECOND_CONTENT;
  const table = `xref\n0 1\n0000000000 65535 f \n${tableOf(places)}`;
  const trailer = `trailer\n<< /Root ${CATALOG} 0 R /Size ${places.size + 1} >>\n`;
  return Buffer.from(`${before}${table}${trailer}startxref\n${before.length}\n%%EOF\n`, "latin1");
}

/** What is appended to the prepared file once it is signed. */
export const SHADOW_ATTACKS: Readonly<Record<string, (signed: Buffer) => Buffer>> = {
  "hide: the object that covered something is gone": (signed) => append(signed, {}, { [COVER]: null }),
  "hide: the object that covered something is empty": (signed) => append(signed, { [COVER]: form("") }),
  "hide: the annotation that covered something is hidden": (signed) => append(signed, { [STAMP]: stamp(2) }),
  "replace: a field has another value": (signed) => append(signed, { [FIELD]: field("999") }),
  "replace: a field shows another value": (signed) => append(signed, { [SHOWN_VALUE]: form(words("999")) }),
  "replace: a font draws other characters": (signed) =>
    append(signed, { [FONT]: "<< /Type /Font /Subtype /Type1 /BaseFont /Symbol >>" }),
  "hide and replace: the table names the second object of a number": (signed) =>
    append(signed, {}, { [CONTENT]: signed.lastIndexOf(SECOND_CONTENT) }),
  "hide and replace: the trailer names a second catalog, of the same form": (signed) =>
    append(signed, { 99: withOtherPages(signed) }, {}, (trailer) =>
      trailer.replace(/\/Root \d+/, "/Root 99").replace(/\/Size \d+/, "/Size 100"),
    ),
  "hide and replace: the catalog has the second pages": (signed) =>
    append(signed, { [CATALOG]: withOtherPages(signed) }),
};

/** The catalog as it was written last, with the second pages. */
function withOtherPages(pdf: Buffer): string {
  const found = pdf.toString("latin1").split(`\n${CATALOG} 0 obj\n`).at(-1) ?? "";
  const body = found.slice(0, found.indexOf("\nendobj"));
  if (!body.includes("/Pages 2 ")) throw new Error("the PDF has no such catalog");
  return body.replace("/Pages 2 ", `/Pages ${OTHER_PAGES} `);
}

/** Writes objects after a text; where each begins. */
function write(before: string, objects: Objects): { text: string; places: Map<number, number> } {
  let text = before;
  const places = new Map<number, number>();
  for (const [number, body] of Object.entries(objects)) {
    places.set(Number(number), text.length);
    text += `${number} 0 obj\n${body}\nendobj\n`;
  }
  return { text, places };
}

function tableOf(places: Iterable<[number, number | null]>): string {
  return [...places]
    .map(([number, at]) => `${number} 1\n${String(at ?? 0).padStart(10, "0")} 00000 ${at === null ? "f" : "n"} \n`)
    .join("");
}

/** The file with a revision of these objects; `places` says where the table sees others, null where it frees them. */
function append(
  signed: Buffer,
  objects: Objects,
  places: Readonly<Record<number, number | null>> = {},
  editTrailer = (trailer: string) => trailer,
): Buffer {
  const file = signed.toString("latin1");
  const [, trailer = "", before = ""] = [...file.matchAll(/trailer\n(<<[\s\S]*?>>)\nstartxref\n(\d+)/g)].at(-1) ?? [];
  const written = write(file, objects);
  const others = Object.entries(places).map(([number, at]): [number, number | null] => [Number(number), at]);
  const table = `xref\n${tableOf([...written.places, ...others])}`;
  const next = editTrailer(trailer.replace(/\/Prev \d+/, `/Prev ${before}`));
  const end = `trailer\n${next}\nstartxref\n${written.text.length}\n%%EOF\n`;
  return Buffer.from(written.text + table + end, "latin1");
}

/** The signature fields, in the order in which they were signed. */
function fieldsOf({ revision }: PdfUpdate): { ref: PDFRef; dict: PDFDict; value: PDFObject }[] {
  const form = revision.lookup(revision.catalog.get(PDFName.of("AcroForm")));
  const list = form instanceof PDFDict ? revision.lookup(form.get(PDFName.of("Fields"))) : undefined;
  return (list instanceof PDFArray ? list.asArray() : []).map((ref) => {
    const dict = revision.lookup(ref);
    const value = dict instanceof PDFDict ? dict.get(PDFName.of("V")) : undefined;
    if (!(ref instanceof PDFRef && dict instanceof PDFDict && value)) throw new Error("a field is not signed");
    return { ref, dict, value };
  });
}

/** Gives fields the signatures of others, by their places. */
function giveValues(update: PdfUpdate, ...changes: [to: number, from: number][]): void {
  const fields = fieldsOf(update);
  for (const [to, from] of changes) {
    const [target, source] = [fields[to], fields[from]];
    if (!target || !source) throw new Error("the PDF has fewer signatures");
    target.dict.set(PDFName.of("V"), source.value);
    update.changed.set(target.ref, target.dict);
  }
}

/** Adds a signature field to the form and to the first page. */
export function addField(update: PdfUpdate, rectangle: number[], { name = "Another", value }: FieldOptions = {}): void {
  const { context, catalog } = update.revision;
  const { ref, page } = firstPage(update);
  const entries = { Type: "Annot", Subtype: "Widget", FT: "Sig", F: 4, P: ref, ...(value && { V: value }) };
  const widget = update.add(context.obj({ ...entries, T: PDFString.of(name), Rect: rectangle }));
  openArray(update, page, "Annots", { ref, dict: page }).push(widget);
  const form = catalog.get(PDFName.of("AcroForm"));
  const dict = update.revision.lookup(form);
  if (!(form instanceof PDFRef && dict instanceof PDFDict)) throw new Error("the PDF has no form");
  openArray(update, dict, "Fields", { ref: form, dict }).push(widget);
}

interface FieldOptions {
  name?: string;
  /** A signature. */
  value?: PDFObject | undefined;
}

/** Adds a certificate's bytes to the validation data, as a later revision may. */
export function addValidationData(update: PdfUpdate): void {
  const { catalog, catalogRef, context } = update.revision;
  const certificate = update.add(context.stream("a certificate"));
  catalog.set(PDFName.of("DSS"), update.add(context.obj({ Type: "DSS", Certs: [certificate] })));
  update.changed.set(catalogRef, catalog);
}

/** What is appended to a file that two people signed, and why it is more than what a signature needs. */
export const FIELD_ATTACKS: readonly [name: string, reason: string, change: (update: PdfUpdate) => void][] = [
  ["a field has the signature of another", "replaced", (update) => giveValues(update, [0, 1])],
  ["two fields have each other's signature", "replaced", (update) => giveValues(update, [0, 1], [1, 0])],
  ["two fields share one signature", "replaced", (update) => giveValues(update, [1, 0])],
  ["a field has height and no width", "field_visible", (update) => addField(update, [10, 0, 10, 300])],
  ["a field has width and no height", "field_visible", (update) => addField(update, [0, 10, 300, 10])],
  [
    "two new fields have one name",
    "field_name_taken",
    (update) => {
      for (let i = 0; i < 2; i++) addField(update, [0, 0, 0, 0]);
    },
  ],
  [
    "beside validation data a page gets another content",
    "replaced",
    (update) => {
      addValidationData(update);
      LATER_CHANGES["a page gets another content"]?.(update);
    },
  ],
];

/** Adds a field whose value is the first signature. */
export function shareSignature(update: PdfUpdate): void {
  addField(update, [0, 0, 0, 0], { value: fieldsOf(update)[0]?.value });
}
