import { expect, test } from "vitest";
import { makeSvgSafe } from "./make-svg-safe.ts";

const NS = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"';
const BOX = '<path d="M0 0h9v9z"/>';
const svg = (inner: string, attributes = "") => `<svg ${NS} viewBox="0 0 100 50" ${attributes}>${inner}</svg>`;

/** A drawing whose references multiply each other. */
function laughs(levels: number, reference: (to: string) => string, wrap: (id: string, inner: string) => string) {
  const layers = Array.from({ length: levels }, (_, level) => wrap(`l${level + 1}`, reference(`l${level}`).repeat(10)));
  return svg(`<defs>${wrap("l0", BOX)}${layers.join("")}</defs>${reference(`l${levels}`)}`);
}

const REFUSED: [what: string, file: string][] = [
  ["a script", svg("<script>alert(1)</script>")],
  ["a script elsewhere", svg('<script href="https://evil.example/x.js"/>')],
  [
    "a script with a prefix",
    `<s:svg xmlns:s="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><s:script>1</s:script></s:svg>`,
  ],
  ["a script of HTML", svg('<h:script xmlns:h="http://www.w3.org/1999/xhtml">alert(1)</h:script>')],
  ["a script of no namespace", svg('<script xmlns="">alert(1)</script>')],
  ["a script in a CDATA section's element", svg("<script><![CDATA[alert(1)]]></script>")],
  ["an element of HTML", svg('<h:iframe xmlns:h="http://www.w3.org/1999/xhtml" src="https://evil.example"/>')],
  ["an event attribute", svg('<path d="M0 0" onclick="alert(1)"/>')],
  ["an event attribute of the root", svg(BOX, 'onload="alert(1)"')],
  ["an event attribute in capitals", svg(BOX, 'ONLOAD="alert(1)"')],
  ["an event attribute with a prefix", svg('<path xlink:onclick="alert(1)"/>')],
  ["foreign objects", svg("<foreignObject><p>text</p></foreignObject>")],
  ["foreign objects with HTML", svg('<foreignObject><div xmlns="http://www.w3.org/1999/xhtml"/></foreignObject>')],
  ["a link", svg(`<a href="javascript:alert(1)">${BOX}</a>`)],
  ["a reference to a script", svg('<use href="javascript:alert(1)"/>')],
  ["a reference to another file", svg('<use xlink:href="https://evil.example/x.svg#a"/>')],
  ["a reference to a file of this server", svg('<use xlink:href="/etc/passwd#a"/>')],
  ["a reference to data", svg('<use href="data:image/svg+xml;base64,PHN2Zy8+#a"/>')],
  ["a gradient from another file", svg('<linearGradient id="a" xlink:href="x.svg#b"/>')],
  ["an embedded picture", svg('<image href="data:image/png;base64,iVBORw0KGgo="/>')],
  ["a picture elsewhere", svg('<image xlink:href="https://evil.example/pixel.png"/>')],
  ["a picture of a filter", svg('<filter id="f"><feImage href="https://evil.example"/></filter>')],
  ["a filter", svg('<filter id="f"><feGaussianBlur stdDeviation="9999"/></filter>')],
  ["a pattern", svg('<pattern id="p" width="0.0001" height="0.0001"/>')],
  ["a marker", svg('<marker id="m"/>')],
  ["an animation", svg('<path><animate attributeName="href" to="javascript:alert(1)"/></path>')],
  ["a set attribute", svg('<path><set attributeName="onclick" to="alert(1)"/></path>')],
  ["an animated transform", svg('<animateTransform attributeName="transform"/>')],
  ["a handler", svg('<handler type="text/javascript">alert(1)</handler>')],
  ["an iframe of SVG", svg('<iframe src="https://evil.example"/>')],
  ["a video", svg('<video src="https://evil.example"/>')],
  ["a nested drawing", svg("<svg/>")],
  ["a font", svg("<font><glyph/></font>")],
  ["an imported style", svg('<style>@import "https://evil.example/x.css";</style>')],
  ["an imported style in a section", svg("<style><![CDATA[@import url(https://evil.example/x.css);]]></style>")],
  ["an imported style behind a comment", svg("<style>/* */@im/**/port url(x);@import url(x);</style>")],
  ["a font of a style", svg("<style>@font-face{font-family:a;src:url(https://evil.example/f)}</style>")],
  ["a style for media", svg("<style>@media screen{path{fill:red}}</style>")],
  ["an escaped style", svg("<style>path{fill:u\\72l(https://evil.example)}</style>")],
  ["a style with selectors that ask", svg('<style>path[d^="M"]{fill:red}</style>')],
  ["a style with a fill elsewhere", svg(`<style>path{fill:url(https://evil.example/#a)}</style>${BOX}`)],
  ["a style that does not end", svg("<style>path{fill:red</style>")],
  ["a style with elements", svg("<style><script>1</script></style>")],
  ["a fill elsewhere", svg('<path fill="url(https://evil.example/x.svg#a)"/>')],
  ["a fill elsewhere in a style attribute", svg('<path style="fill:url(//evil.example)"/>')],
  ["a fill elsewhere behind one inside", svg('<path fill="url(#a) url(https://evil.example)"/>')],
  ["a fill elsewhere with spaces", svg('<path fill="url  (  https://evil.example )"/>')],
  ["an entity that hides a reference", svg('<path fill="&#117;rl(https://evil.example)"/>')],
  ["a mask elsewhere", svg('<g mask="url(https://evil.example)"/>')],
  ["an image set", svg("<path style=\"fill:image-set('https://evil.example' 1x)\"/>")],
  ["an expression", svg('<path style="fill:expression(alert(1))"/>')],
  ["a variable", svg('<path fill="var(--x)"/>')],
  ["a style sheet elsewhere", `<?xml-stylesheet href="https://evil.example/x.css"?>${svg(BOX)}`],
  ["a style sheet elsewhere in the middle", svg('<?xml-stylesheet href="x.css"?>')],
  ["declared entities", `<!DOCTYPE svg [<!ENTITY a "b">]>${svg("<text>&a;</text>")}`],
  ["entities of files", `<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]>${svg("<text>&a;</text>")}`],
  ["entities that laugh", `<!DOCTYPE svg [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>${svg("<text>&b;</text>")}`],
  ["entities of parameters", `<!DOCTYPE svg [<!ENTITY % a SYSTEM "https://evil.example/x.dtd"> %a;]>${svg(BOX)}`],
  ["two document types", `<!DOCTYPE svg><!DOCTYPE svg>${svg(BOX)}`],
  ["a document type in the middle", svg("<!DOCTYPE svg>")],
  ["an entity that nobody declared", svg("<text>&nbsp;</text>")],
  ["an entity that is no character", svg("<text>&#0;</text>")],
  ["an entity that is half a character", svg("<text>&#xD800;</text>")],
  ["an entity beyond all characters", svg("<text>&#x110000;</text>")],
  ["control characters", svg("<text>\u0000</text>")],
  ["another encoding", `<?xml version="1.0" encoding="UTF-7"?>${svg("+ADw-script+AD4-")}`],
  ["a deep nest", svg(`${"<g>".repeat(100)}${"</g>".repeat(100)}`)],
  ["a very deep nest", svg("<g>".repeat(200_000))],
  ["very many elements", svg("<g/>".repeat(20_000))],
  [
    "references that multiply",
    laughs(
      9,
      (to) => `<use href="#${to}"/>`,
      (id, inner) => `<g id="${id}">${inner}</g>`,
    ),
  ],
  [
    "masks that multiply",
    laughs(
      9,
      (to) => `<g mask="url(#${to})">${BOX}</g>`,
      (id, inner) => `<mask id="${id}">${inner}</mask>`,
    ),
  ],
  [
    "clips that multiply by style",
    laughs(
      9,
      (to) => `<g style="clip-path:url(#${to})">${BOX}</g>`,
      (id, inner) => `<clipPath id="${id}">${inner}</clipPath>`,
    ),
  ],
  ["a reference to itself", svg('<g id="a"><use href="#a"/></g>')],
  ["references in a ring", svg('<g id="a"><use href="#b"/></g><g id="b"><use href="#a"/></g>')],
  ["a gradient of itself", svg('<linearGradient id="a" href="#a"/>')],
  ["an id twice", svg('<g id="a"/><g id="a"/>')],
  ["a long text", svg(`<text>${"word ".repeat(1000)}</text>`)],
  ["no size", `<svg ${NS}>${BOX}</svg>`],
  ["no width", `<svg ${NS} viewBox="0 0 0 10">${BOX}</svg>`],
  ["a size without end", `<svg ${NS} viewBox="0 0 1e999 10">${BOX}</svg>`],
  ["a size that is none", `<svg ${NS} viewBox="0 0 a b">${BOX}</svg>`],
  ["a line for a shape", `<svg ${NS} viewBox="0 0 1000 1">${BOX}</svg>`],
  ["an unclosed element", `<svg ${NS} viewBox="0 0 1 1">`],
  ["elements that cross", svg("<g><path></g></path>")],
  ["an attribute twice", svg('<path d="M0 0" d="M1 1"/>')],
  ["an attribute without quotes", svg("<path d=M0/>")],
  ["a tag in an attribute", svg('<path d="<script>"/>')],
  ["an unknown prefix", svg("<x:path/>")],
  ["something behind its end", `${svg(BOX)}<script/>`],
  ["something before its beginning", `text ${svg(BOX)}`],
  ["a comment that does not end", svg("<!-- ")],
  ["a page", '<html xmlns="http://www.w3.org/1999/xhtml"><svg/></html>'],
  ["a page within the wrong namespace", '<svg xmlns="http://www.w3.org/1999/xhtml"><script>1</script></svg>'],
  ["nothing", ""],
];

test.each(REFUSED)("%s is refused, with a sentence that says why", (_, file) => {
  expect(() => makeSvgSafe(file)).toThrow(
    expect.objectContaining({
      name: "LogoProblem",
      message: expect.stringMatching(/^The (SVG|SVG's|logo|file) .+\.$/),
    }),
  );
});

/** What draws only looks harmless where it is left out: nothing of it may be in what is kept. */
const LEFT_OUT: [what: string, file: string][] = [
  ["comments", svg(`<!-- evil -->${BOX}`)],
  ["comments with markup", svg(`<!-- --><path d="M0 0"/><!-- <script>evil()</script> -->`)],
  ["what editors add", svg(`<evil:view xmlns:evil="http://editor.example"><evil:x/></evil:view>${BOX}`)],
  ["attributes that editors add", svg(`<path xmlns:evil="http://editor.example" evil:label="evil"/>`)],
  ["descriptions", svg(`<title>evil</title><desc>evil</desc><metadata><rdf xmlns="evil">evil</rdf></metadata>${BOX}`)],
  ["active content within descriptions", svg("<metadata><script>evil()</script></metadata>")],
  ["attributes that a logo does not need", svg(`<path data-evil="evil" tabindex="1" filter="url(evil)"/>`)],
  ["dashes, which keep drawers busy", svg('<path stroke-dasharray="0.00001 evil"/>')],
  ["properties that a logo does not need", svg('<path style="behavior:url(evil);background:url(evil);fill:red"/>')],
  ["rules' properties that it does not need", svg("<style>path{-moz-binding:url(evil)}</style>")],
  ["text outside of text", svg(`evil<g>evil</g>${BOX}`)],
  ["a base for references", svg(BOX, 'xml:base="https://evil.example/"')],
  ["classes", svg('<path class="evil"/>')],
  ["a document type that only names", `<!DOCTYPE svg PUBLIC "-//evil" "https://evil.example/x.dtd">${svg(BOX)}`],
  ["editors' instructions", `<?evil begin="evil"?>${svg(`<metadata><?evil?></metadata>${BOX}`)}`],
];

test.each(LEFT_OUT)("%s are left out", (_, file) => {
  const safe = makeSvgSafe(file);
  expect(safe).toContain("<svg");
  expect(safe).not.toMatch(/evil|script|<!|<\?|style|class/i);
});

test("a drawing program's logo keeps all that is seen, its style sheet as attributes", () => {
  const safe = makeSvgSafe(
    `\ufeff<?xml version="1.0" encoding="utf-8"?>
<!-- Generator: a program -->
<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">
<svg version="1.1" id="Layer_1" ${NS} x="0px" y="0px" viewBox="0 0 300 80" xml:space="preserve">
<style type="text/css"><![CDATA[ .st0{fill:url(#a);} path, .st1 {fill:#0A5C3F;font-family:'Inter'} #b{fill:none!important} ]]></style>
<linearGradient id="base"><stop offset="0" style="stop-color:#0055ff"/></linearGradient>
<linearGradient id="a" gradientUnits="userSpaceOnUse" xlink:href="#base"/>
<circle class="st0 other" cx="40" cy="40" r="36"/>
<path id="b" class="st0" fill="red" d="M0 0h10v10z" style="stroke:#000"/>
<text class="st1">Žlutý &amp; <tspan>&lt;Co&gt;</tspan></text>
<use xlink:href="#b" transform="translate(280 4)"/></svg>`.slice(1),
  );
  expect(safe).toBe(
    `<svg xmlns="http://www.w3.org/2000/svg" id="Layer_1" viewBox="0 0 300 80" width="512" height="137">` +
      `<linearGradient id="base"><stop offset="0" stop-color="#0055ff"/></linearGradient>` +
      `<linearGradient id="a" gradientUnits="userSpaceOnUse" href="#base"/>` +
      `<circle cx="40" cy="40" r="36" fill="url(#a)"/>` +
      `<path id="b" fill="none" d="M0 0h10v10z" font-family="'Inter'" stroke="#000"/>` +
      `<text fill="#0A5C3F" font-family="'Inter'">Žlutý &#38; <tspan>&#60;Co&#62;</tspan></text>` +
      `<use href="#b" transform="translate(280 4)"/></svg>\n`,
  );
});

test("what is safe stays as it is when it is made safe again", () => {
  const once = makeSvgSafe(
    svg('<mask id="m"><rect width="9" height="9" fill="#fff"/></mask><g mask="url( \'#m\' )"/>'),
  );
  expect(once).toContain('mask="url(#m)"');
  expect(makeSvgSafe(once)).toBe(once);
});

test("a drawing without its namespace, as pages hold it, gets it", () => {
  expect(makeSvgSafe('<svg width="30px" height="20"><rect width="1" height="1"/></svg>')).toBe(
    '<svg xmlns="http://www.w3.org/2000/svg" width="512" height="341" viewBox="0 0 30 20"><rect width="1" height="1"/></svg>\n',
  );
});

test("markup in text and in values comes out as text", () => {
  const safe = makeSvgSafe(
    svg("<text font-family='a'>&lt;script&gt;alert(1)&lt;/script&gt;<![CDATA[<script>]]></text>"),
  );
  expect(safe).not.toContain("<script");
  expect(safe).toContain("&#60;script&#62;");
});

/** As much as fits into a request, made to be gone over again and again. */
const fill = (text: string) => text.repeat(Math.floor(740_000 / text.length));

test.each<[what: string, file: () => string]>([
  ["a long word in a value", () => svg(`<path d="${fill("a")}"/>`)],
  ["parentheses in a value", () => svg(`<path d="${fill("a(")}"/>`)],
  ["spaces and parentheses in a value", () => svg(`<path d="${fill(" (")}"/>`)],
  ["references in a value", () => svg(`<path fill="${fill("url(#a)")}"/>`)],
  ["beginnings of references in a value", () => svg(`<path fill="${fill("url( ")}"/>`)],
  ["spaces in a style sheet", () => svg(`<style>${" ".repeat(370_000)}${"a".repeat(370_000)}</style>`)],
  ["beginnings of comments in a style sheet", () => svg(`<style>${fill("/*")}</style>`)],
  ["comments in a style sheet", () => svg(`<style>${fill("/**/")}</style>`)],
  ["rules for many elements", () => svg(`<style>${".a{}".repeat(80_000)}</style>${"<g/>".repeat(9_000)}`)],
  ["selectors", () => svg(`<style>${fill(".a,")}.a{}</style>`)],
  ["declarations", () => svg(`<g style="${fill("fill:red;")}"/>`)],
  ["marks of importance", () => svg(`<g style="fill:${fill("!important ")}"/>`)],
  [
    "namespaces",
    () => svg("<g/>".repeat(9_000), Array.from({ length: 20_000 }, (_, n) => `xmlns:n${n}="n"`).join(" ")),
  ],
  ["attributes", () => svg(`<g ${Array.from({ length: 60_000 }, (_, n) => `a${n}=""`).join(" ")}/>`)],
  ["classes", () => svg(`<style>.a{fill:red}</style><g class="${fill("a ")}"/>`)],
  ["spaces in a tag", () => `<svg${fill(" ")}`],
  ["beginnings of instructions", () => fill("<?a ?")],
  ["an instruction without an end", () => `<?a ${fill("?")}`],
  ["beginnings of comments", () => fill("<!--")],
  ["a document type without an end", () => `<!DOCTYPE svg ${fill('"')}`],
  ["beginnings of sections", () => svg(fill("<![CDATA["))],
  ["ampersands", () => svg(`<text>${fill("&")}</text>`)],
  ["numbers in the coordinates", () => `<svg ${NS} viewBox="${fill("1 ")}">${BOX}</svg>`],
])("%s do not keep the server busy", (_, file) => {
  const text = file();
  const started = performance.now();
  try {
    makeSvgSafe(text);
  } catch (error) {
    expect(error).toMatchObject({ name: "LogoProblem" });
  }
  expect(performance.now() - started).toBeLessThan(1_500);
});
