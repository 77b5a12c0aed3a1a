import type { BoardEntry, Operation, OperationContext } from "./operation.ts";
import { MAX_POINTS, type Shape, type ShapeDraft } from "./shape.ts";
import { shapeWeight } from "./shape-weight.ts";

/** The most shapes a board holds at once; a further `add` changes nothing. */
export const MAX_SHAPES = 20_000;
/** The most bytes a board's drawing may take (`shapeWeight`); an operation that would go beyond it changes nothing. */
export const MAX_WEIGHT = 28_000_000;

/** One shape in a step: as it was before and after; `undefined` is "not there". */
interface Change {
  before: Shape | undefined;
  after: Shape | undefined;
}

/** What one undo takes back. */
interface Step {
  gesture: string;
  changes: ReadonlyMap<string, Change>;
}

/** Steps, the last one first: a list that shares its tail with older boards, so that a step costs no copy. */
interface Steps {
  step: Step;
  before: Steps | undefined;
}

interface History {
  done: Steps | undefined;
  undone: Steps | undefined;
}

/** A board at one moment. It is never changed in place, and a shape that did not change stays the same object. */
export interface Board {
  /** By id, from back to front. */
  readonly shapes: ReadonlyMap<string, Shape>;
  readonly histories: ReadonlyMap<string, History>;
  readonly nextZ: number;
  /** Of all its shapes: `shapeWeight`. */
  readonly weight: number;
}

interface MutableBoard {
  shapes: Map<string, Shape>;
  histories: Map<string, History>;
  nextZ: number;
  weight: number;
}

export const EMPTY_BOARD: Board = { shapes: new Map(), histories: new Map(), nextZ: 0, weight: 0 };

/**
 * The board after one operation. Pure and deterministic: the same operations in the same order give the same board
 * everywhere. An operation that cannot apply (an id in use or unknown, another's shape, a full board, nothing to undo)
 * gives back the very same object, so that `applyOperation(board, ...) === board` tells that nothing happened.
 */
export function applyOperation(board: Board, operation: Operation, context: OperationContext): Board {
  return applyEntries(board, [{ ...context, operation }]);
}

/** The same for several, in their order, at the cost of one. */
export function applyEntries(board: Board, entries: Iterable<BoardEntry>): Board {
  let draft: MutableBoard | undefined;
  for (const { operation, author, at } of entries) {
    draft ??= { ...board, shapes: new Map(board.shapes), histories: new Map(board.histories) };
    if (applyInPlace(draft, operation, { author, at })) board = draft;
  }
  return board;
}

/** The board that a list of entries makes, in the list's order. */
export function replayBoard(entries: Iterable<BoardEntry>): Board {
  return applyEntries(EMPTY_BOARD, entries);
}

/** Whether there is room for what an operation adds. One for which there is none changes nothing. */
export function hasRoomFor(board: Board, operation: Operation): boolean {
  if (operation.op !== "add" && operation.op !== "append" && operation.op !== "update") return true;
  const context = { author: "", at: "" };
  if (operation.op === "add") {
    const shape = placed(operation.shape, context, board.nextZ);
    return board.shapes.size < MAX_SHAPES && board.weight + shapeWeight(shape) <= MAX_WEIGHT;
  }
  const before = board.shapes.get(operation.op === "append" ? operation.id : operation.shape.id);
  if (before === undefined) return true;
  const after =
    operation.op === "update"
      ? replaceForm(before, operation.shape, "")
      : before.kind === "freehand"
        ? { ...before, points: [...before.points, ...operation.points] }
        : before;
  return board.weight + shapeWeight(after) - shapeWeight(before) <= MAX_WEIGHT;
}

/**
 * The board as it was at a time (UTC with milliseconds): all entries up to the first one that is later. The list's order
 * counts, not the clocks, so that the answer is always a state the board was in.
 */
export function boardAt(entries: readonly BoardEntry[], time: string): Board {
  const later = entries.findIndex((entry) => entry.at > time);
  return replayBoard(later === -1 ? entries : entries.slice(0, later));
}

/** Whether the author has a step to take back, or to do again. */
export function canUndo(board: Board, author: string): { undo: boolean; redo: boolean } {
  const history = board.histories.get(author);
  return { undo: history?.done !== undefined, redo: history?.undone !== undefined };
}

function applyInPlace(board: MutableBoard, operation: Operation, context: OperationContext): boolean {
  if (operation.op === "undo" || operation.op === "redo") return stepBack(board, operation.op, context.author);
  const changes = changesOf(board, operation, context);
  if (changes.size === 0) return false;
  const weight = board.weight + weightOf(changes);
  // What makes a board lighter is always taken.
  if (weight > MAX_WEIGHT && weight > board.weight) return false;
  board.weight = weight;
  for (const [id, { after }] of changes) {
    if (after === undefined) board.shapes.delete(id);
    else board.shapes.set(id, after);
  }
  if (operation.op === "add") board.nextZ += 1;
  remember(board, context.author, operation.gesture, changes);
  return true;
}

type Edit = Exclude<Operation, { op: "undo" | "redo" }>;

function changesOf(board: MutableBoard, operation: Edit, { author, at }: OperationContext): Map<string, Change> {
  const none = new Map<string, Change>();
  switch (operation.op) {
    case "add": {
      const { shape } = operation;
      if (board.shapes.has(shape.id) || board.shapes.size >= MAX_SHAPES) return none;
      const after = placed(shape, { author, at }, board.nextZ);
      return none.set(shape.id, { before: undefined, after });
    }
    case "append": {
      const before = board.shapes.get(operation.id);
      if (before?.kind !== "freehand" || before.author !== author) return none;
      if (before.points.length + operation.points.length > MAX_POINTS) return none;
      const after = { ...before, points: [...before.points, ...operation.points], updated_at: at };
      return none.set(before.id, { before, after });
    }
    case "update": {
      const before = board.shapes.get(operation.shape.id);
      if (before === undefined || before.author !== author || before.kind !== operation.shape.kind) return none;
      return none.set(before.id, { before, after: replaceForm(before, operation.shape, at) });
    }
    case "remove": {
      const before = board.shapes.get(operation.id);
      return before === undefined ? none : none.set(before.id, { before, after: undefined });
    }
    case "clear":
      for (const [id, before] of board.shapes) {
        if (operation.scope === "all" || before.author === author) none.set(id, { before, after: undefined });
      }
      return none;
  }
}

function placed(draft: ShapeDraft, { author, at }: OperationContext, z: number): Shape {
  return { ...draft, author, created_at: at, updated_at: at, z };
}

/** How much heavier a board gets by changes. */
function weightOf(changes: ReadonlyMap<string, Change>): number {
  let weight = 0;
  for (const { before, after } of changes.values()) {
    weight += (after === undefined ? 0 : shapeWeight(after)) - (before === undefined ? 0 : shapeWeight(before));
  }
  return weight;
}

function replaceForm(before: Shape, draft: ShapeDraft, at: string): Shape {
  return { ...draft, author: before.author, created_at: before.created_at, updated_at: at, z: before.z };
}

function remember(board: MutableBoard, author: string, gesture: string, changes: ReadonlyMap<string, Change>): void {
  const done = board.histories.get(author)?.done;
  if (done === undefined || done.step.gesture !== gesture) {
    board.histories.set(author, { done: { step: { gesture, changes }, before: done }, undone: undefined });
    return;
  }
  const merged = new Map(done.step.changes);
  for (const [id, { before, after }] of changes) {
    const earlier = merged.get(id);
    merged.set(id, { before: earlier === undefined ? before : earlier.before, after });
  }
  board.histories.set(author, { done: { step: { gesture, changes: merged }, before: done.before }, undone: undefined });
}

/**
 * Takes the author's last step back, or does it again. A shape that somebody else changed since is left as it is; a step
 * of which nothing is left to change is passed over, so that a press of undo always shows something.
 */
function stepBack(board: MutableBoard, op: "undo" | "redo", author: string): boolean {
  const history = board.histories.get(author);
  const [from, onto] = op === "undo" ? [history?.done, history?.undone] : [history?.undone, history?.done];
  for (let steps = from; steps !== undefined; steps = steps.before) {
    if (!revert(board, steps.step, op)) continue;
    const moved = { step: steps.step, before: onto };
    board.histories.set(
      author,
      op === "undo" ? { done: steps.before, undone: moved } : { done: moved, undone: steps.before },
    );
    return true;
  }
  return false;
}

function revert(board: MutableBoard, step: Step, op: "undo" | "redo"): boolean {
  const changes = new Map<string, Change>();
  let size = board.shapes.size;
  let returned = false;
  for (const [id, { before, after }] of step.changes) {
    const [expected, wanted] = op === "undo" ? [after, before] : [before, after];
    if (board.shapes.get(id) !== expected || expected === wanted) continue;
    changes.set(id, { before: expected, after: wanted });
    size += (wanted === undefined ? 0 : 1) - (expected === undefined ? 0 : 1);
    returned ||= expected === undefined;
  }
  const weight = board.weight + weightOf(changes);
  // What was cleared comes back only where the others have left room for it.
  if (changes.size === 0 || (returned && (size > MAX_SHAPES || weight > MAX_WEIGHT))) return false;
  board.weight = weight;
  for (const [id, { after }] of changes) {
    if (after === undefined) board.shapes.delete(id);
    else board.shapes.set(id, after);
  }
  // A shape that comes back goes where it was between the others, not to the front.
  if (returned) board.shapes = new Map([...board.shapes].sort(([, a], [, b]) => a.z - b.z));
  return true;
}
