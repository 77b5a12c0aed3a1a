/** The fonts that come with the program (SIL Open Font License 1.1, texts beside them): for drawings and documents. */
export const FONT_FILES = {
  regular: new URL("fonts/inter-regular.ttf", import.meta.url),
  semibold: new URL("fonts/inter-semibold.ttf", import.meta.url),
  mono: new URL("fonts/jetbrains-mono-regular.ttf", import.meta.url),
} as const;

const script = (name: string) => new URL(`fonts/scripts/noto-${name}-semibold.ttf`, import.meta.url);

/** What those lack, by script, in the order in which they are asked for a character. */
export const SCRIPT_FONT_FILES = {
  arabic: script("sans-arabic"),
  hebrew: script("sans-hebrew"),
  devanagari: script("sans-devanagari"),
  thai: script("sans-thai"),
  chinese: script("sans-chinese-simplified"),
  japanese: script("sans-japanese"),
  korean: script("sans-korean"),
  emoji: script("emoji"),
} as const;
