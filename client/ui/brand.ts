import { contrastOf, hexOf, type Oklch, oklchOf } from "./oklch.ts";

/** A brand's colours in one theme. */
interface BrandShades {
  /** Fills buttons. */
  accent: string;
  hover: string;
  /** Text on the fill. */
  on: string;
  /** The accent as text on a surface. */
  text: string;
  /** A quiet surface behind that text. */
  soft: string;
}

export interface Brand {
  light: BrandShades;
  dark: BrandShades;
}

/** WCAG 2.2, 1.4.3 (AA). */
const NEEDED = 4.5;
/** The scale's steps in lightness; farther than eight from the brand's own colour it is not the brand's any more. */
const STEP = 0.05;
const STEPS = 8;

/** The surfaces text lies on, the one with the least contrast of each theme (tokens.css: hover). */
const SURFACES = { light: "#eef2f2", dark: "#20282d" };
const INKS = ["#ffffff", "#0d1417"] as const;

/**
 * The scale of a brand's accent (`#rrggbb`): the same hue in steps of lightness (OKLCH), of which each use takes the step
 * nearest to the brand's own colour that reaches a contrast of 4.5:1. Undefined where no step does: pure white and black,
 * for instance, have no step that is readable on the light, or the dark, surfaces.
 */
export function brandOf(accent: string): Brand | undefined {
  const own = oklchOf(accent.toLowerCase());
  const scale = stepsOf(own);
  const light = shadesOf(own, scale, "light");
  const dark = shadesOf(own, scale, "dark");
  return light === undefined || dark === undefined ? undefined : { light, dark };
}

/** Shows a brand on this page, or the product's own accent again. */
export function showBrand(brand: Brand | undefined): void {
  const { style } = document.documentElement;
  for (const theme of ["light", "dark"] as const) {
    const shades = brand?.[theme];
    setOrRemove(style, `--brand-${theme}`, shades?.accent);
    setOrRemove(style, `--brand-${theme}-hover`, shades?.hover);
    setOrRemove(style, `--brand-${theme}-on`, shades?.on);
    setOrRemove(style, `--brand-${theme}-text`, shades?.text);
    setOrRemove(style, `--brand-${theme}-soft`, shades?.soft);
  }
}

/** From the brand's own lightness outwards: nearest first. */
function stepsOf(own: Oklch): string[] {
  const steps = [hexOf(own)];
  for (let step = 1; step <= STEPS; step++) {
    for (const sign of [-1, 1]) {
      const lightness = own.lightness + sign * step * STEP;
      if (lightness >= 0.1 && lightness <= 0.98) steps.push(hexOf({ ...own, lightness }));
    }
  }
  return steps;
}

function shadesOf(own: Oklch, scale: string[], theme: "light" | "dark"): BrandShades | undefined {
  const softness = theme === "light" ? { lightness: 0.96, chroma: 0.03 } : { lightness: 0.28, chroma: 0.04 };
  const soft = hexOf({ hue: own.hue, lightness: softness.lightness, chroma: Math.min(own.chroma, softness.chroma) });
  const surfaces = [SURFACES[theme], soft];
  const accent = scale.find((step) => surfaces.every((surface) => contrastOf(step, surface) >= NEEDED));
  const on = accent && INKS.find((ink) => contrastOf(ink, accent) >= NEEDED);
  if (accent === undefined || on === undefined) return undefined;
  const filled = oklchOf(accent);
  // Away from the ink on it, so that the contrast only grows.
  const hover = hexOf({ ...filled, lightness: filled.lightness + (on === INKS[0] ? -0.05 : 0.05) });
  return { accent, hover, on, text: accent, soft };
}

function setOrRemove(style: CSSStyleDeclaration, name: string, value: string | undefined): void {
  if (value === undefined) style.removeProperty(name);
  else style.setProperty(name, value);
}
