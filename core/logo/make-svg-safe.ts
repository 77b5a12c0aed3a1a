import { type DrawnElement, limitCost } from "./drawing-cost.ts";
import { LogoProblem } from "./logo-problem.ts";
import { parseXml, type XmlElement } from "./parse-xml.ts";
import { checkValue, DESCRIPTIONS, ELEMENTS, externalReference, GEOMETRY, PROPERTIES } from "./svg-rules.ts";
import { matchRules, parseDeclarations, parseStyleSheet } from "./svg-style.ts";

const SVG = "http://www.w3.org/2000/svg";
const XLINK = "http://www.w3.org/1999/xlink";
const XHTML = "http://www.w3.org/1999/xhtml";

/** Prefixes that are declared, with their namespaces; the empty one is the default. */
type Namespaces = ReadonlyMap<string, string>;

interface Drawing {
  rules: ReturnType<typeof parseStyleSheet>;
}

/** The longer side in CSS pixels of what is written; drawings have no size of their own, and pages scale them. */
const SIDE = 512;
const MAX_RATIO = 20;
const MAX_NAMESPACES = 100;

const ID = /^[A-Za-z_][\w.-]{0,99}$/;

/**
 * A drawing that only draws: the SVG is parsed, and a new one is written of nothing but the elements, attributes and
 * values on the lists in `svg-rules.ts`, its style sheet turned into attributes. What only describes, and what editors
 * add for themselves, is left out; what acts, refers to the outside or takes too long to draw is refused.
 * @throws LogoProblem
 */
export function makeSvgSafe(text: string): string {
  const root = parseXml(text);
  const namespaces = declare(new Map([["xml", "http://www.w3.org/XML/1998/namespace"]]), root);
  const { namespace, local } = resolve(root.name, namespaces);
  if (local !== "svg" || (namespace !== SVG && namespace !== "")) throw new LogoProblem("The file is not an SVG.");
  // Written without its namespace, as drawings within a page are: the whole is in it.
  const known = namespace === SVG ? namespaces : new Map([...namespaces, ["", SVG]]);
  const drawing = { rules: styleSheets(root, known).flatMap(parseStyleSheet) };
  const drawn = drawElement(root, known, drawing);
  frame(drawn);
  limitCost(drawn);
  return `${write(drawn, true)}\n`;
}

/** An element as it is kept, undefined where it is left out. */
function keepElement(element: XmlElement, outer: Namespaces, drawing: Drawing): DrawnElement | undefined {
  const namespaces = declare(outer, element);
  const { namespace, local } = resolve(element.name, namespaces);
  if (namespace === SVG && ELEMENTS.has(local)) return drawElement(element, namespaces, drawing);
  if (namespace === SVG && (DESCRIPTIONS.has(local) || local === "style")) return undefined;
  if (namespace === SVG || namespace === XHTML || local.toLowerCase() === "script") throw notForLogos(local);
  return undefined;
}

function drawElement(element: XmlElement, namespaces: Namespaces, drawing: Drawing): DrawnElement {
  const { local } = resolve(element.name, namespaces);
  const { attributes, references } = keepAttributes(element, namespaces, drawing);
  const isText = local === "text" || local === "tspan";
  const children = element.children.flatMap((child): (DrawnElement | string)[] => {
    if (typeof child === "string") return isText ? [child] : [];
    const kept = keepElement(child, namespaces, drawing);
    return kept === undefined ? [] : [kept];
  });
  return { name: local, attributes, references, children };
}

function keepAttributes(element: XmlElement, namespaces: Namespaces, { rules }: Drawing) {
  const attributes = new Map<string, string>();
  const references: string[] = [];
  const set = (name: string, given: string) => {
    const checked = checkValue(name, given);
    attributes.set(name, checked.value);
    references.push(...checked.references);
  };
  const { local } = resolve(element.name, namespaces);
  for (const [written, value] of element.attributes) {
    if (isDeclaration(written)) continue;
    const { namespace, local: name } = resolveAttribute(written, namespaces);
    if (/^on/i.test(name)) throw new LogoProblem(`The SVG has the event attribute ${name}.`);
    if (name.toLowerCase() === "href" && (namespace === "" || namespace === XLINK)) {
      const target = /^\s*#([A-Za-z_][\w.-]*)\s*$/.exec(value)?.[1];
      if (target === undefined) throw externalReference();
      attributes.set("href", `#${target}`);
      references.push(target);
    } else if (namespace !== "") continue;
    else if (name === "id") {
      if (ID.test(value)) attributes.set(name, value);
    } else if (GEOMETRY.has(name) || PROPERTIES.has(name)) set(name, value);
  }
  const classes = (element.attributes.get("class") ?? "").split(/\s+/);
  const styles = [
    ...matchRules(rules, { name: local, id: element.attributes.get("id"), classes }),
    ...parseDeclarations(element.attributes.get("style") ?? ""),
  ];
  for (const [property, value] of styles) set(property, value);
  return { attributes, references };
}

/** The text of every style sheet in the drawing. */
function styleSheets(element: XmlElement, namespaces: Namespaces): string[] {
  return element.children.flatMap((child) => {
    if (typeof child === "string") return [];
    const inner = declare(namespaces, child);
    const { namespace, local } = resolve(child.name, inner);
    if (namespace !== SVG || local !== "style") return styleSheets(child, inner);
    if (child.children.some((part) => typeof part !== "string")) throw notForLogos("style");
    return [child.children.join("")];
  });
}

/** The root's coordinates, and a size that every program can draw it at. */
function frame(root: DrawnElement): void {
  const { attributes } = root;
  const box = (attributes.get("viewBox") ?? "")
    .trim()
    .split(/[\s,]+/)
    .map(Number);
  const size = ["width", "height"].map((name) => Number((attributes.get(name) ?? "").replace(/px$/, "") || Number.NaN));
  const [x = 0, y = 0, width = 0, height = 0] = box.length === 4 ? box : [0, 0, ...size];
  const sane = [x, y, width, height].every((value) => Math.abs(value) <= 1e6) && Math.min(width, height) >= 1e-3;
  if (!sane) throw new LogoProblem("The SVG has no size: it needs a viewBox, or a width and a height in pixels.");
  if (Math.max(width / height, height / width) > MAX_RATIO) throw new LogoProblem("The logo is too long and thin.");
  const scale = SIDE / Math.max(width, height);
  attributes.set("viewBox", [x, y, width, height].join(" "));
  attributes.set("width", String(Math.max(1, Math.round(width * scale))));
  attributes.set("height", String(Math.max(1, Math.round(height * scale))));
  attributes.delete("x");
  attributes.delete("y");
}

function write({ name, attributes, children }: DrawnElement, isRoot = false): string {
  const written = [...attributes].map(([attribute, value]) => ` ${attribute}="${escapeXml(value)}"`).join("");
  const content = children.map((child) => (typeof child === "string" ? escapeXml(child) : write(child))).join("");
  const start = `<${name}${isRoot ? ` xmlns="${SVG}"` : ""}${written}`;
  return content === "" ? `${start}/>` : `${start}>${content}</${name}>`;
}

function isDeclaration(attribute: string): boolean {
  return attribute === "xmlns" || attribute.startsWith("xmlns:");
}

function declare(outer: Namespaces, { attributes }: XmlElement): Namespaces {
  const declared = [...attributes].filter(([name]) => isDeclaration(name));
  if (declared.length === 0) return outer;
  if (outer.size + declared.length > MAX_NAMESPACES) throw new LogoProblem("The SVG declares too many namespaces.");
  return new Map([...outer, ...declared.map(([name, value]) => [name.slice("xmlns:".length), value] as const)]);
}

function resolve(name: string, namespaces: Namespaces): { namespace: string; local: string } {
  const colon = name.indexOf(":");
  const prefix = name.slice(0, Math.max(colon, 0));
  const namespace = namespaces.get(prefix) ?? (prefix === "" ? "" : undefined);
  if (namespace === undefined) throw new LogoProblem(`The SVG is not well-formed: the prefix ${prefix} means nothing.`);
  return { namespace, local: name.slice(colon + 1) };
}

/** An attribute without a prefix is in no namespace, whatever the default is. */
function resolveAttribute(name: string, namespaces: Namespaces) {
  return name.includes(":") ? resolve(name, namespaces) : { namespace: "", local: name };
}

function escapeXml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}

function notForLogos(element: string): LogoProblem {
  return new LogoProblem(`The SVG has a <${element}> in it. A logo has shapes, text and gradients only.`);
}
