import {
  type PDFContext,
  type PDFDict,
  type PDFDocument,
  PDFHexString,
  PDFName,
  type PDFPage,
  type PDFRef,
} from "pdf-lib";
import { PAGE } from "./theme.ts";

/** A bookmark: its title, and the page and height (points from the upper edge) that it leads to. */
export interface Bookmark {
  title: string;
  page: PDFPage;
  y: number;
  below: Bookmark[];
}

/** Writes the bookmarks into the document, two levels deep, the lower one closed (ISO 32000-1, 12.3.3). */
export function writeOutline(pdf: PDFDocument, bookmarks: Bookmark[]): void {
  if (bookmarks.length === 0) return;
  const { context } = pdf;
  const root = context.obj({ Type: "Outlines" });
  const rootRef = context.register(root);
  linkChildren(context, root, rootRef, bookmarks);
  root.set(PDFName.of("Count"), context.obj(bookmarks.length));
  pdf.catalog.set(PDFName.of("Outlines"), rootRef);
  pdf.catalog.set(PDFName.of("PageMode"), PDFName.of("UseOutlines"));
}

function linkChildren(context: PDFContext, parent: PDFDict, parentRef: PDFRef, bookmarks: Bookmark[]): void {
  const refs = bookmarks.map(() => context.nextRef());
  for (const [index, bookmark] of bookmarks.entries()) {
    const ref = refs[index];
    if (ref === undefined) continue;
    const entry = context.obj({
      Title: PDFHexString.fromText(bookmark.title),
      Parent: parentRef,
      Dest: [bookmark.page.ref, "XYZ", null, PAGE.height - bookmark.y, null],
    });
    setRef(entry, "Prev", refs[index - 1]);
    setRef(entry, "Next", refs[index + 1]);
    if (bookmark.below.length > 0) {
      linkChildren(context, entry, ref, bookmark.below);
      entry.set(PDFName.of("Count"), context.obj(-bookmark.below.length));
    }
    context.assign(ref, entry);
  }
  setRef(parent, "First", refs[0]);
  setRef(parent, "Last", refs.at(-1));
}

function setRef(dict: PDFDict, key: string, ref: PDFRef | undefined): void {
  if (ref !== undefined) dict.set(PDFName.of(key), ref);
}
