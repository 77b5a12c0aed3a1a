import fc from "fast-check";
import { expect, test } from "vitest";
import { LogoProblem } from "./logo-problem.ts";
import { makeSvgSafe } from "./make-svg-safe.ts";
import { parseXml, type XmlElement } from "./parse-xml.ts";
import { ELEMENTS, GEOMETRY, PROPERTIES } from "./svg-rules.ts";

const NAMES = [
  ...["g", "path", "use", "text", "style", "script", "foreignObject", "image", "a", "set", "title", "metadata", "svg"],
  ...["linearGradient", "mask", "s:g", "s:script", "h:script", "e:view", "xlink:href"],
];
const ATTRIBUTES = [
  ...[
    "id",
    "class",
    "style",
    "href",
    "xlink:href",
    "fill",
    "mask",
    "d",
    "onload",
    "ONCLICK",
    "e:on",
    "src",
    "xml:base",
  ],
  ...["xmlns", "xmlns:e", "transform", "viewBox", "width", "height", "filter"],
];
const VALUES = [
  ...["a", "#a", "url(#a)", "url(https://evil.example)", "javascript:alert(1)", "data:text/html,x", "red", "0 0 9 9"],
  ...["fill:red;mask:url(#a)", "fill:url(//evil)", "\\75rl(x)", "&#106;avascript:x", "http://www.w3.org/1999/xhtml"],
  ...[
    "http://www.w3.org/2000/svg",
    "&lt;script&gt;",
    "&amp;quot; onload=&quot;x",
    "'",
    "rotate(9)",
    "expression(1)",
    "",
  ],
];
const TEXTS = [
  "text",
  "&lt;script&gt;",
  "<![CDATA[<script>]]>",
  "<!-- - -->",
  "path{fill:red}",
  ".a{mask:url(#a)}",
  "@import 'x'",
];

const attributes = fc
  .array(fc.tuple(fc.constantFrom(...ATTRIBUTES), fc.constantFrom(...VALUES)), { maxLength: 4 })
  .map((pairs) => [...new Map(pairs)].map(([name, value]) => ` ${name}="${value}"`).join(""));
const { element } = fc.letrec<{ element: string }>((tie) => ({
  element: fc
    .record({
      name: fc.constantFrom(...NAMES),
      attributes,
      children: fc.array(fc.oneof({ maxDepth: 4 }, fc.constantFrom(...TEXTS), tie("element")), { maxLength: 4 }),
    })
    .map(({ name, attributes, children }) => `<${name}${attributes}>${children.join("")}</${name}>`),
}));
const PREFIXES =
  'xmlns="http://www.w3.org/2000/svg" xmlns:s="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" ' +
  'xmlns:h="http://www.w3.org/1999/xhtml" xmlns:e="http://editor.example" viewBox="0 0 90 90"';
const drawing = fc.array(element, { maxLength: 3 }).map((parts) => `<svg ${PREFIXES}>${parts.join("")}</svg>`);

function faultsOf(element: XmlElement, isRoot = false): string[] {
  const isKnown = isRoot ? element.name === "svg" : ELEMENTS.has(element.name);
  const wrong = [...element.attributes].filter(([name, value]) => {
    if (name === "xmlns") return !isRoot || value !== "http://www.w3.org/2000/svg";
    if (name === "href") return !/^#\w+$/.test(value);
    if (name === "id") return !/^\w+$/.test(value);
    return !(GEOMETRY.has(name) || PROPERTIES.has(name)) || /:|\\|url\((?!#\w+\))/i.test(value);
  });
  const below = element.children.flatMap((child) => (typeof child === "string" ? [] : faultsOf(child)));
  return [...(isKnown ? [] : [element.name]), ...wrong.map((pair) => pair.join("=")), ...below];
}

/** What is kept, undefined for what is refused. */
function keep(svg: string): string | undefined {
  try {
    return makeSvgSafe(svg);
  } catch (error) {
    if (error instanceof LogoProblem) return undefined;
    throw error;
  }
}

test("whatever is in a drawing, nothing is kept but what is on the lists, and a second time changes nothing", () => {
  let kept = 0;
  fc.assert(
    fc.property(drawing, (svg) => {
      const safe = keep(svg);
      if (safe === undefined) return;
      kept += 1;
      expect(faultsOf(parseXml(safe), true)).toEqual([]);
      expect(makeSvgSafe(safe)).toBe(safe);
    }),
    { numRuns: 4_000 },
  );
  expect(kept).toBeGreaterThan(400);
});

test("whatever is done to a drawing's bytes, it is kept safe or refused with words", () => {
  fc.assert(
    fc.property(drawing, fc.nat(), fc.string({ maxLength: 3 }), (svg, at, put) => {
      const place = at % svg.length;
      const safe = keep(svg.slice(0, place) + put + svg.slice(place + put.length));
      if (safe !== undefined) expect(faultsOf(parseXml(safe), true)).toEqual([]);
    }),
    { numRuns: 4_000 },
  );
});
