import { readFileSync } from "node:fs";
import { contrastOf } from "@nexbasira/core/branding/oklch.ts";
import { describe, expect, test } from "vitest";

const css = readFileSync(new URL("tokens.css", import.meta.url), "utf8");

/** The tokens of one block; a brand's variable counts with its default. */
function tokensOf(start: string): Record<string, string> {
  const from = css.indexOf(start);
  const block = css.slice(from, css.indexOf("}", from));
  const found = block.matchAll(/--nb-([a-z-]+):\s*(?:var\(--brand-[a-z-]+,\s*)?([^;)]+\)?(?:[^;]*))\)?;/g);
  return Object.fromEntries([...found].map(([, name, value]) => [name, (value ?? "").replace(/\)$/, "")]));
}

const THEMES = { light: tokensOf(":root,"), dark: tokensOf('\n[data-theme="dark"]') };
const color = (theme: keyof typeof THEMES, name: string): string => {
  const value = THEMES[theme][name];
  if (value === undefined || !/^#[0-9a-f]{6}$/.test(value)) throw new Error(`${theme}: ${name} is no colour: ${value}`);
  return value;
};

const SURFACES = ["sunken", "base", "raised", "hover"];
const TEXTS = ["ink", "muted", "subtle", "accent-text", "danger-text", "warning-text", "success-text", "info-text"];

describe.each(["light", "dark"] as const)("the %s theme", (theme) => {
  test.each(SURFACES.flatMap((surface) => TEXTS.map((text) => [text, surface])))(
    "has text of the colour %s that is readable on %s (WCAG AA)",
    (text, surface) => {
      expect(contrastOf(color(theme, text), color(theme, surface))).toBeGreaterThanOrEqual(4.5);
    },
  );

  test.each([
    ["on-accent", "accent"],
    ["on-accent", "accent-hover"],
    ["on-danger", "danger"],
    ["on-danger", "danger-hover"],
    ["on-live", "live"],
    ["accent-text", "accent-soft"],
    ["danger-text", "danger-soft"],
    ["warning-text", "warning-soft"],
    ["success-text", "success-soft"],
    ["info-text", "info-soft"],
  ])("has %s that is readable on %s", (text, surface) => {
    expect(contrastOf(color(theme, text), color(theme, surface))).toBeGreaterThanOrEqual(4.5);
  });

  test.each(SURFACES)("has borders of controls that are seen on %s (WCAG 1.4.11)", (surface) => {
    expect(contrastOf(color(theme, "control"), color(theme, surface))).toBeGreaterThanOrEqual(3);
  });
});

test("both themes define the same tokens", () => {
  expect(Object.keys(THEMES.dark)).toEqual(Object.keys(THEMES.light));
});

test("the device's dark theme is the same as the chosen one", () => {
  expect(tokensOf("  :root:not([data-theme])")).toEqual(THEMES.dark);
});
