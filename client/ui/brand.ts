import type { AccentShades } from "@nexbasira/core/contract/branding.ts";

/** Shows a brand's shades in all that is in an element (the page's root), or with undefined the product's own again. */
export function showBrand({ style }: HTMLElement, shades: AccentShades | undefined): void {
  for (const theme of ["light", "dark"] as const) {
    const { accent, hover, on, text, soft } = shades?.[theme] ?? {};
    setOrRemove(style, `--brand-${theme}`, accent);
    setOrRemove(style, `--brand-${theme}-hover`, hover);
    setOrRemove(style, `--brand-${theme}-on`, on);
    setOrRemove(style, `--brand-${theme}-text`, text);
    setOrRemove(style, `--brand-${theme}-soft`, soft);
  }
}

function setOrRemove(style: CSSStyleDeclaration, name: string, value: string | undefined): void {
  if (value === undefined) style.removeProperty(name);
  else style.setProperty(name, value);
}
