import type { Board } from "@nexbasira/core/shapes/board.ts";
import type { Point, Shape, ShapeDraft, StrokePoint } from "@nexbasira/core/shapes/shape.ts";
import { COLORS, type Pen, STAMP_SIZE, TEXT_SIZE, type Unit, WIDTHS } from "./tools.ts";

/** A new shape's or gesture's id. */
export function newShapeId(): string {
  return crypto.getRandomValues(new Uint32Array(3)).reduce((id, part) => id + part.toString(36).padStart(7, "0"), "");
}

/** What the tools that are drawn from one point to another make. */
export type LineTool = "line" | "arrow" | "rectangle" | "ellipse" | "reference" | "measurement";

export function isLineTool(tool: Pen["tool"]): tool is LineTool {
  return ["line", "arrow", "rectangle", "ellipse", "reference", "measurement"].includes(tool);
}

type ReferenceLine = Extract<Shape, { kind: "reference" }>;

/** The reference that a new measurement goes by: the newest on the board. */
export function newestReference(board: Board): ReferenceLine | undefined {
  let newest: ReferenceLine | undefined;
  for (const shape of board.shapes.values()) if (shape.kind === "reference") newest = shape;
  return newest;
}

function base(id: string, pen: Pen) {
  return { id, color: COLORS[pen.color], width: WIDTHS[pen.width] };
}

export function freehandDraft(id: string, pen: Pen, points: StrokePoint[]): ShapeDraft {
  return { kind: "freehand", ...base(id, pen), points };
}

/** A measurement without a reference is drawn as a plain line, until its length is asked for. */
export function lineDraft(
  id: string,
  pen: Pen & { tool: LineTool },
  from: Point,
  to: Point,
  reference: ReferenceLine | undefined,
): ShapeDraft {
  if (pen.tool === "reference" || (pen.tool === "measurement" && reference === undefined)) {
    return { kind: "line", ...base(id, pen), from, to };
  }
  if (pen.tool === "measurement" && reference !== undefined) {
    const { length, unit } = reference;
    const copy = { from: reference.from, to: reference.to, length, unit };
    return { kind: "measurement", ...base(id, pen), from, to, reference: copy };
  }
  return { kind: pen.tool === "measurement" ? "line" : pen.tool, ...base(id, pen), from, to };
}

export function referenceDraft(line: ShapeDraft & { kind: "line" }, length: number, unit: Unit): ShapeDraft {
  return { ...line, kind: "reference", length, unit };
}

export function textDraft(id: string, pen: Pen, at: Point, text: string): ShapeDraft {
  return { kind: "text", ...base(id, pen), at, text, size: WIDTHS[pen.width] * TEXT_SIZE };
}

export function stampDraft(id: string, pen: Pen, at: Point): ShapeDraft {
  return { kind: "stamp", ...base(id, pen), at, stamp: pen.stamp, size: WIDTHS[pen.width] * STAMP_SIZE };
}

/** A draft as a shape, to be painted before it is on the board. */
export function asShape(draft: ShapeDraft): Shape {
  const now = "1970-01-01T00:00:00.000Z";
  return { ...draft, author: "draft", created_at: now, updated_at: now, z: 0 };
}

/** A shape of the board as a draft, to be changed. */
export function asDraft(shape: Shape): ShapeDraft {
  const { author: _author, created_at: _created, updated_at: _updated, z: _z, ...draft } = shape;
  return draft;
}
