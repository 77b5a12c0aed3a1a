/** The fonts that come with the program (SIL Open Font License 1.1, texts beside them): for drawings and documents. */
export const FONT_FILES = {
  regular: new URL("fonts/inter-regular.ttf", import.meta.url),
  semibold: new URL("fonts/inter-semibold.ttf", import.meta.url),
  mono: new URL("fonts/jetbrains-mono-regular.ttf", import.meta.url),
} as const;
