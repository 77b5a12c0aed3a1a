import { readFile } from "node:fs/promises";
import { FONT_FILES } from "@nexbasira/core/images/font-files.ts";
import fontkit, { type Font } from "@pdf-lib/fontkit";
import type { PDFDocument, PDFFont } from "pdf-lib";
import type { TextStyle } from "./theme.ts";

/** A font in the document: `kit` knows its shapes, `pdf` embeds the glyphs that were used. */
export interface Face {
  /** Its name in every page's resources. */
  name: FaceName;
  kit: Font;
  features: Record<string, boolean>;
  pdf: PDFFont;
  words: Map<string, SetWord>;
}

/** The faces of text, and `figures`: those of `regular` that are all equally wide. */
type FaceName = TextStyle["face"] | "figures";

export type Faces = Record<FaceName, Face>;

/** A word as it is drawn: glyph codes, and the kerning after each, in thousandths of the size. */
export interface SetWord {
  glyphs: { code: string; kern: number }[];
  /** In thousandths of the size. */
  width: number;
}

// No ligatures and no contextual forms: they would turn the letters of a reference ("3x4", "->") into others.
const FEATURES = { kern: true, calt: false, liga: false };

/** Drawn for a character that the font does not have. In all fonts. */
const REPLACEMENT = "\u25a1";

/** Names as PDF wants them for a subset: six letters, a plus sign, the font's name (ISO 32000-1, 9.6.4). */
const NAMES = {
  regular: "NBXREG+Inter-Regular",
  figures: "NBXFIG+Inter-Regular",
  semibold: "NBXSEM+Inter-SemiBold",
  mono: "NBXMON+JetBrainsMono-Regular",
} as const;

/** Embeds the fonts, each as the subset of glyphs that will have been used when the document is saved. */
export async function embedFaces(pdf: PDFDocument): Promise<Faces> {
  pdf.registerFontkit(fontkit);
  return {
    regular: await embedFace(pdf, "regular", FONT_FILES.regular, FEATURES),
    figures: await embedFace(pdf, "figures", FONT_FILES.regular, { ...FEATURES, tnum: true }),
    semibold: await embedFace(pdf, "semibold", FONT_FILES.semibold, FEATURES),
    mono: await embedFace(pdf, "mono", FONT_FILES.mono, FEATURES),
  };
}

async function embedFace(
  pdf: PDFDocument,
  name: FaceName,
  file: URL,
  features: Record<string, boolean>,
): Promise<Face> {
  const bytes = await readFile(file);
  const font = await pdf.embedFont(bytes, { subset: true, customName: NAMES[name], features });
  return { name, kit: fontkit.create(bytes), features, pdf: font, words: new Map() };
}

/** The text as this face can draw it; a character that it does not have becomes an empty square. */
export function toDrawable(face: Face, text: string): string {
  let drawable = "";
  for (const character of text.normalize("NFC")) {
    const codePoint = character.codePointAt(0) ?? 0;
    if (face.kit.hasGlyphForCodePoint(codePoint) && codePoint >= 0x20) drawable += character;
    else if (/\s/u.test(character)) drawable += " ";
    else if (!isInvisible(codePoint)) drawable += REPLACEMENT;
  }
  return drawable;
}

/** Marks of direction and joining, variation selectors: they have no shape of their own. */
function isInvisible(codePoint: number): boolean {
  return (
    (codePoint >= 0x200b && codePoint <= 0x200f) ||
    (codePoint >= 0x202a && codePoint <= 0x202e) ||
    (codePoint >= 0x2060 && codePoint <= 0x2069) ||
    (codePoint >= 0xfe00 && codePoint <= 0xfe0f)
  );
}

/** Sets a word of drawable text with kerning. Results are kept: shaping takes far longer than all else on a page. */
export function setWord(face: Face, word: string): SetWord {
  const kept = face.words.get(word);
  if (kept !== undefined) return kept;
  const scale = 1000 / face.kit.unitsPerEm;
  const run = face.kit.layout(word, face.features);
  const codes = face.pdf.encodeText(word).asString();
  let width = 0;
  const glyphs = run.glyphs.map((glyph, index) => {
    const advance = run.positions[index]?.xAdvance ?? glyph.advanceWidth;
    width += advance * scale;
    return { code: codes.slice(index * 4, index * 4 + 4), kern: (advance - glyph.advanceWidth) * scale };
  });
  const set = { glyphs, width };
  face.words.set(word, set);
  return set;
}
