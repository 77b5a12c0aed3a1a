import type { Shape, StrokePoint } from "./shape.ts";

/** What any shape may need: its element with author and times, and the whole of a stamp or a measurement. */
const ANY_SHAPE = 1_100;
/** The round ends of a stroke. */
const STROKE_ENDS = 700;
const STROKE_POINT = 32;
/** Where a stroke turns sharply its outline is a round of 26 points. */
const SHARP_TURN = 450;
/** Turns of more than 45° may be drawn as sharp ones. */
const SHARP_COSINE = 0.7;
/** The longest that a character becomes: `&quot;`. */
const CHARACTER = 6;
const LINE = 64;

/**
 * The most bytes that a shape takes in an SVG of its board, whatever the size of the drawing: an upper bound that is
 * cheap to tell, so that a board can be kept from growing beyond what can still be drawn.
 */
export function shapeWeight(shape: Shape): number {
  switch (shape.kind) {
    case "freehand":
      return ANY_SHAPE + STROKE_ENDS + shape.points.length * STROKE_POINT + countSharpTurns(shape.points) * SHARP_TURN;
    case "text":
      return ANY_SHAPE + shape.text.length * CHARACTER + shape.text.split("\n").length * LINE;
    default:
      return ANY_SHAPE;
  }
}

/** On a square surface and on a very oblong one alike: a turn is sharp if it is so on either. */
function countSharpTurns(points: readonly StrokePoint[]): number {
  let turns = 0;
  for (let index = 1; index < points.length - 1; index += 1) {
    const [before, here, after] = [points[index - 1], points[index], points[index + 1]];
    if (before === undefined || here === undefined || after === undefined) continue;
    const [ax, ay] = [here[0] - before[0], here[1] - before[1]];
    const [bx, by] = [after[0] - here[0], after[1] - here[1]];
    // Where one axis is stretched, a turn of that axis alone decides.
    const gentle = ax * bx + ay * by > SHARP_COSINE * Math.hypot(ax, ay) * Math.hypot(bx, by);
    if (!gentle || ax * bx < 0 || ay * by < 0) turns += 1;
  }
  return turns;
}
