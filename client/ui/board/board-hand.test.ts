import { operationSchema } from "@nexbasira/core/shapes/operation.ts";
import { MAX_POINTS, type Point, type Shape } from "@nexbasira/core/shapes/shape.ts";
import { describe, expect, test, vi } from "vitest";
import { BoardHand, type HandContext, type Touch } from "./board-hand.ts";
import { SharedBoard } from "./shared-board.ts";
import type { Pen } from "./tools.ts";
import { fitSurface } from "./use-surface-box.ts";

const touch = (x: number, y: number, pressure?: number): Touch => ({ point: [x, y], pressure });

/** A hand on a board that takes every operation, after checking it as the border does. */
function handOn(tool: Pen["tool"], more: Partial<HandContext> = {}) {
  const board = new SharedBoard("me", [], () => undefined);
  const seen = {
    operations: 0,
    text: undefined as Point | undefined,
    reference: false,
    selected: undefined as string | undefined,
  };
  const contextWith = (change: Partial<Pen>): HandContext => ({
    board: board.view,
    author: "me",
    pen: { tool, color: "red", width: "medium", stamp: "check", ...change },
    mayRemove: "own",
    surface: { width: 1_000, height: 500 },
    onOperation: (operation) => {
      seen.operations += 1;
      board.draw(operationSchema.parse(operation));
      hand.use(contextWith(change));
    },
    onDraft: () => undefined,
    onSelect: (id) => {
      seen.selected = id;
    },
    onTextAt: (point) => {
      seen.text = point;
    },
    onReferenceLine: () => {
      seen.reference = true;
    },
    ...more,
  });
  const hand = new BoardHand(contextWith({}));
  const drag = (from: Touch, to: Touch): void => {
    hand.start(from, 5);
    hand.move([to], 5);
    hand.end();
  };
  const take = (next: Pen["tool"]): void => hand.use(contextWith({ tool: next }));
  return { hand, drag, take, board, seen, shapes: () => [...board.view.shapes.values()] };
}

describe("a hand on a board", () => {
  test("draws a stroke of all its points, with a pen's pressure", () => {
    const { hand, shapes } = handOn("freehand");
    hand.start(touch(0.1, 0.1, 0.2), 5);
    hand.move([touch(0.2, 0.2, 0.456), touch(0.3, 0.2, 1)], 5);
    hand.move([touch(0.4, 0.4, 0.5)], 5);
    hand.end();
    expect(shapes()).toMatchObject([
      {
        kind: "freehand",
        points: [
          [0.1, 0.1, 0.2],
          [0.2, 0.2, 0.46],
          [0.3, 0.2, 1],
          [0.4, 0.4, 0.5],
        ],
      },
    ]);
  });

  test("makes a dot of a tap with the pen, and nothing of a click with the rectangle", () => {
    const pen = handOn("freehand");
    pen.hand.start(touch(0.5, 0.5), 5);
    pen.hand.end();
    expect(pen.shapes()).toMatchObject([{ points: [[0.5, 0.5]] }]);
    const rectangle = handOn("rectangle");
    rectangle.drag(touch(0.5, 0.5), touch(0.5005, 0.5));
    expect(rectangle.seen.operations).toBe(0);
  });

  test("goes on in a further shape where a stroke is too long, and undo takes both back", () => {
    const { hand, board, shapes } = handOn("freehand");
    hand.start(touch(0, 0), 5);
    // A zigzag of points that are all far enough from each other.
    hand.move(
      Array.from({ length: MAX_POINTS + 400 }, (_, at) => touch((at % 500) / 500, at % 2)),
      5,
    );
    hand.end();
    expect(shapes().map((shape) => shape.kind === "freehand" && shape.points.length)).toEqual([MAX_POINTS, 401]);
    board.draw({ op: "undo" });
    expect(shapes()).toEqual([]);
  });

  test("sends what was drawn while nothing could be sent in pieces that the border takes", async () => {
    const { hand, seen, shapes } = handOn("freehand");
    hand.start(touch(0, 0), 5);
    hand.move([touch(0.5, 0.5)], 5);
    await vi.waitFor(() => expect(seen.operations).toBe(2));
    hand.move(
      Array.from({ length: 2_500 }, (_, at) => touch((at % 500) / 500, at % 2)),
      5,
    );
    hand.end();
    expect(seen.operations).toBe(5);
    expect(shapes()).toMatchObject([{ points: { length: 2_502 } }]);
  });

  test("sends a rectangle as it grows and leaves one shape and one step of undo", () => {
    const { drag, board, shapes } = handOn("rectangle");
    drag(touch(0.1, 0.1), touch(0.4, 0.5));
    expect(shapes()).toMatchObject([{ kind: "rectangle", from: [0.1, 0.1], to: [0.4, 0.5] }]);
    board.draw({ op: "undo" });
    expect(shapes()).toEqual([]);
  });

  test("drops a line on Escape, keeps a stroke", () => {
    const line = handOn("line");
    line.hand.start(touch(0.1, 0.1), 5);
    line.hand.move([touch(0.5, 0.5)], 5);
    line.hand.cancel();
    expect(line.shapes()).toEqual([]);
    const stroke = handOn("freehand");
    stroke.hand.start(touch(0.1, 0.1), 5);
    stroke.hand.move([touch(0.5, 0.5)], 5);
    stroke.hand.cancel();
    expect(stroke.shapes()).toHaveLength(1);
  });

  test("moves one's own shape and takes it back in one step", () => {
    const { drag, take, board, shapes, seen } = handOn("line");
    drag(touch(0.1, 0.1), touch(0.5, 0.5));
    take("select");
    drag(touch(0.3, 0.3), touch(0.4, 0.2));
    expect(shapes()).toMatchObject([{ from: [0.2, 0], to: [0.6, 0.4] }]);
    expect(seen.selected).toBe(shapes()[0]?.id);
    board.draw({ op: "undo" });
    expect(shapes()).toMatchObject([{ from: [0.1, 0.1], to: [0.5, 0.5] }]);
  });

  test("wipes what it touches, one's own only unless all may be removed", () => {
    const { drag, take, hand, board, shapes } = handOn("line");
    drag(touch(0.1, 0.1), touch(0.5, 0.5));
    const shape = {
      kind: "line",
      id: "theirs",
      color: "#ff0000",
      width: 0.01,
      from: [0.1, 0.5],
      to: [0.5, 0.1],
    } as const;
    const theirs = { op: "add", gesture: "theirs", shape: { ...shape, from: [0.1, 0.5], to: [0.5, 0.1] } };
    board.receive([
      { sequence: 0, author: "them", at: "2026-05-23T11:42:15.123Z", operation: operationSchema.parse(theirs) },
    ]);
    take("eraser");
    hand.start(touch(0.3, 0.3), 5);
    hand.end();
    expect(shapes().map(({ id }) => id)).toEqual(["theirs"]);
  });

  test("asks for the length of the first line it measures, then derives", () => {
    const { drag, board, seen, take, shapes } = handOn("measurement");
    drag(touch(0.1, 0.9), touch(0.3, 0.9));
    expect(seen).toMatchObject({ reference: true, operations: 0 });
    const reference = { kind: "reference", id: "r", color: "#ff0000", width: 0.01, from: [0.1, 0.9], to: [0.3, 0.9] };
    board.draw(operationSchema.parse({ op: "add", gesture: "r", shape: { ...reference, length: 2, unit: "m" } }));
    take("measurement");
    drag(touch(0.1, 0.5), touch(0.5, 0.5));
    expect(shapes()[1]).toMatchObject({ kind: "measurement", reference: { length: 2, unit: "m", from: [0.1, 0.9] } });
  });

  test("places a stamp where the pointer goes up", () => {
    const { drag, shapes } = handOn("stamp");
    drag(touch(0.2, 0.2), touch(0.4, 0.3));
    expect(shapes()).toMatchObject([{ kind: "stamp", at: [0.4, 0.3] }]);
  });

  test("sends the first point of a stroke as the pen goes down, and of a finger's a little later", async () => {
    const pen = handOn("freehand");
    pen.hand.start(touch(0.2, 0.3), 5);
    expect(pen.seen.operations).toBe(1);
    const finger = handOn("freehand");
    finger.hand.start(touch(0.2, 0.3), 5, { patient: true });
    expect(finger.seen.operations).toBe(0);
    await vi.waitFor(() => expect(finger.seen.operations).toBe(1));
  });

  test("draws nothing with the first of two fingers, and keeps a stroke that was long under way", () => {
    const { hand, shapes } = handOn("freehand");
    hand.start(touch(0.2, 0.3), 5, { patient: true });
    hand.move([touch(0.25, 0.3)], 5);
    hand.withdraw();
    expect(shapes()).toEqual([]);
    hand.start(touch(0.2, 0.3), 5);
    hand.move([touch(0.25, 0.3)], 5);
    hand.withdraw();
    expect(shapes()).toMatchObject([{ points: { length: 2 } }]);
  });

  test("shows where the browser expects the pen, and keeps nothing of it", () => {
    let shown: Shape | undefined;
    const { hand, shapes } = handOn("freehand", {
      onDraft: (draft) => {
        shown = draft ?? shown;
      },
    });
    hand.start(touch(0.2, 0.3), 5);
    hand.move([touch(0.25, 0.3)], 5, [touch(0.3, 0.35)]);
    expect(shown).toMatchObject({ points: { length: 3 } });
    hand.end();
    expect(shapes()).toMatchObject([{ points: { length: 2 } }]);
  });

  test("opens a text only when the pointer goes up", () => {
    const { hand, seen } = handOn("text");
    hand.start(touch(0.2, 0.3), 5);
    expect(seen.text).toBeUndefined();
    hand.end();
    expect(seen.text).toEqual([0.2, 0.3]);
  });
});

describe("a surface in its frame", () => {
  test.each([
    ["contain", { width: 1_000, height: 1_000 }, 2, { left: 0, top: 250, width: 1_000, height: 500 }],
    ["contain", { width: 1_000, height: 200 }, 2, { left: 300, top: 0, width: 400, height: 200 }],
    ["cover", { width: 360, height: 740 }, 0.75, { left: -97.5, top: 0, width: 555, height: 740 }],
    ["cover", { width: 1_000, height: 200 }, 2, { left: 0, top: -150, width: 1_000, height: 500 }],
  ] as const)("lies as object-fit: %s has it (%#)", (fit, frame, aspect, box) => {
    expect(fitSurface(frame, aspect, fit)).toEqual(box);
  });
});
