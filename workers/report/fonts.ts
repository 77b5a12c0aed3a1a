import "./fontkit-generators.ts";
import { readFile } from "node:fs/promises";
import { FONT_FILES, SCRIPT_FONT_FILES } from "@nexbasira/core/images/font-files.ts";
import fontkit, { type Font } from "@pdf-lib/fontkit";
import type { PDFDocument, PDFFont } from "pdf-lib";
import { alignGlyphs } from "./align-glyphs.ts";
import type { TextStyle } from "./theme.ts";

/** A font in the document: `kit` knows its shapes, `pdf` embeds the glyphs that were used. */
export interface Face {
  /** Its name in every page's resources. */
  name: string;
  kit: Font;
  /** Undefined: what the script asks for. */
  features: Record<string, boolean> | undefined;
  pdf: PDFFont;
  words: Map<string, SetWord>;
}

/** The faces of text, and `figures`: those of `regular` that are all equally wide. */
type FaceName = TextStyle["face"] | "figures";

export interface Faces extends Record<FaceName, Face> {
  /** For the characters that those lack, in the order in which they are asked. */
  scripts: readonly Face[];
  /** Whether a character was found that no font has. */
  lacking: boolean;
}

/** A word as it is drawn, from left to right, in thousandths of the size. */
export interface SetWord {
  glyphs: SetGlyph[];
  width: number;
}

export interface SetGlyph {
  code: string;
  /** What is added to its own width before the next one. */
  kern: number;
  /** How far it stands off its place, to the right and upwards: marks above and below letters. */
  offset: { x: number; y: number };
}

// No ligatures and no contextual forms: they would turn the letters of a reference ("3x4", "->") into others.
const FEATURES = { kern: true, calt: false, liga: false };

/** Drawn for a character that no font has. In all main fonts. */
const REPLACEMENT = "\u25a1";

/** Names as PDF wants them for a subset: six letters, a plus sign, the font's name (ISO 32000-1, 9.6.4). */
const NAMES = {
  regular: "NBXREG+Inter-Regular",
  figures: "NBXFIG+Inter-Regular",
  semibold: "NBXSEM+Inter-SemiBold",
  mono: "NBXMON+JetBrainsMono-Regular",
} as const;

const SCRIPT_NAMES: Record<keyof typeof SCRIPT_FONT_FILES, string> = {
  arabic: "NBXARA+NotoSansArabic-SemiBold",
  hebrew: "NBXHEB+NotoSansHebrew-SemiBold",
  devanagari: "NBXDEV+NotoSansDevanagari-SemiBold",
  thai: "NBXTHA+NotoSansThai-SemiBold",
  chinese: "NBXCHI+NotoSansSC-SemiBold",
  japanese: "NBXJAP+NotoSansJP-SemiBold",
  korean: "NBXKOR+NotoSansKR-SemiBold",
  emoji: "NBXEMO+NotoEmoji-SemiBold",
};

/**
 * Embeds the fonts, each as the subset of glyphs that will have been used when the document is saved. Of those for other
 * scripts only what `text` needs, all that will be drawn: they are large, and most documents need none.
 */
export async function embedFaces(pdf: PDFDocument, text = ""): Promise<Faces> {
  pdf.registerFontkit(fontkit);
  const embed = async (name: FaceName, file: URL, features: Record<string, boolean>) =>
    embedFace(pdf, { name, fontName: NAMES[name], bytes: await readFile(file), features });
  const faces = {
    regular: await embed("regular", FONT_FILES.regular, FEATURES),
    figures: await embed("figures", FONT_FILES.regular, { ...FEATURES, tnum: true }),
    semibold: await embed("semibold", FONT_FILES.semibold, FEATURES),
    mono: await embed("mono", FONT_FILES.mono, FEATURES),
  };
  const missing = missingFrom(faces, text);
  const scripts = await embedScripts(pdf, missing);
  return { ...faces, scripts, lacking: missing.size > 0 };
}

async function embedFace(
  pdf: PDFDocument,
  font: { name: string; fontName: string; bytes: Buffer; features?: Record<string, boolean> },
): Promise<Face> {
  const { name, fontName, bytes, features } = font;
  const options = { subset: true, customName: fontName, ...(features && { features }) };
  return {
    name,
    kit: fontkit.create(bytes),
    features,
    pdf: await pdf.embedFont(bytes, options),
    words: new Map(),
  };
}

/** The characters of a text that one of the main fonts lacks. */
function missingFrom(faces: Record<FaceName, Face>, text: string): Set<number> {
  const missing = new Set<number>();
  for (const character of new Set(text.normalize("NFC"))) {
    const codePoint = character.codePointAt(0) ?? 0;
    const isThere = Object.values(faces).every(({ kit }) => kit.hasGlyphForCodePoint(codePoint));
    if (codePoint >= 0x20 && !isThere && !isInvisible(codePoint)) missing.add(codePoint);
  }
  return missing;
}

/**
 * Embeds what draws the missing characters, and takes those out of the set. Japanese comes before Chinese where there is kana, since the
 * two share characters and draw some of them otherwise.
 */
async function embedScripts(pdf: PDFDocument, missing: Set<number>): Promise<Face[]> {
  if (missing.size === 0) return [];
  const scripts = Object.keys(SCRIPT_FONT_FILES) as (keyof typeof SCRIPT_FONT_FILES)[];
  const hasKana = [...missing].some((codePoint) => codePoint >= 0x3040 && codePoint <= 0x30ff);
  const ordered = hasKana ? scripts.toSorted((a, b) => Number(b === "japanese") - Number(a === "japanese")) : scripts;
  const faces: Face[] = [];
  for (const script of ordered) {
    const bytes = await readFile(SCRIPT_FONT_FILES[script]);
    const kit = fontkit.create(bytes);
    const own = [...missing].filter((codePoint) => kit.hasGlyphForCodePoint(codePoint));
    if (own.length === 0) continue;
    for (const codePoint of own) missing.delete(codePoint);
    faces.push(await embedFace(pdf, { name: script, fontName: SCRIPT_NAMES[script], bytes: alignGlyphs(bytes) }));
  }
  return faces;
}

/** The face that draws a character in a style; undefined where no font has it. */
export function faceFor(faces: Faces, name: FaceName, codePoint: number): Face | undefined {
  const main = faces[name];
  if (main.kit.hasGlyphForCodePoint(codePoint)) return main;
  return faces.scripts.find(({ kit }) => kit.hasGlyphForCodePoint(codePoint));
}

/** The text as a style's faces can draw it; a character that none of them has becomes an empty square. */
export function toDrawable(faces: Faces, name: FaceName, text: string): string {
  let drawable = "";
  let last: Face | undefined;
  for (const character of text.normalize("NFC")) {
    const codePoint = character.codePointAt(0) ?? 0;
    if (isInvisible(codePoint)) {
      // Within a script it decides how letters join.
      if (isJoiner(codePoint) && last !== undefined && last !== faces[name]) drawable += character;
      continue;
    }
    last = codePoint >= 0x20 ? faceFor(faces, name, codePoint) : undefined;
    if (last !== undefined) drawable += character;
    else drawable += /\s/u.test(character) ? " " : REPLACEMENT;
  }
  return drawable;
}

export function isJoiner(codePoint: number): boolean {
  return codePoint === 0x200c || codePoint === 0x200d;
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
    const position = run.positions[index];
    const advance = position?.xAdvance ?? glyph.advanceWidth;
    width += advance * scale;
    return {
      code: codes.slice(index * 4, index * 4 + 4),
      kern: (advance - glyph.advanceWidth) * scale,
      offset: { x: (position?.xOffset ?? 0) * scale, y: (position?.yOffset ?? 0) * scale },
    };
  });
  const set = { glyphs, width };
  face.words.set(word, set);
  return set;
}
