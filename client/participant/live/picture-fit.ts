/** How much of the picture may be cut off to fill the screen, as a share of it. */
const MOST_CUT = 0.25;

interface Size {
  width: number;
  height: number;
}

/**
 * Whether a picture fills its frame. It does unless too much of it would be cut off: the inspector sees all of it, and may
 * draw anywhere.
 */
export function pictureFit(frame: Size, picture: Size): "cover" | "contain" {
  const ratio = frame.width / frame.height / (picture.width / picture.height);
  const cut = 1 - Math.min(ratio, 1 / ratio);
  return cut <= MOST_CUT ? "cover" : "contain";
}
