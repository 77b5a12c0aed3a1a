import {
  type PDFContext,
  type PDFDocument,
  PDFHexString,
  PDFName,
  PDFNumber,
  type PDFPage,
  type PDFRef,
  PDFString,
} from "pdf-lib";

/** Standard structure types (ISO 32000-1, 14.8.4) that the report uses. */
export type Role = "Document" | "Sect" | "H1" | "H2" | "P" | "Figure" | "Code" | "Table" | "TR" | "TH" | "TD";

/** A node of the document's logical structure. */
export interface Element {
  ref: PDFRef;
  role: Role;
  parent: Element | undefined;
  /** What a reader says instead of showing it. */
  alternative: string | undefined;
  /** Whether what is in it was written by people, in a language that nobody told. */
  anyLanguage: boolean;
  kids: (Element | { page: PDFPage; id: number })[];
}

export interface StructureTree {
  context: PDFContext;
  root: Element;
  /** For each page, the elements by the number of their marked content. */
  pages: Map<PDFPage, Element[]>;
}

/** Starts the logical structure: what is a heading, a paragraph, a picture, for readers that do not see the page. */
export function startStructure(context: PDFContext): StructureTree {
  return { context, root: newElement(context, "Document", undefined), pages: new Map() };
}

function newElement(context: PDFContext, role: Role, parent: Element | undefined, alternative?: string): Element {
  const element: Element = { ref: context.nextRef(), role, parent, alternative, anyLanguage: false, kids: [] };
  parent?.kids.push(element);
  return element;
}

/** Adds an element below another. */
export function addElement(tree: StructureTree, parent: Element, role: Role, alternative?: string): Element {
  return newElement(tree.context, role, parent, alternative);
}

/** Gives content on a page to an element; answers with the number to mark the content with. */
export function addContent(tree: StructureTree, element: Element, page: PDFPage): number {
  const elements = tree.pages.get(page) ?? [];
  tree.pages.set(page, elements);
  const id = elements.push(element) - 1;
  element.kids.push({ page, id });
  return id;
}

/** Writes the structure into the document (ISO 32000-1, 14.7). */
export function writeStructure(tree: StructureTree, pdf: PDFDocument): void {
  const { context } = tree;
  const rootRef = context.nextRef();
  writeElement(context, tree.root, rootRef);
  const parents: (PDFNumber | PDFRef[])[] = [];
  for (const [index, page] of pdf.getPages().entries()) {
    page.node.set(PDFName.of("StructParents"), PDFNumber.of(index));
    page.node.set(PDFName.of("Tabs"), PDFName.of("S"));
    parents.push(
      PDFNumber.of(index),
      (tree.pages.get(page) ?? []).map((element) => element.ref),
    );
  }
  context.assign(
    rootRef,
    context.obj({
      Type: "StructTreeRoot",
      K: tree.root.ref,
      ParentTree: { Nums: parents },
      ParentTreeNextKey: pdf.getPageCount(),
    }),
  );
  pdf.catalog.set(PDFName.of("StructTreeRoot"), rootRef);
  pdf.catalog.set(PDFName.of("MarkInfo"), context.obj({ Marked: true }));
}

function writeElement(context: PDFContext, element: Element, parent: PDFRef): void {
  const dict = context.obj({
    Type: "StructElem",
    S: element.role,
    P: parent,
    K: element.kids.map((kid) => ("ref" in kid ? kid.ref : { Type: "MCR", Pg: kid.page.ref, MCID: kid.id })),
  });
  if (element.alternative !== undefined) dict.set(PDFName.of("Alt"), PDFHexString.fromText(element.alternative));
  // Undetermined (BCP 47); PDF's own empty text for it is no language to PDF/UA.
  if (element.anyLanguage) dict.set(PDFName.of("Lang"), PDFString.of("und"));
  // A heading of the cells below it (14.8.5.7).
  if (element.role === "TH") dict.set(PDFName.of("A"), context.obj({ O: "Table", Scope: "Column" }));
  context.assign(element.ref, dict);
  for (const kid of element.kids) if ("ref" in kid) writeElement(context, kid, element.ref);
}
