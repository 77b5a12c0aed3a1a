import { readFile } from "node:fs/promises";
import { FONT_FILES } from "@nexbasira/core/images/font-files.ts";
import { PDFDocument } from "pdf-lib";
import { beforeAll, describe, expect, test } from "vitest";
import { embedFaces, type Faces, setWord, toDrawable } from "./fonts.ts";
import { TEXT } from "./theme.ts";
import { fitText, measureText, wrapText } from "./type-setting.ts";

let faces: Faces;
beforeAll(async () => {
  faces = await embedFaces(await PDFDocument.create());
});

describe("lines", () => {
  const reference = "SCHADEN-2026/000042871-NORDWEST-GEBÄUDEHAFTPFLICHT-TEILSCHADEN-0007";

  test("no line is wider than its column, and no character is lost", () => {
    const text = `Příliš žluťoučký kůň úpěl ďábelské ódy. ${reference} Voix ambiguë d’un cœur`;
    const lines = wrapText(faces, text, TEXT.body, 120);
    for (const line of lines) expect(measureText(faces, line, TEXT.body)).toBeLessThanOrEqual(120);
    expect(lines.join("").replaceAll(" ", "")).toBe(text.replaceAll(" ", ""));
  });

  test("a line feed starts a line, and an empty text has one", () => {
    expect(wrapText(faces, "a\nb", TEXT.body, 100)).toEqual(["a", "b"]);
    expect(wrapText(faces, "", TEXT.body, 100)).toEqual([""]);
  });

  test("a text that is too wide for one line ends in an ellipsis and fits", () => {
    const fitted = fitText(faces, reference, TEXT.body, 150);
    expect(fitted).toMatch(/^SCHADEN-.*…$/);
    expect(measureText(faces, fitted, TEXT.body)).toBeLessThanOrEqual(150);
    expect(fitText(faces, "short", TEXT.body, 150)).toBe("short");
  });
});

describe("characters", () => {
  test("the fonts hold every letter of the four languages, and Greek and Cyrillic names", () => {
    const letters = "ÁČĎÉĚÍŇÓŘŠŤÚŮÝŽáčďéěíňóřšťúůýžÄÖÜẞäöüßÀÂÆÇÈÉÊËÎÏÔŒÙÛÜŸàâæçèéêëîïôœùûüÿ«»„“”’‚…–— Ωμέγα Борис Ґ";
    expect(toDrawable(faces.regular, letters)).toBe(letters.normalize("NFC"));
    expect(toDrawable(faces.semibold, letters)).toBe(letters.normalize("NFC"));
  });

  test("what they lack becomes an empty square for each character, and marks of direction vanish", () => {
    expect(toDrawable(faces.regular, "李 \u200fعلي\u200e 😀")).toBe("□ □□□ □");
  });

  test("letters and their accents in two parts become one", () => {
    expect(toDrawable(faces.regular, "Nova\u0301k")).toBe("Novák");
  });

  test("a reference keeps its letters: no contextual forms", () => {
    const codes = (word: string) => setWord(faces.regular, word).glyphs.map(({ code }) => code);
    expect(codes("3x4->5")).toEqual(["3", "x", "4", "-", ">", "5"].flatMap(codes));
  });

  test("times are equally wide whatever their figures, and letters are kerned", () => {
    const width = (text: string) => measureText(faces, text, TEXT.body);
    expect(width("11:11:11")).toBeCloseTo(width("20:48:36"), 6);
    expect(width("AV")).toBeLessThan(width("A") + width("V"));
  });
});

test("the fonts' outlines begin at even places, as the subsetter needs them", async () => {
  for (const file of Object.values(FONT_FILES)) {
    const font = await readFile(file);
    const places = readGlyphPlaces(font);
    expect(places.length).toBeGreaterThan(1000);
    expect(places.filter((place) => place % 2 !== 0)).toEqual([]);
  }
});

/** The offsets in a TrueType font's `loca` table, which must be of the long form. */
function readGlyphPlaces(font: Buffer): number[] {
  const count = font.readUInt16BE(4);
  const entry = Array.from({ length: count }, (_, index) => 12 + index * 16).find(
    (at) => font.toString("latin1", at, at + 4) === "loca",
  );
  if (entry === undefined) return [];
  const [start, length] = [font.readUInt32BE(entry + 8), font.readUInt32BE(entry + 12)];
  return Array.from({ length: length / 4 }, (_, index) => font.readUInt32BE(start + index * 4));
}
