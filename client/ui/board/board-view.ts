import type { SurfaceBox } from "./use-surface-box.ts";

/** What of a surface is seen in its frame. */
export interface BoardView {
  /** 1 shows the whole surface. */
  scale: number;
  /** The place of the surface, as fractions of it, that lies in the middle of the frame. */
  x: number;
  y: number;
}

export const WHOLE: BoardView = { scale: 1, x: 0.5, y: 0.5 };
export const MAX_SCALE = 8;
/** One press of a button or a key. */
export const ZOOM_STEP = 1.5;

interface Size {
  width: number;
  height: number;
}

/** A place in the frame, CSS pixels from its top left corner. */
interface Place {
  left: number;
  top: number;
}

/** Where the surface lies in its frame; `fitted` is where the whole of it lies. Never farther away than its edge. */
export function placeSurface(frame: Size, fitted: SurfaceBox, view: BoardView): SurfaceBox {
  if (view.scale === 1) return fitted;
  const [width, height] = [fitted.width * view.scale, fitted.height * view.scale];
  return {
    left: within(frame.width / 2 - view.x * width, width, frame.width),
    top: within(frame.height / 2 - view.y * height, height, frame.height),
    width,
    height,
  };
}

/** Larger or smaller by a factor; what lies at a place of the frame stays there. */
export function zoomAt(frame: Size, fitted: SurfaceBox, view: BoardView, factor: number, at: Place): BoardView {
  const scale = Math.min(MAX_SCALE, Math.max(1, view.scale * factor));
  // Near enough: nobody wants to be at 1.003.
  if (scale < 1.01) return WHOLE;
  const before = placeSurface(frame, fitted, view);
  const grown = (fitted.width * scale) / before.width;
  return viewOf(frame, fitted, scale, {
    left: at.left - (at.left - before.left) * grown,
    top: at.top - (at.top - before.top) * grown,
  });
}

/** Moves what is seen by pixels of the frame. */
export function panBy(frame: Size, fitted: SurfaceBox, view: BoardView, dx: number, dy: number): BoardView {
  if (view.scale === 1) return view;
  const { left, top } = placeSurface(frame, fitted, view);
  return viewOf(frame, fitted, view.scale, { left: left + dx, top: top + dy });
}

function viewOf(frame: Size, fitted: SurfaceBox, scale: number, corner: Place): BoardView {
  const [width, height] = [fitted.width * scale, fitted.height * scale];
  const left = within(corner.left, width, frame.width);
  const top = within(corner.top, height, frame.height);
  return { scale, x: (frame.width / 2 - left) / width, y: (frame.height / 2 - top) / height };
}

function within(start: number, length: number, room: number): number {
  return length <= room ? (room - length) / 2 : Math.min(0, Math.max(room - length, start));
}
