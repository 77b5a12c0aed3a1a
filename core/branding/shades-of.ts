import type { AccentShades, Shades } from "../contract/branding.ts";
import { contrastOf, hexOf, type Oklch, oklchOf } from "./oklch.ts";

/** WCAG 2.2, 1.4.3 (AA). */
const NEEDED = 4.5;
/** The scale's steps in lightness; farther than eight from the brand's own colour it is not the brand's any more. */
const STEP = 0.05;
const STEPS = 8;

/** The surfaces text lies on, the one with the least contrast of each theme (client/ui/tokens.css: hover). */
const SURFACES = { light: "#eef2f2", dark: "#20282d" };
const INKS = ["#ffffff", "#0d1417"] as const;

/**
 * The shades of a brand's accent (`#rrggbb`): the same hue in steps of lightness (OKLCH), of which each use takes the
 * step nearest to the brand's own colour that reaches a contrast of 4.5:1. Undefined where no step does: pure white and
 * black, for instance, have no step that is readable on the light, or the dark, surfaces.
 */
export function shadesOf(accent: string): AccentShades | undefined {
  const own = oklchOf(accent.toLowerCase());
  const scale = stepsOf(own);
  const light = shadesIn("light", own, scale);
  const dark = shadesIn("dark", own, scale);
  return light === undefined || dark === undefined ? undefined : { light, dark };
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

function shadesIn(theme: "light" | "dark", own: Oklch, scale: string[]): Shades | undefined {
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
