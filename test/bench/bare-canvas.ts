import { replayBoard } from "@nexbasira/core/shapes/board.ts";
import type { ShapeDraft } from "@nexbasira/core/shapes/shape.ts";
import { type ShapePart, shapeParts } from "@nexbasira/core/shapes/shape-parts.ts";
import type { Browser, Page } from "puppeteer-core";

const SURFACE = { width: 1600, height: 1200 };

export interface BareCanvas {
  page: Page;
  /** From here to all shapes on the canvas, ms. */
  firstPaintMs: number;
}

/** One canvas in an empty page that draws all shapes anew in every frame in which something moves, from kept paths. */
export async function openBareCanvas(
  browser: Browser,
  shapes: readonly ShapeDraft[],
  viewport: { width: number; height: number },
): Promise<BareCanvas> {
  const board = replayBoard(
    shapes.map((shape) => ({
      author: "bare",
      at: "2026-05-23T11:42:15.123Z",
      operation: { op: "add" as const, gesture: shape.id, shape },
    })),
  );
  const fills = [...board.shapes.values()]
    .flatMap((shape): ShapePart[] => shapeParts(shape, SURFACE))
    .flatMap((part) => (part.type === "fill" ? [{ d: part.d, color: part.color }] : []));
  const page = await browser.newPage();
  await page.setViewport(viewport);
  await page.setContent('<body style="margin:0"><canvas style="width:100vw;height:100vh"></canvas>');
  const firstPaintMs = await page.evaluate(
    (parts, surface) =>
      new Promise<number>((resolve) => {
        const started = performance.now();
        const canvas = document.querySelector("canvas");
        const context = canvas?.getContext("2d");
        if (!canvas || !context) throw new Error("there is no canvas");
        canvas.width = innerWidth;
        canvas.height = innerHeight;
        const paths = parts.map(({ d, color }) => ({ path: new Path2D(d), color }));
        let [scale, left, top] = [innerHeight / surface.height, 0, 0];
        let last: { x: number; y: number } | undefined;
        const draw = () => {
          context.setTransform(1, 0, 0, 1, 0, 0);
          context.clearRect(0, 0, canvas.width, canvas.height);
          context.setTransform(scale, 0, 0, scale, left, top);
          for (const { path, color } of paths) {
            context.fillStyle = color;
            context.fill(path);
          }
        };
        let asked = false;
        const redraw = () => {
          if (asked) return;
          asked = true;
          requestAnimationFrame(() => {
            asked = false;
            draw();
          });
        };
        addEventListener("wheel", (event) => {
          scale *= Math.exp(-event.deltaY * 0.0025);
          redraw();
        });
        addEventListener("pointermove", (event) => {
          if (event.buttons === 0) return;
          left += event.clientX - (last?.x ?? event.clientX);
          top += event.clientY - (last?.y ?? event.clientY);
          last = { x: event.clientX, y: event.clientY };
          redraw();
        });
        requestAnimationFrame(() => {
          draw();
          // Until it is on the screen.
          context.getImageData(0, 0, 1, 1);
          requestAnimationFrame(() => resolve(performance.now() - started));
        });
      }),
    fills,
    SURFACE,
  );
  return { page, firstPaintMs };
}
