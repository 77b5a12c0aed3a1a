import type { Surface } from "@nexbasira/core/shapes/measured-length.ts";
import type { Shape } from "@nexbasira/core/shapes/shape.ts";
import { LINE_HEIGHT, type MeasurementWords, type ShapePart, shapeParts } from "@nexbasira/core/shapes/shape-parts.ts";

/** Shapes are cut into parts at this width once and scaled from then on, so that a new size costs nothing. */
const NOMINAL_WIDTH = 1_600;

interface DrawnPart {
  part: ShapePart;
  path: Path2D | undefined;
}

/** Where the whole surface lies on a canvas, in its pixels. */
export interface SurfacePlace {
  left: number;
  top: number;
  width: number;
}

const FONT = "'Inter Variable', Inter, system-ui, sans-serif";

/**
 * Draws shapes on a canvas from the same parts as the SVG. A shape is an immutable object, so that its paths can be kept
 * for as long as it lives.
 */
export class ShapeDrawer {
  readonly #surface: Surface;
  readonly #words: MeasurementWords;
  readonly #parts = new WeakMap<Shape, DrawnPart[]>();

  /** `aspect` is the surface's width by its height. */
  constructor(aspect: number, words: MeasurementWords) {
    this.#surface = { width: NOMINAL_WIDTH, height: NOMINAL_WIDTH / aspect };
    this.#words = words;
  }

  /** Draws shapes of a surface that lies at a place of the canvas, `width` device pixels wide. */
  draw(context: CanvasRenderingContext2D, shapes: Iterable<Shape>, place: SurfacePlace): void {
    const scale = place.width / NOMINAL_WIDTH;
    context.setTransform(scale, 0, 0, scale, place.left, place.top);
    context.lineCap = "round";
    context.lineJoin = "round";
    for (const shape of shapes) {
      for (const { part, path } of this.#partsOf(shape)) drawPart(context, part, path);
    }
  }

  /** One that has kept nothing: for a font that arrived late. */
  anew(): ShapeDrawer {
    return new ShapeDrawer(this.#surface.width / this.#surface.height, this.#words);
  }

  #partsOf(shape: Shape): DrawnPart[] {
    const kept = this.#parts.get(shape);
    if (kept !== undefined) return kept;
    const parts = shapeParts(shape, this.#surface, this.#words).map((part) => ({
      part,
      path: part.type === "text" ? undefined : new Path2D(part.d),
    }));
    this.#parts.set(shape, parts);
    return parts;
  }
}

function drawPart(context: CanvasRenderingContext2D, part: ShapePart, path: Path2D | undefined): void {
  if (part.type === "text") {
    drawText(context, part);
    return;
  }
  if (path === undefined) return;
  if (part.type === "fill") {
    context.fillStyle = part.color;
    context.fill(path);
    return;
  }
  context.strokeStyle = part.color;
  context.lineWidth = part.width;
  context.stroke(path);
}

function drawText(context: CanvasRenderingContext2D, part: Extract<ShapePart, { type: "text" }>): void {
  context.save();
  context.translate(part.x, part.y);
  context.rotate((part.angle * Math.PI) / 180);
  context.font = `600 ${part.size}px ${FONT}`;
  context.direction = part.rightToLeft ? "rtl" : "ltr";
  context.textAlign = part.centered ? "center" : "start";
  context.lineWidth = part.size * 0.16;
  context.strokeStyle = part.halo;
  context.fillStyle = part.color;
  part.lines.forEach((line, index) => {
    const y = index * part.size * LINE_HEIGHT;
    context.globalAlpha = 0.85;
    context.strokeText(line, 0, y);
    context.globalAlpha = 1;
    context.fillText(line, 0, y);
  });
  context.restore();
}
