import type { Board } from "@nexbasira/core/shapes/board.ts";
import { type Box, hitShape, shapeBox } from "@nexbasira/core/shapes/hit-shape.ts";
import { MAX_APPENDED, type Operation } from "@nexbasira/core/shapes/operation.ts";
import { MAX_POINTS, type Point, type Shape, type ShapeDraft, type StrokePoint } from "@nexbasira/core/shapes/shape.ts";
import { shiftShape } from "@nexbasira/core/shapes/shift-shape.ts";
import {
  asDraft,
  asShape,
  freehandDraft,
  isLineTool,
  lineDraft,
  newestReference,
  newShapeId,
  stampDraft,
} from "./draft-shape.ts";
import { simplifyStroke } from "./simplify-stroke.ts";
import type { Pen } from "./tools.ts";

/** A stroke under way is sent this often: 30 times a second is fluent at the other end. */
const SEND_EVERY_MS = 33;
/** A finger's stroke begins to be sent after this long: until then it may be the first of two that zoom. */
const PATIENCE_MS = 90;
/** Nearer points than this, in CSS pixels, add nothing. */
const NEAR_PIXELS = 0.7;
/** A shorter drag is a click. */
const CLICK_PIXELS = 3;

/** One place of the pointer: fractions of the surface, and a pen's pressure. */
export interface Touch {
  point: Point;
  pressure: number | undefined;
}

/** What the hand works on; given anew whenever it changes. */
export interface HandContext {
  board: Board;
  author: string;
  pen: Pen;
  /** Which shapes the eraser and Delete take away. */
  mayRemove: "own" | "all";
  /** The surface in CSS pixels. */
  surface: { width: number; height: number };
  onOperation: (operation: Operation) => void;
  /** What to show of what is being drawn. */
  onDraft: (draft: Shape | undefined) => void;
  onSelect: (id: string | undefined) => void;
  onTextAt: (point: Point) => void;
  /** A reference line was drawn: its length is to be asked for. */
  onReferenceLine: (line: ShapeDraft & { kind: "line" }) => void;
}

type Move =
  /** `points` are sent, `tail` is not yet, and neither is what the browser expects to come next. */
  | { kind: "freehand"; id: string; gesture: string; points: StrokePoint[]; tail: StrokePoint[]; next: StrokePoint[] }
  | { kind: "line"; id: string; from: Point; to: Point; added: boolean; unsent: boolean }
  | { kind: "shift"; original: ShapeDraft; from: Point; gesture: string; draft: ShapeDraft; unsent: boolean }
  | { kind: "erase"; gesture: string }
  | { kind: "text"; at: Point }
  | { kind: "stamp"; id: string; at: Point };

/** Turns the moves of a mouse, a finger or a pen into operations, a few at a time. */
export class BoardHand {
  #context: HandContext;
  #move: Move | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #boxes = new WeakMap<Shape, Box>();

  constructor(context: HandContext) {
    this.#context = context;
  }

  use(context: HandContext): void {
    this.#context = context;
  }

  get busy(): boolean {
    return this.#move !== undefined;
  }

  /**
   * The pointer goes down. `eraser`: the pen's other end. `reach`: how near counts as on a shape, in CSS pixels.
   * `patient`: a finger, which others may follow; see `withdraw`.
   */
  start(touch: Touch, reach: number, { eraser = false, patient = false } = {}): void {
    const { pen, onSelect } = this.#context;
    const id = newShapeId();
    if (eraser || pen.tool === "eraser") {
      this.#move = { kind: "erase", gesture: id };
      this.#erase(touch.point, reach);
    } else if (pen.tool === "freehand") {
      this.#move = { kind: "freehand", id, gesture: id, points: [], tail: [strokePoint(touch)], next: [] };
      this.#showDraft();
      if (patient) this.#timer = setTimeout(() => this.#send(), PATIENCE_MS);
      else this.#send();
    } else if (pen.tool === "text") {
      this.#move = { kind: "text", at: touch.point };
    } else if (pen.tool === "stamp") {
      this.#move = { kind: "stamp", id, at: touch.point };
      this.#showDraft();
    } else if (pen.tool === "select") {
      const shape = this.shapeAt(touch.point, reach);
      onSelect(shape?.id);
      if (shape === undefined || shape.author !== this.#context.author) return;
      const original = asDraft(shape);
      this.#move = { kind: "shift", original, from: touch.point, gesture: id, draft: original, unsent: false };
    } else if (isLineTool(pen.tool)) {
      this.#move = { kind: "line", id, from: touch.point, to: touch.point, added: false, unsent: false };
    }
  }

  /** All places since the last call, in order, and where the browser expects the pointer next: shown, never kept. */
  move(touches: readonly Touch[], reach: number, expected: readonly Touch[] = []): void {
    const move = this.#move;
    const last = touches.at(-1);
    if (move === undefined || last === undefined) return;
    switch (move.kind) {
      case "erase":
        for (const touch of touches) this.#erase(touch.point, reach);
        return;
      case "freehand":
        for (const touch of touches) this.#extend(move, strokePoint(touch));
        move.next = expected.map(strokePoint);
        break;
      case "stamp":
        move.at = last.point;
        break;
      case "line":
        move.to = last.point;
        move.unsent = this.#pixels(move.from, move.to) >= CLICK_PIXELS;
        break;
      case "shift":
        move.draft = shiftShape(move.original, last.point[0] - move.from[0], last.point[1] - move.from[1]);
        move.unsent = true;
    }
    this.#showDraft();
    this.#timer ??= setTimeout(() => this.#send(), SEND_EVERY_MS);
  }

  /** The pointer goes up. */
  end(): void {
    const move = this.#move;
    this.#send();
    this.#move = undefined;
    this.#context.onDraft(undefined);
    if (move?.kind === "stamp") {
      const shape = stampDraft(move.id, this.#context.pen, move.at);
      this.#context.onOperation({ op: "add", gesture: move.id, shape });
    }
    // Not before the pointer goes up: the press itself would take the focus from the field again.
    if (move?.kind === "text") this.#context.onTextAt(move.at);
    if (move?.kind === "line" && this.#pixels(move.from, move.to) >= CLICK_PIXELS && this.#asksForLength()) {
      const draft = this.#lineOf(move);
      if (draft?.kind === "line") this.#context.onReferenceLine(draft);
    }
  }

  /** Escape, or the system took the pointer away: what is under way disappears. A freehand stroke stays as far as it got. */
  cancel(): void {
    const move = this.#move;
    if (move?.kind === "freehand" || move?.kind === "erase") {
      this.end();
      return;
    }
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#move = undefined;
    this.#context.onDraft(undefined);
    if (move?.kind === "line" && move.added) this.#context.onOperation({ op: "remove", gesture: move.id, id: move.id });
    if (move?.kind === "shift")
      this.#context.onOperation({ op: "update", gesture: move.gesture, shape: move.original });
  }

  /** A second finger came, to zoom: what the first one has only begun was not meant. */
  withdraw(): void {
    const isUnsent = this.#move?.kind === "freehand" && this.#move.points.length === 0;
    if (isUnsent) {
      this.close();
      this.#context.onDraft(undefined);
    } else this.cancel();
  }

  /** Nothing is sent any more. */
  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#move = undefined;
  }

  /** The front-most shape at a point. */
  shapeAt(point: Point, reach: number): Shape | undefined {
    return [...this.#context.board.shapes.values()].reverse().find((shape) => this.#hits(shape, point, reach));
  }

  #erase(point: Point, reach: number): void {
    const { board, author, mayRemove, onOperation } = this.#context;
    const move = this.#move;
    if (move?.kind !== "erase") return;
    for (const shape of board.shapes.values()) {
      if (mayRemove === "own" && shape.author !== author) continue;
      if (this.#hits(shape, point, reach)) onOperation({ op: "remove", gesture: move.gesture, id: shape.id });
    }
  }

  /** The box first, and that only once for each shape: an eraser asks thousands of shapes many times a second. */
  #hits(shape: Shape, point: Point, reach: number): boolean {
    const { surface } = this.#context;
    const box = this.#boxes.get(shape) ?? shapeBox(shape, { width: 1, height: surface.height / surface.width });
    this.#boxes.set(shape, box);
    const margin = reach / surface.width + shape.width;
    const [x, y] = [point[0], (point[1] * surface.height) / surface.width];
    const outside = x < box.left - margin || x > box.right + margin || y < box.top - margin || y > box.bottom + margin;
    return !outside && hitShape(shape, point, surface, reach);
  }

  #extend(move: Move & { kind: "freehand" }, point: StrokePoint): void {
    const last = move.tail.at(-1) ?? move.points.at(-1);
    if (last !== undefined && this.#pixels(last, point) < NEAR_PIXELS) return;
    move.tail.push(point);
    if (move.points.length + move.tail.length < MAX_POINTS) return;
    // The stroke may be too long for one shape: it goes on in a further one, which undo takes back together with it.
    this.#send();
    if (move.points.length < MAX_POINTS) return;
    Object.assign(move, { id: newShapeId(), points: [], tail: [point], next: [] });
  }

  #asksForLength(): boolean {
    const { pen, board } = this.#context;
    return pen.tool === "reference" || (pen.tool === "measurement" && newestReference(board) === undefined);
  }

  #lineOf(move: Move & { kind: "line" }): ShapeDraft | undefined {
    const { pen, board } = this.#context;
    const { tool } = pen;
    return isLineTool(tool)
      ? lineDraft(move.id, { ...pen, tool }, move.from, move.to, newestReference(board))
      : undefined;
  }

  #draft(): ShapeDraft | undefined {
    const move = this.#move;
    switch (move?.kind) {
      case "freehand":
        return freehandDraft(move.id, this.#context.pen, [...move.points, ...move.tail, ...move.next]);
      case "stamp":
        return stampDraft(move.id, this.#context.pen, move.at);
      case "line":
        return this.#lineOf(move);
      case "shift":
        return move.draft;
      default:
        return undefined;
    }
  }

  #showDraft(): void {
    const draft = this.#draft();
    this.#context.onDraft(draft === undefined ? undefined : asShape(draft));
  }

  /** What is not sent yet. */
  #send(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const move = this.#move;
    const { onOperation } = this.#context;
    if (move?.kind === "freehand") {
      this.#sendTail(move);
    } else if (move?.kind === "line" && move.unsent && !this.#asksForLength()) {
      const shape = this.#lineOf(move);
      if (shape === undefined) return;
      onOperation({ op: move.added ? "update" : "add", gesture: move.id, shape });
      move.added = true;
      move.unsent = false;
    } else if (move?.kind === "shift" && move.unsent) {
      onOperation({ op: "update", gesture: move.gesture, shape: move.draft });
      move.unsent = false;
    }
  }

  /** Only the points that the stroke's form needs travel and are kept. */
  #sendTail(move: Move & { kind: "freehand" }): void {
    if (move.tail.length === 0) return;
    const { onOperation, pen, surface } = this.#context;
    const { id, gesture } = move;
    const joint = move.points.slice(-1);
    const points = simplifyStroke([...joint, ...move.tail], surface).slice(joint.length);
    if (joint.length === 0) onOperation({ op: "add", gesture, shape: freehandDraft(id, pen, points) });
    else {
      for (let from = 0; from < points.length; from += MAX_APPENDED) {
        onOperation({ op: "append", gesture, id, points: points.slice(from, from + MAX_APPENDED) });
      }
    }
    move.points.push(...points);
    move.tail = [];
  }

  #pixels(from: readonly number[], to: readonly number[]): number {
    const { width, height } = this.#context.surface;
    return Math.hypot(((to[0] ?? 0) - (from[0] ?? 0)) * width, ((to[1] ?? 0) - (from[1] ?? 0)) * height);
  }
}

function strokePoint({ point, pressure }: Touch): StrokePoint {
  return pressure === undefined ? point : [point[0], point[1], Math.round(pressure * 100) / 100];
}
