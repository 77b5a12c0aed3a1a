import { LogoProblem } from "./logo-problem.ts";
import { externalReference, PROPERTIES } from "./svg-rules.ts";

type Declarations = readonly (readonly [property: string, value: string])[];

interface StyleRule {
  /** `.class`, `#id` or an element's name. */
  selector: string;
  declarations: Declarations;
}

/** In rising order: a class outweighs an element's name, an id a class (CSS Selectors 4, section 17). */
const WEIGHTS = [/^[^.#]/, /^\./, /^#/];

const RULE = /([^{}]+)\{([^{}]*)\}/y;
/** Each is held against each element. */
const MAX_RULES = 500;
const SELECTOR = /^[.#]?[A-Za-z_][\w-]*$/;

/**
 * Reads a style sheet of the kind that drawing programs write: rules for classes, ids and elements' names.
 * @throws LogoProblem for at-rules (imports, fonts, media) and other selectors.
 */
export function parseStyleSheet(css: string): StyleRule[] {
  const text = withoutComments(css);
  const rules: StyleRule[] = [];
  let at = 0;
  for (;;) {
    RULE.lastIndex = at;
    const [whole, selectors = "", body = ""] = RULE.exec(text) ?? [];
    if (whole === undefined) break;
    at += whole.length;
    const declarations = parseDeclarations(body);
    for (const selector of selectors.split(",").map((part) => part.trim())) {
      if (!SELECTOR.test(selector)) throw tooClever();
      rules.push({ selector, declarations });
      if (rules.length > MAX_RULES) throw tooClever();
    }
  }
  if (text.slice(at).trim() !== "") throw tooClever();
  return rules;
}

/** `fill: #fff; stroke: none`: the properties that a logo needs; others are left out. */
export function parseDeclarations(css: string): Declarations {
  return withoutComments(css)
    .split(";")
    .flatMap((part) => {
      const colon = part.indexOf(":");
      const property = part.slice(0, Math.max(colon, 0)).trim().toLowerCase();
      if (!PROPERTIES.has(property)) return [];
      return [
        [
          property,
          part
            .slice(colon + 1)
            .replace(/!\s*important\s*$/i, "")
            .trim(),
        ] as const,
      ];
    });
}

/** What the rules say of an element, the weightiest last. */
export function matchRules(
  rules: readonly StyleRule[],
  element: { name: string; id: string | undefined; classes: readonly string[] },
): Declarations {
  const selectors = new Set([element.name, `#${element.id ?? ""}`, ...element.classes.map((name) => `.${name}`)]);
  const matching = rules.filter(({ selector }) => selectors.has(selector));
  return WEIGHTS.flatMap((weight) =>
    matching.filter(({ selector }) => weight.test(selector)).flatMap(({ declarations }) => declarations),
  );
}

function withoutComments(css: string): string {
  const [first = "", ...commented] = css.split("/*");
  const text = [first, ...commented.map(behindComment)].join(" ");
  if (/@import/i.test(text)) throw externalReference();
  if (/[@\\<]/.test(text)) throw tooClever();
  return text;
}

function behindComment(text: string): string {
  const end = text.indexOf("*/");
  if (end < 0) throw tooClever();
  return text.slice(end + 2);
}

function tooClever(): LogoProblem {
  return new LogoProblem("The SVG's style sheet has more than plain rules for classes, ids and elements.");
}
