import type { Stamp, UNITS } from "@nexbasira/core/shapes/shape.ts";

export const TOOLS = [
  "select",
  "pointer",
  "freehand",
  "line",
  "arrow",
  "rectangle",
  "ellipse",
  "text",
  "stamp",
  "reference",
  "measurement",
  "eraser",
] as const;
export type Tool = (typeof TOOLS)[number];

/** By the place of the key, not what it writes: a digit is typed with Shift on Czech and French keyboards. */
const TOOL_CODES: Partial<Record<string, Tool>> = {
  Digit1: "freehand",
  Digit2: "arrow",
  Digit3: "line",
  Digit4: "rectangle",
  Digit5: "ellipse",
  Digit6: "text",
  Digit7: "stamp",
  Digit8: "measurement",
  Digit9: "eraser",
  Digit0: "select",
  KeyP: "pointer",
};

/** The key of a tool as a tooltip shows it. A reference is marked by the measuring tool first, and has no own key. */
export function keyOfTool(tool: Tool): string | undefined {
  return Object.keys(TOOL_CODES)
    .find((code) => TOOL_CODES[code] === tool)
    ?.replace(/^Digit|^Key/, "");
}

/** The tool a key press chooses, so that a page can listen where the board itself has no focus. */
export function toolOfKey(event: Pick<KeyboardEvent, "code" | "ctrlKey" | "metaKey" | "altKey">): Tool | undefined {
  return event.ctrlKey || event.metaKey || event.altKey ? undefined : TOOL_CODES[event.code];
}

export type ColorName = "red" | "yellow" | "green" | "blue" | "black" | "white";

/** Colours that stay apart on a photo and on paper; the same in both themes, for they go into the evidence. */
export const COLORS: Record<ColorName, string> = {
  red: "#e5252e",
  yellow: "#ffc400",
  green: "#00a36c",
  blue: "#1e6fff",
  black: "#14191c",
  white: "#ffffff",
};

export type WidthName = "thin" | "medium" | "thick";

/** Fractions of the surface's width. */
export const WIDTHS: Record<WidthName, number> = { thin: 0.003, medium: 0.006, thick: 0.012 };

/** A text's size for a stroke's width, and a stamp's. */
export const TEXT_SIZE = 4.5;
export const STAMP_SIZE = 8;

export type Unit = (typeof UNITS)[number];

/** What one draws with. */
export interface Pen {
  tool: Tool;
  color: ColorName;
  width: WidthName;
  stamp: Stamp;
}
