import type { CameraState } from "@nexbasira/core/contract/device.ts";

type Zoom = NonNullable<CameraState["zoom"]>;

const STEPS = [2, 5, 10];
/** As many as a thumb tells apart. */
const MOST_STEPS = 4;

/** The factors that are offered as buttons: the widest picture, the usual one, and closer ones. */
export function zoomSteps({ least, most }: Zoom): number[] {
  const closer = STEPS.filter((factor) => factor <= most);
  return [...(least < 1 ? [least] : []), 1, ...closer].slice(0, MOST_STEPS);
}

/** The last step that is not beyond the factor: its button stands for all up to the next. */
export function stepOf(steps: readonly number[], factor: number): number | undefined {
  return steps.findLast((step) => step <= factor * 1.01);
}
