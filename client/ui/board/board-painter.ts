import type { Board } from "@nexbasira/core/shapes/board.ts";
import { shapeBox } from "@nexbasira/core/shapes/hit-shape.ts";
import type { Shape } from "@nexbasira/core/shapes/shape.ts";
import type { ShapeDrawer } from "./draw-canvas.ts";
import { clear, contextOf, RestLayer } from "./rest-layer.ts";
import type { SurfaceBox } from "./use-surface-box.ts";

/** The newest shapes are drawn anew in each frame, since they are the ones that still change. */
const HOT = 48;
const MOVED_AT_ONCE = 24;
/** A zoomed board is painted sharp when it has lain still for this long. */
const SETTLE_MS = 120;

export interface PaintedBoard {
  board: Board;
  /** What is being drawn here and now, in place of the board's shape of the same id. */
  draft: Shape | undefined;
  selected: Shape | undefined;
}

/** Where things lie, in CSS pixels; the canvases have `ratio` times as many. */
export interface PaintedLayout {
  frame: { width: number; height: number };
  /** The whole surface in its frame, and as it is seen now. */
  fitted: SurfaceBox;
  placed: SurfaceBox;
  ratio: number;
}

/**
 * Paints a board on three canvases: the whole of what has come to rest, painted once, which grows and moves with the
 * surface like a picture; what of it is seen while it is zoomed, painted sharp when it lies still; and above, in every
 * frame, the newest shapes, the draft and the selection. So a stroke on a board of thousands costs what it costs on an
 * empty one, and so does moving the board.
 */
export class BoardPainter {
  readonly #canvases: Record<"whole" | "sharp" | "top", HTMLCanvasElement>;
  readonly #whole: RestLayer;
  readonly #sharp: RestLayer;
  readonly #top: CanvasRenderingContext2D;
  #drawer: ShapeDrawer;
  #layout: PaintedLayout;
  #next: PaintedBoard | undefined;
  #frame: number | undefined;
  /** When the sharp layer is to be begun; undefined where it needs none, or is begun. */
  #settleAt: number | undefined;
  #isSharp = false;

  constructor(
    canvases: Record<"whole" | "sharp" | "top", HTMLCanvasElement>,
    drawer: ShapeDrawer,
    layout: PaintedLayout,
  ) {
    this.#canvases = canvases;
    this.#drawer = drawer;
    this.#layout = layout;
    const aspect = layout.fitted.width / layout.fitted.height;
    this.#whole = new RestLayer(canvases.whole, drawer, { left: 0, top: 0, width: 1 }, aspect);
    this.#sharp = new RestLayer(canvases.sharp, drawer, { left: 0, top: 0, width: 1 }, aspect);
    this.#top = contextOf(canvases.top);
    this.#resize();
  }

  /** Another frame, surface or place. */
  lay(layout: PaintedLayout, drawer: ShapeDrawer): void {
    const before = this.#layout;
    this.#layout = layout;
    const isOther =
      drawer !== this.#drawer ||
      layout.ratio !== before.ratio ||
      layout.frame.width !== before.frame.width ||
      layout.frame.height !== before.frame.height ||
      layout.fitted.width !== before.fitted.width ||
      layout.fitted.height !== before.fitted.height;
    this.#drawer = drawer;
    if (isOther) this.#resize();
    else if (!isSameBox(layout.placed, before.placed)) this.#blur();
    this.#request();
  }

  /** Everything anew: a font has arrived. */
  repaint(): void {
    this.#drawer = this.#drawer.anew();
    this.#resize();
  }

  /** Paints in the next frame; only the last board given until then. */
  paint(next: PaintedBoard): void {
    this.#next = next;
    this.#request();
  }

  close(): void {
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
    this.#frame = undefined;
    this.#next = undefined;
  }

  #request(): void {
    this.#frame ??= requestAnimationFrame((now) => {
      this.#frame = undefined;
      if (this.#next !== undefined) this.#paintNow(this.#next, now);
    });
  }

  #resize(): void {
    const { frame, fitted, ratio } = this.#layout;
    const [width, height] = [Math.round(fitted.width * ratio), Math.round(fitted.height * ratio)];
    this.#whole.reset(width, height, this.#drawer, { left: 0, top: 0, width }, width / height);
    this.#canvases.top.width = Math.round(frame.width * ratio);
    this.#canvases.top.height = Math.round(frame.height * ratio);
    this.#blur();
    this.#request();
  }

  /** The sharp layer is no longer right: the whole is seen, as it grows with the surface. */
  #blur(): void {
    this.#isSharp = false;
    this.#settleAt = this.#layout.placed.width > this.#layout.fitted.width ? performance.now() + SETTLE_MS : undefined;
    if (this.#settleAt === undefined) this.#sharp.reset(0, 0, this.#drawer, { left: 0, top: 0, width: 1 }, 1);
    this.#reveal();
  }

  #reveal(): void {
    const { fitted, placed } = this.#layout;
    const { whole, sharp } = this.#canvases;
    whole.style.transform = `translate(${placed.left}px, ${placed.top}px) scale(${placed.width / fitted.width})`;
    whole.style.visibility = this.#isSharp ? "hidden" : "";
    sharp.style.visibility = this.#isSharp ? "" : "hidden";
  }

  #paintNow({ board, draft, selected }: PaintedBoard, now: number): void {
    const shapes = [...board.shapes.values()].filter((shape) => shape.id !== draft?.id);
    // Those at the end stay on top until there are many of them, so that the layer below is touched seldom.
    const atRest = Math.min(this.#whole.painted.length, shapes.length);
    const isMany = shapes.length - atRest > HOT;
    const rest = shapes.slice(0, isMany ? shapes.length - HOT + MOVED_AT_ONCE : atRest);
    this.#whole.show(rest);
    this.#whole.work();
    this.#sharpen(rest, now);
    this.#paintTop(shapes.slice(rest.length), draft, selected);
    if (!this.#whole.done || this.#settleAt !== undefined || (this.#isZoomed && !this.#isSharp)) this.#request();
  }

  get #isZoomed(): boolean {
    return this.#layout.placed.width > this.#layout.fitted.width;
  }

  #sharpen(rest: readonly Shape[], now: number): void {
    if (!this.#isZoomed) return;
    if (this.#settleAt !== undefined) {
      if (now < this.#settleAt) return;
      this.#settleAt = undefined;
      const { frame, placed, ratio } = this.#layout;
      const place = { left: placed.left * ratio, top: placed.top * ratio, width: placed.width * ratio };
      const [width, height] = [Math.round(frame.width * ratio), Math.round(frame.height * ratio)];
      this.#sharp.reset(width, height, this.#drawer, place, placed.width / placed.height);
    }
    this.#sharp.show(this.#sharp.visible(rest));
    this.#sharp.work();
    if (this.#isSharp || !this.#sharp.done) return;
    this.#isSharp = true;
    this.#reveal();
  }

  #paintTop(shapes: readonly Shape[], draft: Shape | undefined, selected: Shape | undefined): void {
    const { placed, ratio } = this.#layout;
    const context = this.#top;
    const place = { left: placed.left * ratio, top: placed.top * ratio, width: placed.width * ratio };
    clear(context);
    context.save();
    context.beginPath();
    context.rect(place.left, place.top, place.width, placed.height * ratio);
    context.clip();
    this.#drawer.draw(context, shapes, place);
    if (draft !== undefined) this.#drawer.draw(context, [draft], place);
    if (selected !== undefined) this.#outline(selected);
    context.restore();
  }

  /** Two dashes of opposite colours, to be seen on any picture. */
  #outline(shape: Shape): void {
    const context = this.#top;
    const { placed, ratio } = this.#layout;
    const [width, height] = [placed.width * ratio, placed.height * ratio];
    const box = shapeBox(shape, { width, height });
    const margin = (shape.width * width) / 2 + 6 * ratio;
    context.setTransform(1, 0, 0, 1, placed.left * ratio, placed.top * ratio);
    context.lineWidth = 1.5 * ratio;
    for (const [color, offset] of [
      ["#ffffff", 0],
      ["#14191c", 4 * ratio],
    ] as const) {
      context.setLineDash([4 * ratio, 4 * ratio]);
      context.lineDashOffset = offset;
      context.strokeStyle = color;
      const [x, y] = [box.left - margin, box.top - margin];
      context.strokeRect(x, y, box.right - box.left + margin * 2, box.bottom - box.top + margin * 2);
    }
    context.setLineDash([]);
  }
}

function isSameBox(a: SurfaceBox, b: SurfaceBox): boolean {
  return a.left === b.left && a.top === b.top && a.width === b.width;
}
