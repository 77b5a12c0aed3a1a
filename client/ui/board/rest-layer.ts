import { type Box, shapeBox } from "@nexbasira/core/shapes/hit-shape.ts";
import type { Shape } from "@nexbasira/core/shapes/shape.ts";
import type { ShapeDrawer, SurfacePlace } from "./draw-canvas.ts";

/** So many points of strokes, or shapes of another kind for 30 of them, are painted in one frame: about 4 ms. */
const POINTS_A_FRAME = 6_000;
const POINTS_OF_OTHERS = 30;
/** More changes at once than this, and all is painted anew. */
const MOST_REPAIRS = 24;
/** A text's box is an estimate, and a stroke goes beyond its points. */
const MARGIN = 0.02;

/**
 * A canvas with shapes that have come to rest, painted once each. What changes beneath is repaired where it lies, and a
 * large change is painted a part a frame on a second canvas while the first one is still seen.
 */
export class RestLayer {
  readonly #context: CanvasRenderingContext2D;
  #drawer: ShapeDrawer;
  #place: SurfacePlace;
  #aspect: number;
  /** What the canvas shows, from back to front. */
  #painted: readonly Shape[] = [];
  /** What it is to show. */
  #wanted: readonly Shape[] = [];
  /** The second canvas, and what it has so far. */
  #behind: { context: CanvasRenderingContext2D; painted: readonly Shape[] } | undefined;
  readonly #boxes = new WeakMap<Shape, Box>();

  constructor(canvas: HTMLCanvasElement, drawer: ShapeDrawer, place: SurfacePlace, aspect: number) {
    this.#context = contextOf(canvas);
    this.#drawer = drawer;
    this.#place = place;
    this.#aspect = aspect;
  }

  get painted(): readonly Shape[] {
    return this.#painted;
  }

  /** Whether the canvas shows all that it is to show. */
  get done(): boolean {
    return this.#behind === undefined && this.#painted.length === this.#wanted.length;
  }

  /** Another size, place or drawer: nothing is painted any more. */
  reset(width: number, height: number, drawer: ShapeDrawer, place: SurfacePlace, aspect: number): void {
    const { canvas } = this.#context;
    canvas.width = width;
    canvas.height = height;
    this.#drawer = drawer;
    this.#place = place;
    this.#aspect = aspect;
    this.#painted = [];
    this.#wanted = [];
    this.#behind = undefined;
  }

  /** What is to be shown, from back to front. Painted by `work`; repairs at once. */
  show(shapes: readonly Shape[]): void {
    this.#wanted = shapes;
    const begun = this.#behind?.painted ?? this.#painted;
    if (begun.every((shape, at) => shape === shapes[at])) return;
    if (this.#behind !== undefined || !this.#repair()) this.#behind = this.#startBehind();
  }

  /** Paints for a part of a frame. */
  work(): void {
    if (this.#behind === undefined) {
      const end = this.#portion(this.#painted.length);
      if (end === this.#painted.length) return;
      this.#drawer.draw(this.#context, this.#wanted.slice(this.#painted.length, end), this.#place);
      this.#painted = this.#wanted.slice(0, end);
      return;
    }
    const { context, painted } = this.#behind;
    const end = this.#portion(painted.length);
    this.#drawer.draw(context, this.#wanted.slice(painted.length, end), this.#place);
    this.#behind.painted = this.#wanted.slice(0, end);
    if (end < this.#wanted.length) return;
    clear(this.#context);
    this.#context.drawImage(context.canvas, 0, 0);
    this.#painted = this.#wanted;
    this.#behind = undefined;
  }

  /** Where in the list of what is wanted the work of one frame ends. */
  #portion(from: number): number {
    let points = 0;
    let end = from;
    for (; end < this.#wanted.length && points < POINTS_A_FRAME; end += 1) {
      const shape = this.#wanted[end];
      points += shape?.kind === "freehand" ? shape.points.length + 8 : POINTS_OF_OTHERS;
    }
    return end;
  }

  #startBehind(): { context: CanvasRenderingContext2D; painted: readonly Shape[] } {
    const canvas = this.#behind?.context.canvas ?? document.createElement("canvas");
    const { width, height } = this.#context.canvas;
    // A new size wipes it, too.
    canvas.width = width;
    canvas.height = height;
    return { context: contextOf(canvas), painted: [] };
  }

  /** Paints anew where shapes went, came or changed among the painted ones. False where that is too much. */
  #repair(): boolean {
    const last = this.#painted.at(-1);
    if (last === undefined) return false;
    const wanted = new Set(this.#wanted);
    const painted = new Set(this.#painted);
    const beneath = this.#wanted.filter((shape) => shape.z <= last.z);
    const changed = [
      ...this.#painted.filter((shape) => !wanted.has(shape)),
      ...beneath.filter((shape) => !painted.has(shape)),
    ];
    if (changed.length > MOST_REPAIRS) return false;
    for (const shape of changed) this.#repairBox(this.#boxOf(shape), beneath);
    this.#painted = beneath;
    return true;
  }

  #repairBox(box: Box, shapes: readonly Shape[]): void {
    const { left, top, width } = this.#place;
    const context = this.#context;
    context.save();
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.beginPath();
    // Whole pixels: a clip through the middle of one would leave its edge.
    const [x, y] = [Math.floor(left + box.left * width), Math.floor(top + box.top * width)];
    context.rect(x, y, Math.ceil((box.right - box.left) * width) + 2, Math.ceil((box.bottom - box.top) * width) + 2);
    context.clip();
    context.clearRect(0, 0, context.canvas.width, context.canvas.height);
    const there = shapes.filter((shape) => meet(this.#boxOf(shape), box));
    this.#drawer.draw(context, there, this.#place);
    context.restore();
  }

  /** Those of which something may be seen on the canvas. */
  visible(shapes: readonly Shape[]): readonly Shape[] {
    const { left, top, width } = this.#place;
    const { canvas } = this.#context;
    const seen = {
      left: -left / width,
      top: -top / width,
      right: (canvas.width - left) / width,
      bottom: (canvas.height - top) / width,
    };
    return shapes.filter((shape) => meet(this.#boxOf(shape), seen));
  }

  /** In widths of the surface, with all that the shape's drawing may cover. */
  #boxOf(shape: Shape): Box {
    const known = this.#boxes.get(shape);
    if (known !== undefined) return known;
    const inner = shapeBox(shape, { width: 1, height: 1 / this.#aspect });
    const size = shape.kind === "text" ? shape.size * shape.text.length * 0.5 : 0;
    // The head of an arrow, the ends of a ruler and its label.
    const margin = MARGIN + shape.width * 3 + (shape.kind === "reference" || shape.kind === "measurement" ? 0.3 : 0);
    const box = {
      left: inner.left - margin - size,
      top: inner.top - margin,
      right: inner.right + margin + size,
      bottom: inner.bottom + margin,
    };
    this.#boxes.set(shape, box);
    return box;
  }
}

function meet(a: Box, b: Box): boolean {
  return a.left <= b.right && b.left <= a.right && a.top <= b.bottom && b.top <= a.bottom;
}

export function contextOf(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
  const context = canvas.getContext("2d");
  if (context === null) throw new Error("The browser gives no 2D canvas.");
  return context;
}

export function clear(context: CanvasRenderingContext2D): void {
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, context.canvas.width, context.canvas.height);
}
