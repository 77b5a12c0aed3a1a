import { readFile } from "node:fs/promises";
import { FONT_FILES } from "@nexbasira/core/images/font-files.ts";
import { PDFDocument } from "pdf-lib";
import { beforeAll, describe, expect, test } from "vitest";
import { embedFaces, type Faces, setWord, toDrawable } from "./fonts.ts";
import { TEXT } from "./theme.ts";
import { fitText, measureText, splitPieces, wrapText } from "./type-setting.ts";

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

  test("a word that is wider than a line is broken after its hyphens first", () => {
    expect(wrapText(faces, "Sankt-Maximilian-von-Hohenstein-Straße", TEXT.body, 80)).toEqual([
      "Sankt-",
      "Maximilian-von-",
      "Hohenstein-",
      "Straße",
    ]);
  });

  test("words that belong together stay on one line where it takes them", () => {
    const together = ["2026-05-23 11:30:00 UTC", "3,4 MB", "7 m", "clé :", "« oui »", "v Praze"];
    for (const words of together) {
      const width = measureText(faces, words, TEXT.body) + 1;
      expect(wrapText(faces, `Foto ${words}`, TEXT.body, width).slice(-1)).toEqual([words]);
    }
    expect(wrapText(faces, "2026-05-23 11:30:00 UTC", TEXT.body, 115)).toEqual(["2026-05-23 11:30:00", "UTC"]);
    expect(wrapText(faces, "s clem", TEXT.body, 8).join("")).toBe("sclem");
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
    expect(toDrawable(faces, "regular", letters)).toBe(letters.normalize("NFC"));
    expect(toDrawable(faces, "semibold", letters)).toBe(letters.normalize("NFC"));
  });

  test("what no font has becomes an empty square for each character, and marks of direction vanish", () => {
    expect(toDrawable(faces, "regular", "ᚠ \u200fᚢᚦᚨ\u200e 𐎀")).toBe("□ □□□ □");
  });

  test("what the main fonts lack is drawn by the font of its script, and only those that are needed are there", async () => {
    const text = "李小龍 محمد नमस्ते 😀 ok";
    const some = await embedFaces(await PDFDocument.create(), text);
    expect(some.scripts.map(({ name }) => name)).toEqual(["arabic", "devanagari", "chinese", "emoji"]);
    expect(faces.scripts).toEqual([]);
    expect(toDrawable(some, "regular", text)).toBe(text);
    const drawn = splitPieces(some, TEXT.body, text).map((piece) => `${piece.face.name}:${piece.text}`);
    expect(drawn).toEqual(
      ["chinese:李小龍", "regular: ", "arabic:محمد", "regular: ", "devanagari:नमस्ते"].concat([
        "regular: ",
        "emoji:😀",
        "regular: ",
        "regular:ok",
      ]),
    );
  });

  test("Japanese is drawn by its own font where a text has kana", async () => {
    const { scripts } = await embedFaces(await PDFDocument.create(), "直す");
    expect(scripts.map(({ name }) => name)).toEqual(["japanese"]);
  });

  test("letters of a script join, and its marks stand on them", async () => {
    const some = await embedFaces(await PDFDocument.create(), "ببب क्षि นี้");
    const [arabic, devanagari, thai] = ["arabic", "devanagari", "thai"].map((name) =>
      some.scripts.find((face) => face.name === name),
    );
    if (!arabic || !devanagari || !thai) throw new Error("a font is missing");
    // Three shapes of one letter, and a cluster that is one sign with its vowel before it.
    expect(new Set(setWord(arabic, "ببب").glyphs.map(({ code }) => code)).size).toBeGreaterThan(1);
    expect(setWord(devanagari, "क्षि").glyphs.length).toBeLessThan(4);
    const width = (word: string) => setWord(thai, word).width;
    expect(width("นี้")).toBeCloseTo(width("น"), 6);
  });

  test("letters and their accents in two parts become one", () => {
    expect(toDrawable(faces, "regular", "Nova\u0301k")).toBe("Novák");
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
