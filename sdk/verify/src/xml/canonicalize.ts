import { XmlElement, type XmlNode, XmlProcessingInstruction, XmlText } from "@rgrove/parse-xml";

const XML = "http://www.w3.org/XML/1998/namespace";

/** Prefixes and what they stand for; the empty prefix is the default namespace. */
type Scope = ReadonlyMap<string, string>;

/**
 * An element in the form in which it is signed: Exclusive XML Canonicalization 1.0 without comments.
 *
 * @param without an element within that is left out, with all that it holds
 * @throws RangeError where it lies too deep in itself
 */
export function canonicalize(element: XmlElement, without: XmlElement | null = null): string {
  return write(element, { scope: scopeOf(element.parent), rendered: new Map(), without });
}

interface Place {
  /** As the text declares it above. */
  scope: Scope;
  /** As the output declares it above. */
  rendered: Scope;
  without: XmlElement | null;
}

function write(element: XmlElement, { scope: above, rendered: before, without }: Place): string {
  const scope = within(above, element);
  const rendered = new Map(before);
  const attributes = Object.entries(element.attributes).filter(([name]) => !isDeclaration(name));
  // What the element and its attributes use (clause 3, "visibly utilizes").
  const used = new Set([prefixOf(element.name), ...attributes.map(([name]) => prefixOf(name)).filter((each) => each)]);
  const declarations: string[] = [];
  for (const prefix of [...used].filter((each) => each !== "xml").sort()) {
    const uri = scope.get(prefix) ?? "";
    if ((rendered.get(prefix) ?? "") === uri) continue;
    rendered.set(prefix, uri);
    declarations.push(` xmlns${prefix === "" ? "" : `:${prefix}`}="${escapeAttribute(uri)}"`);
  }
  const sorted = attributes
    .map(([name, value]) => {
      const prefix = prefixOf(name);
      const uri = prefix === "" ? "" : prefix === "xml" ? XML : (scope.get(prefix) ?? "");
      // No namespace name holds U+0000, which comes before all others.
      return { key: `${uri}\0${name.slice(name.indexOf(":") + 1)}`, text: ` ${name}="${escapeAttribute(value)}"` };
    })
    .sort((a, b) => (a.key < b.key ? -1 : 1));
  const place = { scope, rendered, without };
  const inner = element.children.map((each) => (each === without ? "" : writeNode(each, place))).join("");
  const { name } = element;
  return `<${name}${declarations.join("")}${sorted.map(({ text }) => text).join("")}>${inner}</${name}>`;
}

function writeNode(node: XmlNode, place: Place): string {
  if (node instanceof XmlElement) return write(node, place);
  if (node instanceof XmlText) return escapeText(node.text);
  if (node instanceof XmlProcessingInstruction) return `<?${node.name}${node.content && ` ${node.content}`}?>`;
  return "";
}

function scopeOf(node: XmlNode | null): Scope {
  return node instanceof XmlElement ? within(scopeOf(node.parent), node) : new Map();
}

function within(above: Scope, { attributes }: XmlElement): Scope {
  const own = Object.entries(attributes).filter(([name]) => isDeclaration(name));
  if (own.length === 0) return above;
  return new Map([...above, ...own.map(([name, uri]) => [name.slice("xmlns:".length), uri] as const)]);
}

function isDeclaration(name: string): boolean {
  return name === "xmlns" || name.startsWith("xmlns:");
}

function prefixOf(name: string): string {
  return name.includes(":") ? name.slice(0, name.indexOf(":")) : "";
}

const TEXT: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#xD;" };
const ATTRIBUTE: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  '"': "&quot;",
  "\t": "&#x9;",
  "\n": "&#xA;",
  "\r": "&#xD;",
};

function escapeText(text: string): string {
  return text.replace(/[&<>\r]/g, (character) => TEXT[character] ?? character);
}

function escapeAttribute(text: string): string {
  return text.replace(/[&<"\t\n\r]/g, (character) => ATTRIBUTE[character] ?? character);
}
