import type { Board } from "@nexbasira/core/shapes/board.ts";
import type { Point, ShapeDraft } from "@nexbasira/core/shapes/shape.ts";
import { clampFraction, shiftShape } from "@nexbasira/core/shapes/shift-shape.ts";
import {
  freehandDraft,
  isLineTool,
  lineDraft,
  newestReference,
  newShapeId,
  stampDraft,
  textDraft,
} from "./draft-shape.ts";
import type { Pen } from "./tools.ts";

/** How far one press of an arrow key moves: a fiftieth of the surface. */
const STEP = 0.02;

const ARROWS: Partial<Record<string, Point>> = {
  ArrowLeft: [-STEP, 0],
  ArrowRight: [STEP, 0],
  ArrowUp: [0, -STEP],
  ArrowDown: [0, STEP],
};

/** The step of an arrow key, in fractions of the surface. */
export function arrowStep(key: string): Point | undefined {
  return ARROWS[key];
}

/** The shape that Enter starts, in the middle of the surface; of a text, the place. Undefined for eraser, pointer and selection. */
export function startKeyboardDraft(pen: Pen, board: Board): ShapeDraft | undefined {
  const id = newShapeId();
  const { tool } = pen;
  if (tool === "freehand") return freehandDraft(id, pen, [[0.5, 0.5]]);
  if (tool === "stamp") return stampDraft(id, pen, [0.5, 0.5]);
  if (tool === "text") return textDraft(id, pen, [0.5, 0.5], "T");
  if (isLineTool(tool)) return lineDraft(id, { ...pen, tool }, [0.4, 0.4], [0.6, 0.6], newestReference(board));
  return undefined;
}

/** Moves the end of a shape, or the whole of it: a stroke gets a further point. */
export function moveKeyboardDraft(draft: ShapeDraft, [dx, dy]: Point, whole: boolean): ShapeDraft {
  if (whole || draft.kind === "stamp" || draft.kind === "text") return shiftShape(draft, dx, dy);
  if (draft.kind === "freehand") {
    const [x, y] = draft.points.at(-1) ?? [0.5, 0.5];
    return { ...draft, points: [...draft.points, [clampFraction(x + dx), clampFraction(y + dy)]] };
  }
  return { ...draft, to: [clampFraction(draft.to[0] + dx), clampFraction(draft.to[1] + dy)] };
}
