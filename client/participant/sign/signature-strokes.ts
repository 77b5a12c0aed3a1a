import type { Board } from "@nexbasira/core/shapes/board.ts";
import type { Operation } from "@nexbasira/core/shapes/operation.ts";
import type { Shape } from "@nexbasira/core/shapes/shape.ts";

/** The surface a signature is drawn on. */
export const SIGNATURE_SURFACE = { width: 900, height: 300 };

/** Fewer points than these, over the whole signature, are a slip of the finger. */
const FEWEST_POINTS = 8;

/** Whether there is enough on the surface to be a signature. */
export function isSigned(board: Board): boolean {
  let points = 0;
  for (const shape of board.shapes.values()) points += shape.kind === "freehand" ? shape.points.length : 0;
  return points >= FEWEST_POINTS;
}

/** The strokes as the room takes them: one whole `add` for each, in the order of drawing. */
export function signatureOperations(board: Board): Operation[] {
  return [...board.shapes.values()].filter(isStroke).map(({ id, color, width, kind, points }) => ({
    op: "add",
    gesture: id,
    shape: { id, color, width, kind, points },
  }));
}

function isStroke(shape: Shape): shape is Shape & { kind: "freehand" } {
  return shape.kind === "freehand";
}
