import { LogoProblem } from "./logo-problem.ts";

/** What a logo is drawn with. */
export const ELEMENTS: ReadonlySet<string> = new Set([
  ...["g", "defs", "symbol", "use"],
  ...["path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text", "tspan"],
  ...["linearGradient", "radialGradient", "stop", "clipPath", "mask"],
]);

/** What only describes, and is left out with all that is in it. */
export const DESCRIPTIONS: ReadonlySet<string> = new Set(["title", "desc", "metadata"]);

/**
 * What a style may say: the properties that are attributes as well (SVG 2, 6.6, "presentation attributes"). Dashes are not
 * among them: tiny ones keep a drawer busy.
 */
export const PROPERTIES: ReadonlySet<string> = new Set([
  ...["fill", "fill-opacity", "fill-rule", "stroke", "stroke-width", "stroke-opacity", "stroke-linecap"],
  ...["stroke-linejoin", "stroke-miterlimit", "opacity", "color", "stop-color", "stop-opacity", "paint-order"],
  ...["clip-path", "clip-rule", "mask", "mask-type", "display", "visibility", "vector-effect"],
  ...["font-family", "font-size", "font-weight", "font-style", "font-stretch", "text-anchor", "letter-spacing"],
  ...["word-spacing", "dominant-baseline", "alignment-baseline", "baseline-shift"],
]);

/** The attributes that are taken over, beside those. */
export const GEOMETRY: ReadonlySet<string> = new Set([
  ...["x", "y", "width", "height", "cx", "cy", "r", "rx", "ry", "x1", "y1", "x2", "y2", "fx", "fy", "fr"],
  ...["dx", "dy", "rotate", "textLength", "lengthAdjust", "d", "points", "offset", "viewBox", "preserveAspectRatio"],
  ...["transform", "gradientTransform", "gradientUnits", "spreadMethod", "clipPathUnits", "maskUnits"],
  ...["maskContentUnits"],
]);

const FUNCTIONS: ReadonlySet<string> = new Set([
  ...["rgb", "rgba", "hsl", "hsla"],
  ...["matrix", "translate", "scale", "rotate", "skewx", "skewy"],
]);

/** What no value of those needs: escapes, at-rules, comments, schemes, markup. */
const SUSPECT = /[\\@<>{}:;&]|\/\*/;
/** Longer than the name of any of them. */
const LONGEST_FUNCTION = 20;
const REFERENCE = /url\(\s*(["']?)#([A-Za-z_][\w.-]*)\1\s*\)/gi;

/**
 * A value that draws and does nothing else; the ids that it refers to within the drawing.
 * @throws LogoProblem for any other.
 */
export function checkValue(name: string, value: string): { value: string; references: string[] } {
  const references: string[] = [];
  const rest = value.replace(REFERENCE, (_, _quote, id: string) => {
    references.push(id);
    return "";
  });
  if (/url\s*\(/i.test(rest)) throw externalReference();
  if (SUSPECT.test(rest) || references.length > 1 || calledIn(rest).some((name) => !FUNCTIONS.has(name))) {
    throw new LogoProblem(`The SVG gives ${name} a value that a logo does not need.`);
  }
  return { value: value.replace(REFERENCE, "url(#$2)").trim(), references };
}

/** The names before the parentheses of a value. Looked for from there: a pattern would go over a long value again and again. */
function calledIn(value: string): string[] {
  const pieces = value.split("(").slice(0, -1);
  return pieces.map((before) => /[\w-]*$/.exec(before.trimEnd().slice(-LONGEST_FUNCTION))?.[0].toLowerCase() ?? "");
}

export function externalReference(): LogoProblem {
  return new LogoProblem("The SVG refers to something outside of itself. A logo must be whole in one file.");
}
