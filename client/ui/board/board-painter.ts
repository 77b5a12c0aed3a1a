import type { Board } from "@nexbasira/core/shapes/board.ts";
import { shapeBox } from "@nexbasira/core/shapes/hit-shape.ts";
import type { Shape } from "@nexbasira/core/shapes/shape.ts";
import type { ShapeDrawer } from "./draw-canvas.ts";

/** The newest shapes are drawn anew in each frame, since they are the ones that still change. */
const HOT = 48;
const MOVED_AT_ONCE = 24;

export interface PaintedBoard {
  board: Board;
  /** What is being drawn here and now, in place of the board's shape of the same id. */
  draft: Shape | undefined;
  selected: Shape | undefined;
}

/**
 * Paints a board on two canvases: below, what has come to rest, painted once; above, the newest shapes, the draft and
 * the selection. So a stroke on a board of thousands costs what it costs on an empty one.
 */
export class BoardPainter {
  readonly #rest: CanvasRenderingContext2D;
  readonly #top: CanvasRenderingContext2D;
  #drawer: ShapeDrawer;
  #painted: Shape[] = [];
  #next: PaintedBoard | undefined;
  #frame: number | undefined;

  constructor(rest: HTMLCanvasElement, top: HTMLCanvasElement, drawer: ShapeDrawer) {
    const [restContext, topContext] = [rest.getContext("2d"), top.getContext("2d")];
    if (restContext === null || topContext === null) throw new Error("The browser gives no 2D canvas.");
    this.#rest = restContext;
    this.#top = topContext;
    this.#drawer = drawer;
  }

  /** Another surface or another size: everything is painted anew. In device pixels. */
  resize(width: number, height: number, drawer: ShapeDrawer): void {
    for (const { canvas } of [this.#rest, this.#top]) {
      canvas.width = width;
      canvas.height = height;
    }
    this.#drawer = drawer;
    this.repaint();
  }

  /** Everything anew: a font has arrived. */
  repaint(): void {
    this.#painted = [];
    this.#clear(this.#rest);
    if (this.#next !== undefined) this.paint(this.#next);
  }

  /** Paints in the next frame; only the last board given until then. */
  paint(next: PaintedBoard): void {
    this.#next = next;
    this.#frame ??= requestAnimationFrame(() => {
      this.#frame = undefined;
      if (this.#next !== undefined) this.#paintNow(this.#next);
    });
  }

  close(): void {
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
    this.#frame = undefined;
    this.#next = undefined;
  }

  #paintNow({ board, draft, selected }: PaintedBoard): void {
    const { width } = this.#rest.canvas;
    if (width === 0) return;
    const shapes = [...board.shapes.values()].filter((shape) => shape.id !== draft?.id);
    const kept = this.#painted.length <= shapes.length && this.#painted.every((shape, at) => shape === shapes[at]);
    if (!kept) {
      this.#clear(this.#rest);
      this.#painted = [];
    }
    const hot = shapes.length - this.#painted.length;
    if (hot > HOT) {
      const settled = shapes.slice(this.#painted.length, shapes.length - HOT + MOVED_AT_ONCE);
      this.#drawer.draw(this.#rest, settled, width);
      this.#painted.push(...settled);
    }
    this.#clear(this.#top);
    this.#drawer.draw(this.#top, shapes.slice(this.#painted.length), width);
    if (draft !== undefined) this.#drawer.draw(this.#top, [draft], width);
    if (selected !== undefined) this.#outline(selected);
  }

  #clear(context: CanvasRenderingContext2D): void {
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, context.canvas.width, context.canvas.height);
  }

  /** Two dashes of opposite colours, to be seen on any picture. */
  #outline(shape: Shape): void {
    const context = this.#top;
    const { width, height } = context.canvas;
    const box = shapeBox(shape, { width, height });
    const pixel = devicePixelRatio;
    const margin = (shape.width * width) / 2 + 6 * pixel;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.lineWidth = 1.5 * pixel;
    for (const [color, offset] of [
      ["#ffffff", 0],
      ["#14191c", 4 * pixel],
    ] as const) {
      context.setLineDash([4 * pixel, 4 * pixel]);
      context.lineDashOffset = offset;
      context.strokeStyle = color;
      const [x, y] = [box.left - margin, box.top - margin];
      context.strokeRect(x, y, box.right - box.left + margin * 2, box.bottom - box.top + margin * 2);
    }
    context.setLineDash([]);
  }
}
