import { sameBytes } from "@nexbasira/core/authority/hash-algorithm.ts";
import { ReasonError } from "../reasons.ts";
import { Unreadable } from "../report.ts";
import { firstInk, readStartXref } from "./cross-references.ts";
import type { PdfDocument, View } from "./document.ts";
import { type Dict, isDict, isName, Name, Ref, Stream, Text, type Value } from "./objects.ts";

/** Pairs of objects that are compared at most, over all revisions. */
const MAX_STEPS = 4_000_000;

/** Why a revision is more than what a signature needs. */
export class ForbiddenChange extends ReasonError {}

/**
 * Compares every revision after the one of section `signed` with the one before it, object by object as the document
 * reaches them, and accounts for every byte that it appends. Allowed is what signatures need (ETSI EN 319 142-1, clause
 * 5.4; ISO 32000-2, clause 12.8.2.2): validation data (DSS), invisible signature fields with their signatures, and nothing
 * else; neither a visible field, which can hide what is below it, nor what common viewers allow besides (filled forms,
 * annotations).
 *
 * @throws ForbiddenChange with what is changed
 * @throws Unreadable where it cannot be compared within bounds
 */
export function checkRevisions(document: PdfDocument, signed: number): void {
  checkEnd(document);
  const steps = { left: MAX_STEPS };
  for (let index = signed - 1; index >= 0; index--) {
    checkBytes(document, index);
    new Comparison(document.view(index + 1), document.view(index), steps).run();
  }
}

/** After the newest revision nothing follows: objects without cross-references are taken up by readers that repair. */
function checkEnd({ bytes, sections }: PdfDocument): void {
  const [newest] = sections;
  if (!newest || firstInk(bytes, endOf(bytes, newest.end), bytes.length) !== undefined)
    throw new ForbiddenChange("bytes_at_end");
}

/** All that a revision appends is its objects, its cross-references and its end. */
function checkBytes(document: PdfDocument, index: number): void {
  const { bytes, sections } = document;
  const section = sections[index];
  const before = sections[index + 1];
  if (!section || !before) throw new ForbiddenChange("first_revision");
  if (section.trailer.get("Prev") !== before.start) throw new ForbiddenChange("not_continued");
  const then = sections.slice(index);
  const spans: [number, number][] = [];
  for (const [number, place] of section.places) {
    if (place.kind === "compressed") {
      const container = section.places.get(place.stream);
      if (container?.kind !== "offset") throw new ForbiddenChange("older_object_stream");
    }
    if (place.kind !== "offset") continue;
    if (section.stream === number && place.offset === section.start) continue;
    const object = document.parseAt(place.offset, then);
    if (object.number !== number) throw new ForbiddenChange("object_elsewhere", { number: String(number) });
    spans.push([object.start, object.end]);
  }
  const from = endOf(bytes, before.end);
  const end = endOf(bytes, section.end);
  spans.push([section.start, section.end]);
  spans.sort(([a], [b]) => a - b);
  let at = from;
  for (const [start, stop] of spans) {
    if (start < at) throw new ForbiddenChange("objects_overlap");
    if (firstInk(bytes, at, start) !== undefined) throw new ForbiddenChange("loose_bytes");
    at = stop;
  }
  const tail = readStartXref(bytes, end);
  if (tail?.offset !== section.start || firstInk(bytes, at, tail.keyword) !== undefined)
    throw new ForbiddenChange("revision_end");
}

/** Where the `%%EOF` that follows a section ends. */
function endOf(bytes: Uint8Array, from: number): number {
  const text = new TextDecoder("latin1").decode(bytes.subarray(from, from + 256));
  const found = /^[\r\n ]*startxref[\r\n ]+\d{1,12}[\r\n ]+%%EOF/.exec(text);
  if (!found) throw new ForbiddenChange("revision_end");
  return from + found[0].length;
}

/** What may differ depends on what an object is for: one that is used for two things has to hold to both. */
type Role = "plain" | "catalog" | "form" | "fields" | "page" | "annotations" | "field";

class Comparison {
  readonly #old: View;
  readonly #new: View;
  readonly #pages: ReadonlySet<number>;
  readonly #oldFields = new Set<number>();
  readonly #newFields = new Set<number>();
  readonly #done = new Set<string>();
  readonly #queue: [Value, Value, Role, string][] = [];
  readonly #steps: { left: number };

  constructor(before: View, after: View, steps: { left: number }) {
    this.#old = before;
    this.#new = after;
    this.#steps = steps;
    this.#pages = pagesOf(before, steps);
    const catalog = before.look(before.root);
    const form = isDict(catalog) ? before.look(catalog.get("AcroForm")) : null;
    const fields = isDict(form) ? before.look(form.get("Fields")) : null;
    for (const each of Array.isArray(fields) ? fields : [])
      if (each instanceof Ref && isSignatureField(before.resolve(each), before)) this.#oldFields.add(each.number);
  }

  run(): void {
    const [before, after] = [this.#old.sections[0]?.trailer, this.#new.sections[0]?.trailer];
    if (!before || !after) throw new ForbiddenChange("no_trailer");
    if (this.#old.root.number !== this.#new.root.number || this.#old.root.generation !== this.#new.root.generation)
      throw new ForbiddenChange("other_catalog");
    const [oldIds, newIds] = [this.#old.look(before.get("ID")), this.#new.look(after.get("ID"))];
    if (Array.isArray(oldIds)) {
      const first = Array.isArray(newIds) ? (newIds[0] ?? null) : null;
      this.#push(oldIds[0] ?? null, first, "plain", "/ID");
    }
    this.#push(before.get("Info") ?? null, after.get("Info") ?? null, "plain", "/Info");
    this.#push(this.#old.root, this.#new.root, "catalog", "/Root");
    for (let next = this.#queue.pop(); next; next = this.#queue.pop()) this.#compare(...next);
    this.#checkNewFields();
  }

  #push(before: Value, after: Value, role: Role, what: string): void {
    this.#queue.push([before, after, role, what]);
  }

  #compare(before: Value, after: Value, role: Role, what: string): void {
    takeSteps(this.#steps, 1);
    let place = role;
    if (before instanceof Ref || after instanceof Ref) {
      if (
        !(before instanceof Ref && after instanceof Ref) ||
        before.number !== after.number ||
        before.generation !== after.generation
      )
        throw new ForbiddenChange("replaced", { what });
      if (this.#pages.has(before.number)) place = "page";
      else if (this.#oldFields.has(before.number)) place = "field";
      const key = `${place} ${before.number}`;
      if (this.#done.has(key)) return;
      this.#done.add(key);
      this.#compareValues(this.#old.resolve(before), this.#new.resolve(after), place, what);
      return;
    }
    this.#compareValues(before, after, place, what);
  }

  #compareValues(before: Value, after: Value, role: Role, what: string): void {
    if (isDict(before) && isDict(after)) this.#compareDicts(before, after, role, what);
    else if (Array.isArray(before) && Array.isArray(after)) this.#compareArrays(before, after, role, what);
    else if (before instanceof Stream && after instanceof Stream) {
      if (before.raw !== after.raw && !sameBytes(before.raw, after.raw)) throw new ForbiddenChange("changed", { what });
      this.#compareDicts(before.dict, after.dict, "plain", what);
    } else if (!isSameSimple(before, after)) throw new ForbiddenChange("changed", { what });
  }

  #compareArrays(before: Value[], after: Value[], role: Role, what: string): void {
    const grows = role === "fields" || role === "annotations";
    if (after.length < before.length || (after.length > before.length && !grows))
      throw new ForbiddenChange("changed", { what });
    for (const [i, each] of before.entries()) {
      this.#push(each, after[i] ?? null, "plain", what);
    }
    for (const each of after.slice(before.length)) {
      if (!(each instanceof Ref)) throw new ForbiddenChange("added_to", { what });
      this.#newFields.add(each.number);
    }
  }

  #compareDicts(before: Dict, after: Dict, role: Role, what: string): void {
    for (const key of new Set([...before.keys(), ...after.keys()])) {
      const [a, b] = [before.get(key), after.get(key)];
      const name = `${what}/${key}`;
      if (role === "catalog" && key === "DSS") checkValidationData(this.#new, b ?? null);
      else if (role === "catalog" && key === "Extensions") checkExtensions(this.#old.look(a), this.#new.look(b));
      else if (role === "catalog" && key === "AcroForm") this.#pushGrowing(a, b, "form", name);
      else if (role === "form" && key === "Fields") this.#pushGrowing(a, b, "fields", name);
      else if (role === "form" && key === "SigFlags") checkFlags(a, b);
      else if (role === "page" && key === "Annots") this.#pushGrowing(a, b, "annotations", name);
      else if (role === "field" && key === "V" && a === undefined && b instanceof Ref) {
        if (!holdsPlace(this.#new.resolve(b))) throw new ForbiddenChange("value_no_signature", { what: name });
      } else this.#push(a ?? null, b ?? null, "plain", name);
    }
  }

  /** A dictionary or a list that may be new, or may become an object of its own. */
  #pushGrowing(before: Value | undefined, after: Value | undefined, role: Role, what: string): void {
    if (before instanceof Ref && after instanceof Ref) {
      this.#push(before, after, role, what);
      return;
    }
    const [a, b] = [this.#old.look(before), this.#new.look(after)];
    if (before === undefined || before === null) {
      if (b === null) return;
      this.#compareValues(role === "form" ? new Map() : [], b, role, what);
    } else this.#compareValues(a, b, role, what);
  }

  /** What was appended to the fields and the annotations: each is a signature field, is in both, and is not seen. */
  #checkNewFields(): void {
    const names = new Set([...this.#oldFields].map((number) => nameOfField(this.#new, number)));
    for (const number of this.#newFields) {
      const field = this.#new.resolve(new Ref(number, 0));
      const was = this.#old.resolve(new Ref(number, 0));
      if (was !== null) throw new ForbiddenChange("old_object_as_field");
      if (!isDict(field) || !isSignatureField(field, this.#new)) throw new ForbiddenChange("page_or_form_added");
      for (const key of field.keys()) if (!FIELD_KEYS.has(key)) throw new ForbiddenChange("field_key", { key });
      if (!isInvisible(this.#new.look(field.get("Rect")))) throw new ForbiddenChange("field_visible");
      const name = nameOfField(this.#new, number);
      if (names.has(name)) throw new ForbiddenChange("field_name_taken");
      names.add(name);
      const value = this.#new.look(field.get("V"));
      if (value !== null && !holdsPlace(value)) throw new ForbiddenChange("field_empty");
    }
  }
}

const FIELD_KEYS = new Set([
  "Type",
  "Subtype",
  "FT",
  "T",
  "TU",
  "TM",
  "V",
  "P",
  "Rect",
  "F",
  "Ff",
  "AP",
  "M",
  "NM",
  "Border",
]);

function isSignatureField(value: Value, view: View): value is Dict {
  return isDict(value) && isName(view.look(value.get("FT")), "Sig") && !value.has("Kids") && !value.has("Parent");
}

/** Neither width nor height (ISO 32000-2, clause 12.7.5.5): of one that has either, its border can still be seen. */
function isInvisible(rectangle: Value): boolean {
  if (rectangle === null) return true;
  if (!Array.isArray(rectangle) || rectangle.length !== 4) return false;
  const [x0, y0, x1, y1] = rectangle;
  return [x0, y0, x1, y1].every((each) => typeof each === "number") && x0 === x1 && y0 === y1;
}

function holdsPlace(value: Value): boolean {
  return isDict(value) && Array.isArray(value.get("ByteRange")) && value.get("Contents") instanceof Text;
}

function nameOfField(view: View, number: number): string {
  const field = view.resolve(new Ref(number, 0));
  const name = isDict(field) ? view.look(field.get("T")) : null;
  return name instanceof Text ? name.bytes.join() : "";
}

function checkFlags(before: Value | undefined, after: Value | undefined): void {
  const isFlags = typeof after === "number" && after >= 0 && after <= 3;
  if (before !== after && !isFlags) throw new ForbiddenChange("form_flags");
}

/** Developer extensions may be added (ISO 32000-1, clause 7.12): names and numbers, which nothing draws. */
function checkExtensions(before: Value, after: Value): void {
  const plain = (value: Value): boolean =>
    isDict(value)
      ? [...value.values()].every(plain)
      : value instanceof Name || value instanceof Text || typeof value === "number";
  if (after !== null && (!isDict(after) || !plain(after))) throw new ForbiddenChange("extensions_changed");
  if (before !== null && after === null) throw new ForbiddenChange("extensions_gone");
}

/** DSS (ETSI EN 319 142-1, clause 5.4.2): lists of streams, and the same by signature. */
function checkValidationData(view: View, value: Value): void {
  const dss = view.look(value);
  if (!isDict(dss)) throw new ForbiddenChange("validation_data_gone");
  const lists = (dict: Dict, names: readonly string[], others: readonly string[]) => {
    for (const [key, each] of dict) {
      if (names.includes(key)) {
        const list = view.look(each);
        const isList =
          Array.isArray(list) && list.every((item) => item instanceof Ref && view.resolve(item) instanceof Stream);
        if (!isList) throw new ForbiddenChange("validation_data_foreign");
      } else if (!others.includes(key)) throw new ForbiddenChange("validation_data_key", { key });
    }
  };
  lists(dss, ["Certs", "OCSPs", "CRLs"], ["Type", "VRI"]);
  const byName = view.look(dss.get("VRI"));
  if (byName === null) return;
  if (!isDict(byName) || byName.size > 1000) throw new ForbiddenChange("validation_data_foreign");
  for (const each of byName.values()) {
    const entry = view.look(each);
    if (entry instanceof Name) continue;
    if (!isDict(entry)) throw new ForbiddenChange("validation_data_foreign");
    lists(entry, ["Cert", "OCSP", "CRL"], ["Type", "TU", "TS"]);
  }
}

function isSameSimple(a: Value, b: Value): boolean {
  if (a instanceof Name && b instanceof Name) return a.text === b.text;
  if (a instanceof Text && b instanceof Text) return sameBytes(a.bytes, b.bytes);
  return a === b;
}

function takeSteps(steps: { left: number }, count: number): void {
  steps.left -= count;
  if (steps.left < 0) throw new Unreadable("too_large", "the PDF is too large to be compared");
}

/** The numbers of the page objects. */
function pagesOf(view: View, steps: { left: number }): Set<number> {
  const pages = new Set<number>();
  const catalog = view.look(view.root);
  const seen = new Set<number>();
  const queue: Value[] = isDict(catalog) ? [catalog.get("Pages") ?? null] : [];
  for (let i = 0; i < queue.length; i++) {
    const ref = queue[i];
    if (!(ref instanceof Ref) || seen.has(ref.number)) continue;
    seen.add(ref.number);
    const node = view.resolve(ref);
    if (!isDict(node)) continue;
    if (isName(node.get("Type"), "Page")) pages.add(ref.number);
    const kids = view.look(node.get("Kids"));
    if (!Array.isArray(kids)) continue;
    // Many nodes may name the same list.
    takeSteps(steps, kids.length);
    for (const kid of kids) queue.push(kid);
  }
  return pages;
}
