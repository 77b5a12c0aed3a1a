import { describe, expect, test } from "vitest";
import { contrastOf, hexOf, oklchOf } from "./oklch.ts";
import { shadesOf } from "./shades-of.ts";

describe("OKLCH", () => {
  test("has the lightness, chroma and hue that CSS gives for red (CSS Color 4)", () => {
    const { lightness, chroma, hue } = oklchOf("#ff0000");
    expect(lightness).toBeCloseTo(0.628, 3);
    expect(chroma).toBeCloseTo(0.2577, 3);
    expect((hue * 180) / Math.PI).toBeCloseTo(29.23, 1);
  });

  test("gives back the colour it came from", () => {
    for (let step = 0; step < 4_096; step++) {
      const hex = `#${[8, 4, 0].map((shift) => (((step >> shift) & 15) * 17).toString(16).padStart(2, "0")).join("")}`;
      expect(hexOf(oklchOf(hex))).toBe(hex);
    }
  });

  test("keeps hue and lightness of a colour that no screen can show", () => {
    const shown = oklchOf(hexOf({ lightness: 0.6, chroma: 0.5, hue: 2.5 }));
    expect(shown.lightness).toBeCloseTo(0.6, 2);
    expect(shown.hue).toBeCloseTo(2.5, 1);
    expect(shown.chroma).toBeLessThan(0.3);
  });

  test("measures contrast as WCAG does", () => {
    expect(contrastOf("#000000", "#ffffff")).toBeCloseTo(21, 5);
    expect(contrastOf("#777777", "#ffffff")).toBeCloseTo(4.48, 2);
  });
});

describe("the shades", () => {
  test.each([
    "#00e5a0",
    "#0055ff",
    "#e5252e",
    "#7c3aed",
    "#ffc400",
    "#1a7f37",
    "#ff7a00",
    "#6b7280",
    "#00FFFF",
    "#8b0000",
  ])("of %s is readable wherever it is used", (accent) => {
    const shadesOfBoth = shadesOf(accent);
    for (const [theme, surfaces] of [
      ["light", ["#ffffff", "#f5f7f7", "#eef2f2"]],
      ["dark", ["#0b0f11", "#12171a", "#20282d"]],
    ] as const) {
      const shades = shadesOfBoth?.[theme];
      if (shades === undefined) throw new Error(`${accent} was refused`);
      for (const surface of [...surfaces, shades.soft]) {
        expect(contrastOf(shades.text, surface)).toBeGreaterThanOrEqual(4.5);
      }
      expect(contrastOf(shades.on, shades.accent)).toBeGreaterThanOrEqual(4.5);
      expect(contrastOf(shades.on, shades.hover)).toBeGreaterThanOrEqual(4.5);
    }
  });

  test("keeps a brand's own colour where it is readable as it is", () => {
    expect(shadesOf("#00e5a0")?.dark.accent).toBe("#00e5a0");
    expect(shadesOf("#0a5c3f")?.light.accent).toBe("#0a5c3f");
  });

  test.each(["#ffffff", "#000000", "#fffff0", "#050505"])(
    "of %s is refused: no step of it is readable in both themes",
    (accent) => {
      expect(shadesOf(accent)).toBeUndefined();
    },
  );
});
