import type { Point } from "@nexbasira/core/shapes/shape.ts";
import { clampFraction } from "@nexbasira/core/shapes/shift-shape.ts";
import type { BoardHand, Touch } from "./board-hand.ts";
import type { Tool } from "./tools.ts";
import type { SurfaceBox } from "./use-surface-box.ts";

/** How near to a shape a finger, or a mouse, must be, in CSS pixels. */
const FINGER_REACH = 16;
const MOUSE_REACH = 7;
/** `PointerEvent.buttons` of a pen's eraser end (Pointer Events, 4.1.2), and of a mouse's wheel. */
const ERASER_BUTTON = 32;
const MIDDLE_BUTTON = 4;

/** What the pointers work on; given anew whenever it changes. */
export interface PointersContext {
  /** Undefined where nothing can be drawn. */
  hand: BoardHand | undefined;
  tool: Tool;
  /** Where the surface lies in the element, in CSS pixels. */
  placed: SurfaceBox;
  /** Space is held: a drag moves the board. */
  grabbing: boolean;
  onPoint: (at: Point | null) => void;
  /** By pixels of the element. */
  onPan: (dx: number, dy: number) => void;
  /** By a factor, around a place of the element. */
  onZoom: (factor: number, at: { left: number; top: number }) => void;
}

type Mode = "draw" | "pan" | "pinch" | "point";

interface Finger {
  x: number;
  y: number;
}

/**
 * Tells apart what mouse, pen and fingers mean: one draws, points or moves the board, two fingers move and zoom it. Once
 * a pen has been here, fingers draw no more: they and the palm move the board.
 */
export class BoardPointers {
  #context: PointersContext;
  readonly #fingers = new Map<number, Finger>();
  #mode: Mode | undefined;
  /** The pointer that draws, pans or points. */
  #active: number | undefined;
  #last: Finger = { x: 0, y: 0 };
  #penSeen = false;

  constructor(context: PointersContext) {
    this.#context = context;
  }

  use(context: PointersContext): void {
    this.#context = context;
  }

  down(event: PointerEvent, element: Element): void {
    const { pointerId: id, pointerType: type } = event;
    const place = { x: event.clientX, y: event.clientY };
    if (type === "pen") {
      this.#penSeen = true;
      // The palm came first.
      if (this.#fingers.size > 0) this.#stop();
      this.#fingers.clear();
    }
    if (type === "touch") {
      if (this.#active !== undefined && !this.#fingers.has(this.#active)) return;
      this.#fingers.set(id, place);
      if (this.#fingers.size === 2) this.#pinch();
      if (this.#fingers.size > 1) return;
    } else if (this.#active !== undefined) return;
    element.setPointerCapture(id);
    this.#active = id;
    this.#last = place;
    this.#mode = this.#begin(event, element);
    if (this.#mode === undefined) this.#active = undefined;
  }

  move(event: PointerEvent, element: Element): void {
    const { pointerId: id } = event;
    const place = { x: event.clientX, y: event.clientY };
    if (this.#mode === "pinch") {
      if (this.#fingers.has(id)) this.#follow(id, place, element);
      return;
    }
    if (this.#fingers.has(id)) this.#fingers.set(id, place);
    if (this.#active === undefined) {
      // Hovering, with a mouse or a pen over the glass.
      if (event.pointerType !== "touch") this.#point(event, element);
      return;
    }
    if (id !== this.#active) return;
    if (this.#mode === "draw") this.#draw(event, element);
    else if (this.#mode === "point") this.#point(event, element);
    else {
      this.#context.onPan(place.x - this.#last.x, place.y - this.#last.y);
      this.#last = place;
    }
  }

  up(event: PointerEvent): void {
    this.#lift(event, () => this.#context.hand?.end());
  }

  cancel(event: PointerEvent): void {
    this.#lift(event, () => this.#context.hand?.cancel());
  }

  leave(): void {
    if (this.#active === undefined) this.#context.onPoint(null);
  }

  #begin(event: PointerEvent, element: Element): Mode | undefined {
    const { hand, tool, grabbing } = this.#context;
    const isEraser = event.buttons === ERASER_BUTTON;
    if (hand === undefined || grabbing || event.buttons === MIDDLE_BUTTON) return "pan";
    if (event.button > 0 && !isEraser) return undefined;
    if (event.pointerType === "touch" && this.#penSeen) return "pan";
    const touch = this.#touchOf(event, element);
    if (touch === undefined) return "pan";
    if (tool === "pointer" && !isEraser) {
      this.#context.onPoint(touch.point);
      return "point";
    }
    this.#context.onPoint(null);
    hand.start(touch, reachOf(event), { eraser: isEraser, patient: event.pointerType === "touch" });
    // Nothing was there to be moved: the board is.
    return hand.busy ? "draw" : "pan";
  }

  #draw(event: PointerEvent, element: Element): void {
    const { hand } = this.#context;
    const events = event.getCoalescedEvents?.() ?? [];
    const places = events.length > 0 ? events : [event];
    const expected = event.getPredictedEvents?.() ?? [];
    const bounds = element.getBoundingClientRect();
    hand?.move(
      places.map((one) => this.#clampedTouch(one, bounds)),
      reachOf(event),
      expected.map((one) => this.#clampedTouch(one, bounds)),
    );
  }

  #point(event: PointerEvent, element: Element): void {
    this.#context.onPoint(this.#touchOf(event, element)?.point ?? null);
  }

  /** The second finger is down. */
  #pinch(): void {
    if (this.#mode === "draw") this.#context.hand?.withdraw();
    if (this.#mode === "point") this.#context.onPoint(null);
    this.#mode = "pinch";
  }

  #follow(id: number, place: Finger, element: Element): void {
    const before = this.#spread();
    this.#fingers.set(id, place);
    const after = this.#spread();
    const { left, top } = element.getBoundingClientRect();
    this.#context.onPan(after.x - before.x, after.y - before.y);
    if (before.distance > 0) {
      this.#context.onZoom(after.distance / before.distance, { left: after.x - left, top: after.y - top });
    }
  }

  /** The middle of the first two fingers and how far they are from each other. */
  #spread(): Finger & { distance: number } {
    const [first, second] = [...this.#fingers.values()];
    if (first === undefined || second === undefined) return { x: 0, y: 0, distance: 0 };
    return {
      x: (first.x + second.x) / 2,
      y: (first.y + second.y) / 2,
      distance: Math.hypot(first.x - second.x, first.y - second.y),
    };
  }

  #lift(event: PointerEvent, finish: () => void): void {
    this.#fingers.delete(event.pointerId);
    if (this.#mode === "pinch") {
      // The finger that is left does nothing until it is lifted, too: it was not meant to draw.
      if (this.#fingers.size === 0) this.#stop();
      return;
    }
    if (event.pointerId !== this.#active) return;
    if (this.#mode === "draw") finish();
    if (this.#mode === "point" && event.pointerType === "touch") this.#context.onPoint(null);
    this.#mode = undefined;
    this.#active = undefined;
  }

  #stop(): void {
    if (this.#mode === "draw") this.#context.hand?.withdraw();
    this.#mode = undefined;
    this.#active = undefined;
  }

  /** Undefined beside the surface. */
  #touchOf(event: PointerEvent, element: Element): Touch | undefined {
    const { placed } = this.#context;
    const bounds = element.getBoundingClientRect();
    const [x, y] = [event.clientX - bounds.left - placed.left, event.clientY - bounds.top - placed.top];
    if (x < 0 || y < 0 || x > placed.width || y > placed.height) return undefined;
    return this.#clampedTouch(event, bounds);
  }

  #clampedTouch(event: PointerEvent, bounds: DOMRect): Touch {
    const { left, top, width, height } = this.#context.placed;
    return {
      point: [
        clampFraction((event.clientX - bounds.left - left) / width),
        clampFraction((event.clientY - bounds.top - top) / height),
      ],
      // A mouse reports 0.5 while a button is down; only a pen's figure means something.
      pressure: event.pointerType === "pen" && event.pressure > 0 ? event.pressure : undefined,
    };
  }
}

function reachOf(event: PointerEvent): number {
  return event.pointerType === "touch" ? FINGER_REACH : MOUSE_REACH;
}
