import type { Board } from "@nexbasira/core/shapes/board.ts";
import type { Shape } from "@nexbasira/core/shapes/shape.ts";
import { clampFraction } from "@nexbasira/core/shapes/shift-shape.ts";
import { type PointerEvent, useEffect, useLayoutEffect, useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { BoardHand, Touch } from "./board-hand.ts";
import { BoardPainter } from "./board-painter.ts";
import { ShapeDrawer } from "./draw-canvas.ts";
import type { SurfaceBox } from "./use-surface-box.ts";

/** How near to a shape a finger, or a mouse, must be, in CSS pixels. */
const FINGER_REACH = 16;
const MOUSE_REACH = 7;
/** `PointerEvent.buttons` of a pen's eraser end (Pointer Events, 4.1.2). */
const ERASER_BUTTON = 32;
/** More device pixels than two by two for one of CSS cost memory and show nothing. */
const MAX_RATIO = 2;

export interface BoardLayersProps {
  board: Board;
  draft: Shape | undefined;
  selected: Shape | undefined;
  box: SurfaceBox;
  /** Undefined where nothing can be drawn. */
  hand: BoardHand | undefined;
  cursor: string;
}

/** The two canvases and the pointer on them. */
export function BoardLayers({ board, draft, selected, box, hand, cursor }: BoardLayersProps) {
  const { t } = useTranslation();
  const rest = useRef<HTMLCanvasElement>(null);
  const top = useRef<HTMLCanvasElement>(null);
  const painter = useRef<BoardPainter>(undefined);
  const [derived, reference] = [t("board.derived"), t("board.reference_word")];
  const aspect = box.width / box.height;
  // The ratio of rounded sizes differs in the last digits; the drawing does not.
  const roundAspect = Math.round(aspect * 1_000) / 1_000;
  const drawer = useMemo(() => new ShapeDrawer(roundAspect, { derived, reference }), [roundAspect, derived, reference]);

  useLayoutEffect(() => {
    if (rest.current === null || top.current === null) return;
    const ratio = Math.min(devicePixelRatio, MAX_RATIO);
    painter.current ??= new BoardPainter(rest.current, top.current, drawer);
    painter.current.resize(Math.round(box.width * ratio), Math.round(box.height * ratio), drawer);
  }, [box.width, box.height, drawer]);
  useLayoutEffect(() => painter.current?.paint({ board, draft, selected }), [board, draft, selected]);
  useEffect(
    () => () => {
      painter.current?.close();
      painter.current = undefined;
    },
    [],
  );
  useFontRepaint(() => painter.current?.repaint());

  const reachOf = (event: PointerEvent) => (event.pointerType === "touch" ? FINGER_REACH : MOUSE_REACH);
  return (
    <>
      <canvas ref={rest} aria-hidden className="pointer-events-none absolute inset-0 size-full" />
      <canvas
        ref={top}
        aria-hidden
        className="absolute inset-0 size-full"
        style={hand && { cursor, touchAction: "none" }}
        onPointerDown={(event) => {
          if (
            hand === undefined ||
            hand.busy ||
            !event.isPrimary ||
            (event.button > 0 && event.buttons !== ERASER_BUTTON)
          )
            return;
          event.currentTarget.setPointerCapture(event.pointerId);
          hand.start(touchOf(event.nativeEvent, event.currentTarget), reachOf(event), event.buttons === ERASER_BUTTON);
        }}
        onPointerMove={(event) => {
          if (hand?.busy !== true || !event.isPrimary) return;
          const { currentTarget, nativeEvent } = event;
          const events = nativeEvent.getCoalescedEvents?.() ?? [];
          const places = events.length > 0 ? events : [nativeEvent];
          hand.move(
            places.map((place) => touchOf(place, currentTarget)),
            reachOf(event),
          );
        }}
        onPointerUp={(event) => event.isPrimary && hand?.end()}
        onPointerCancel={(event) => event.isPrimary && hand?.cancel()}
      />
    </>
  );
}

function touchOf(event: globalThis.PointerEvent, canvas: Element): Touch {
  const { left, top, width, height } = canvas.getBoundingClientRect();
  return {
    point: [clampFraction((event.clientX - left) / width), clampFraction((event.clientY - top) / height)],
    // A mouse reports 0.5 while a button is down; only a pen's figure means something.
    pressure: event.pointerType === "pen" && event.pressure > 0 ? event.pressure : undefined,
  };
}

/** A canvas does not follow a font that arrives late: its texts are painted anew. */
function useFontRepaint(repaint: () => void): void {
  const latest = useRef(repaint);
  useLayoutEffect(() => {
    latest.current = repaint;
  });
  useEffect(() => {
    const again = () => latest.current();
    document.fonts.addEventListener("loadingdone", again);
    return () => document.fonts.removeEventListener("loadingdone", again);
  }, []);
}
