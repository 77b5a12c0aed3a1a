import { readFile } from "node:fs/promises";
import { SCRIPT_FONT_FILES } from "@nexbasira/core/images/font-files.ts";
import fontkit from "@pdf-lib/fontkit";
import { expect, test } from "vitest";
import { alignGlyphs } from "./align-glyphs.ts";

const SAMPLES: Record<keyof typeof SCRIPT_FONT_FILES, string> = {
  arabic: "محمد",
  hebrew: "שלום",
  devanagari: "क्षत्रिय",
  thai: "น้ำรั่ว",
  chinese: "李小龍厨",
  japanese: "台所です",
  korean: "안녕",
  emoji: "👍🙂",
};

test.each(Object.entries(SCRIPT_FONT_FILES))(
  "the font for %s has every outline at an even place afterwards, and the same outlines",
  async (script, file) => {
    const original = await readFile(file);
    const aligned = alignGlyphs(original);
    const [before, after] = [fontkit.create(original), fontkit.create(aligned)];
    const sample = Object.entries(SAMPLES).find(([name]) => name === script)?.[1] ?? "";
    const outlines = (font: typeof before) =>
      [...sample].map((c) => font.glyphForCodePoint(c.codePointAt(0) ?? 0).path.toSVG());
    expect(outlines(after)).toEqual(outlines(before));
    expect(outlines(after).every((path) => path.length > 0)).toBe(true);
    expect(readPlaces(aligned).filter((place) => place % 2 !== 0)).toEqual([]);
  },
);

/** The offsets in a `loca` table of either form (OpenType 1.9, loca). */
function readPlaces(font: Buffer): number[] {
  const find = (tag: string) => {
    for (let at = 12; at < 12 + 16 * font.readUInt16BE(4); at += 16)
      if (font.toString("latin1", at, at + 4) === tag) return [font.readUInt32BE(at + 8), font.readUInt32BE(at + 12)];
    return [];
  };
  const [head = 0] = find("head");
  const [start = 0, length = 0] = find("loca");
  if (font.readInt16BE(head + 50) === 0) {
    return Array.from({ length: length / 2 }, (_, index) => 2 * font.readUInt16BE(start + 2 * index));
  }
  return Array.from({ length: length / 4 }, (_, index) => font.readUInt32BE(start + 4 * index));
}
