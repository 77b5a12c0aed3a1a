import type { Board } from "@nexbasira/core/shapes/board.ts";
import { drawSvg } from "@nexbasira/core/shapes/draw-svg.ts";
import type { MeasurementWords } from "@nexbasira/core/shapes/shape-parts.ts";
import { ShapeDrawer } from "./draw-canvas.ts";

/** The longer side of an exported picture, in pixels: the same as the server's. */
const PNG_SIDE = 2_048;

export interface ExportedBoard {
  board: Board;
  /** The surface in pixels. */
  width: number;
  height: number;
  title: string;
  words: MeasurementWords;
  /** What lies under an annotation, once it is loaded. */
  picture: HTMLImageElement | null;
}

/** The drawing as SVG, every shape with its author and its times. As in the evidence, the picture beneath is not in it. */
export function boardAsSvg({ board, width, height, title, words }: ExportedBoard): Blob {
  return new Blob([drawSvg(board, { width, height, title, words })], { type: "image/svg+xml" });
}

/** The drawing over its picture, or on white, as it looks on the screen. Rejects where the browser cannot make one. */
export async function boardAsPng({ board, width, height, words, picture }: ExportedBoard): Promise<Blob> {
  const scale = Math.min(1, PNG_SIDE / Math.max(width, height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  const context = canvas.getContext("2d");
  if (context === null) throw new Error("The browser gives no 2D canvas.");
  context.fillStyle = "#ffffff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  if (picture !== null) context.drawImage(picture, 0, 0, canvas.width, canvas.height);
  const place = { left: 0, top: 0, width: canvas.width };
  new ShapeDrawer(width / height, words).draw(context, board.shapes.values(), place);
  return new Promise((resolve, reject) => {
    canvas.toBlob(
      (blob) => (blob === null ? reject(new Error("The picture is too large.")) : resolve(blob)),
      "image/png",
    );
  });
}

/** Offers a file for saving. */
export function saveFile(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  // The browser has taken it by then.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
