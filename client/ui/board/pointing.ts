import type { Point } from "@nexbasira/core/shapes/shape.ts";

/** Somebody else's pointer, as it is now. */
export interface SeenPointer {
  /** Of the person. */
  id: string;
  name: string;
  at: Point;
}

/** Where people point on a board. */
export interface Pointing {
  /** Where one points oneself; null when no more. */
  point: (at: Point | null) => void;
  /** Where the others do; a new list for each change. */
  getPointers: () => readonly SeenPointer[];
  subscribe: (listener: () => void) => () => void;
}

/** Colours that are told apart on a photo and on paper, also by most who see colours differently. */
const COLORS = ["#1e6fff", "#d6336c", "#007f5f", "#b35900", "#6f42c1", "#0b7285"];

/** A person's colour, the same on every device. */
export function pointerColor(id: string): string {
  let hash = 0;
  for (const character of id) hash = (hash * 31 + character.charCodeAt(0)) >>> 0;
  return COLORS[hash % COLORS.length] ?? "#1e6fff";
}
