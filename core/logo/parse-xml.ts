import {
  XmlElement as ParsedElement,
  parseXml as parse,
  XmlDeclaration,
  XmlDocumentType,
  XmlError,
  XmlProcessingInstruction,
  XmlText,
} from "@rgrove/parse-xml";
import { LogoProblem } from "./logo-problem.ts";

export interface XmlElement {
  /** As written, with its prefix. */
  name: string;
  attributes: Map<string, string>;
  children: (XmlElement | string)[];
}

const MAX_DEPTH = 64;
const MAX_ELEMENTS = 10_000;

/**
 * Reads an XML 1.0 document in UTF-8, and refuses one that declares entities or has a style sheet attached. Comments,
 * other processing instructions and a DOCTYPE that only names its DTD are left out. Nothing is ever fetched or expanded.
 * The depth and the number of elements are limited.
 * @throws LogoProblem where it is not well-formed or holds what is refused.
 */
export function parseXml(text: string): XmlElement {
  const document = parseDocument(text);
  for (const node of document.children) {
    if (node instanceof XmlDeclaration && !/^(utf-8|us-ascii)$/i.test(node.encoding ?? "utf-8")) {
      throw new LogoProblem("The SVG is not in UTF-8.");
    }
    if (node instanceof XmlDocumentType && node.internalSubset !== null) {
      throw new LogoProblem("The SVG has a document type that declares something. Save it as plain SVG.");
    }
    if (node instanceof XmlProcessingInstruction) refuseStyleSheet(node);
  }
  if (!document.root) throw new LogoProblem("The SVG is not well-formed: it does not begin with an element.");
  return toElement(document.root, { elements: MAX_ELEMENTS }, 1);
}

function parseDocument(text: string) {
  try {
    return parse(text, { preserveXmlDeclaration: true, preserveDocumentType: true });
  } catch (error) {
    // The parser calls itself for each element within another, until the stack is full.
    if (error instanceof RangeError) throw tooDeep();
    if (!(error instanceof XmlError)) throw error;
    const [what = "it is not XML"] = error.message.split("\n");
    throw new LogoProblem(`The SVG is not well-formed: ${what}.`, { cause: error });
  }
}

function tooDeep(): LogoProblem {
  return new LogoProblem("The SVG's elements are nested too deeply.");
}

function refuseStyleSheet(node: XmlProcessingInstruction): void {
  if (node.name.toLowerCase() === "xml-stylesheet") throw new LogoProblem("The SVG refers to a style sheet.");
}

function toElement(parsed: ParsedElement, left: { elements: number }, depth: number): XmlElement {
  if (depth > MAX_DEPTH) throw tooDeep();
  left.elements -= 1;
  if (left.elements < 0) throw new LogoProblem(`The SVG has more than ${MAX_ELEMENTS} elements.`);
  const children = parsed.children.flatMap((child): (XmlElement | string)[] => {
    if (child instanceof ParsedElement) return [toElement(child, left, depth + 1)];
    if (child instanceof XmlProcessingInstruction) refuseStyleSheet(child);
    return child instanceof XmlText ? [child.text] : [];
  });
  return { name: parsed.name, attributes: new Map(Object.entries(parsed.attributes)), children };
}
