export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

interface Size {
  width: number;
  height: number;
}

/** Between what floats and what can be pressed, and to the window's edge, in pixels. */
const MARGIN = 8;
const EDGE = 16;
const STEP = 8;

export interface Place {
  left: number;
  top: number;
  /** Whether nothing is covered there. */
  isFree: boolean;
}

/**
 * Where a box of this size covers none of the obstacles: in the middle or at a side, as low as it can be; where there is
 * no such place, the one that covers least. `now` is kept for as long as it covers nothing: nothing moves without cause.
 */
export function freePlace(size: Size, window: Size, obstacles: readonly Box[], now?: Box): Place {
  if (now !== undefined && isWithin(now, size, window) && covered({ ...now, ...size }, obstacles) === 0) {
    return { left: now.left, top: now.top, isFree: true };
  }
  let best = { left: 0, top: 0, area: Number.POSITIVE_INFINITY };
  for (const place of places(size, window)) {
    const area = covered({ ...place, ...size }, obstacles);
    if (area === 0) return { ...place, isFree: true };
    if (area < best.area) best = { ...place, area };
  }
  return { left: best.left, top: best.top, isFree: false };
}

/** The places to try, the preferred first. */
function* places(size: Size, window: Size): Generator<{ left: number; top: number }> {
  const lefts = [(window.width - size.width) / 2, EDGE, window.width - size.width - EDGE].map((left) =>
    Math.max(0, Math.round(left)),
  );
  for (const left of new Set(lefts)) {
    for (
      let top = window.height - size.height - EDGE;
      top >= Math.min(EDGE, window.height - size.height - EDGE);
      top -= STEP
    ) {
      yield { left, top: Math.max(0, top) };
    }
  }
}

function isWithin({ left, top }: Box, size: Size, window: Size): boolean {
  return left >= 0 && top >= 0 && left + size.width <= window.width && top + size.height <= window.height;
}

/** How much of the obstacles a box covers, in square pixels, with the margin around them. */
function covered(box: Box, obstacles: readonly Box[]): number {
  return obstacles.reduce((sum, obstacle) => {
    const right = Math.min(box.left + box.width, obstacle.left + obstacle.width + MARGIN);
    const bottom = Math.min(box.top + box.height, obstacle.top + obstacle.height + MARGIN);
    const width = right - Math.max(box.left, obstacle.left - MARGIN);
    const height = bottom - Math.max(box.top, obstacle.top - MARGIN);
    return sum + Math.max(0, width) * Math.max(0, height);
  }, 0);
}
