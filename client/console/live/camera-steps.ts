import type { CameraState, Lens } from "@nexbasira/core/contract/device.ts";

type Zoom = NonNullable<CameraState["zoom"]>;

/** What one press changes: by a quarter, as a picture seems evenly nearer by ratios. */
const RATIO = 1.25;

/** The zoom after one step nearer or farther, on the camera's own steps and within its range. */
export function zoomStep(zoom: Zoom, direction: "nearer" | "farther"): number {
  const wanted = direction === "nearer" ? zoom.factor * RATIO : zoom.factor / RATIO;
  const snapped = snapZoom(zoom, wanted);
  if (Math.abs(snapped - zoom.factor) > zoom.step / 2) return snapped;
  // A camera with large steps: the next one.
  return snapZoom(zoom, zoom.factor + (direction === "nearer" ? zoom.step : -zoom.step));
}

/** The nearest zoom that the camera can take. */
export function snapZoom({ least, most, step }: Zoom, factor: number): number {
  const onStep = step > 0 ? least + Math.round((factor - least) / step) * step : factor;
  // 1.2000000000000002 is 1.2.
  return Math.min(most, Math.max(least, Number(onStep.toFixed(4))));
}

/** The lens that follows the one in use, around. */
export function nextLens({ lenses, lens_id }: CameraState): Lens | undefined {
  const index = lenses.findIndex((lens) => lens.lens_id === lens_id);
  return lenses.length < 2 ? undefined : lenses[(index + 1) % lenses.length];
}
