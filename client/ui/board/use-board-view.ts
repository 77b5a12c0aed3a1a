import { type RefObject, useEffect, useEffectEvent, useMemo, useState } from "react";
import { type BoardView, panBy, placeSurface, WHOLE, ZOOM_STEP, zoomAt } from "./board-view.ts";
import type { SurfaceBox } from "./use-surface-box.ts";

/** What a notch of a mouse's wheel turns at least, in pixels; a trackpad's scrolling comes in smaller pieces. */
const NOTCH = 60;
/** How much a pixel of the wheel, or of a trackpad's pinch, zooms. */
const WHEEL_RATE = 0.0025;
const PINCH_RATE = 0.01;
/** `WheelEvent.deltaMode`: lines, where it is not pixels. */
const PIXELS_A_LINE = 16;

export interface ViewControl {
  scale: number;
  placed: SurfaceBox;
  /** By a factor, around a place of the frame; its middle, if not given. */
  zoom: (factor: number, at?: { left: number; top: number }) => void;
  zoomIn: () => void;
  zoomOut: () => void;
  pan: (dx: number, dy: number) => void;
  whole: () => void;
}

/**
 * Zooming and moving a surface in its frame: the wheel, a trackpad's pinch and scrolling, and what the caller makes of
 * fingers and keys. Undefined until the frame is laid out. Where it is not `enabled`, the whole surface is seen.
 */
export function useBoardView(
  element: RefObject<HTMLElement | null>,
  frame: { width: number; height: number } | undefined,
  fitted: SurfaceBox | undefined,
  enabled: boolean,
): ViewControl | undefined {
  const [chosen, setView] = useState<BoardView>(WHOLE);
  const view = enabled ? chosen : WHOLE;
  const placed = useMemo(
    () => (frame === undefined || fitted === undefined ? undefined : placeSurface(frame, fitted, view)),
    [frame, fitted, view],
  );
  const change = (
    next: (before: BoardView, frame: { width: number; height: number }, fitted: SurfaceBox) => BoardView,
  ) => {
    if (enabled && frame !== undefined && fitted !== undefined) setView((before) => next(before, frame, fitted));
  };
  const zoom = (factor: number, at?: { left: number; top: number }) =>
    change((before, in_, whole) =>
      zoomAt(in_, whole, before, factor, at ?? { left: in_.width / 2, top: in_.height / 2 }),
    );
  const pan = (dx: number, dy: number) => change((before, in_, whole) => panBy(in_, whole, before, dx, dy));

  const onWheel = useEffectEvent((event: WheelEvent, at: { left: number; top: number }) => {
    const unit = event.deltaMode === 0 ? 1 : PIXELS_A_LINE;
    const [dx, dy] = [event.deltaX * unit, event.deltaY * unit];
    const isMouse = event.deltaMode !== 0 || (dx === 0 && Math.abs(dy) >= NOTCH);
    // Browsers tell a trackpad's pinch as the wheel with Control.
    if (event.ctrlKey || event.metaKey) zoom(Math.exp(-dy * (isMouse ? WHEEL_RATE : PINCH_RATE)), at);
    else if (event.shiftKey && dx === 0) pan(-dy, 0);
    else if (isMouse) zoom(Math.exp(-dy * WHEEL_RATE), at);
    else pan(-dx, -dy);
  });
  /** Safari's own events for a trackpad's pinch; elsewhere there are none. */
  const onGesture = useEffectEvent((factor: number) => zoom(factor));

  useEffect(() => {
    const { current } = element;
    if (!enabled || current === null) return;
    let gestureScale = 1;
    const wheel = (event: WheelEvent) => {
      event.preventDefault();
      const { left, top } = current.getBoundingClientRect();
      onWheel(event, { left: event.clientX - left, top: event.clientY - top });
    };
    const gesture = (event: Event) => {
      event.preventDefault();
      const scale: unknown = Reflect.get(event, "scale");
      if (typeof scale !== "number" || isTouchScreen()) return;
      if (event.type === "gesturechange") onGesture(scale / gestureScale);
      gestureScale = scale;
    };
    // Not passive, so that neither the page nor the browser zooms or scrolls instead.
    current.addEventListener("wheel", wheel, { passive: false });
    for (const name of ["gesturestart", "gesturechange"]) current.addEventListener(name, gesture, { passive: false });
    return () => {
      current.removeEventListener("wheel", wheel);
      for (const name of ["gesturestart", "gesturechange"]) current.removeEventListener(name, gesture);
    };
  }, [element, enabled]);

  if (placed === undefined) return undefined;
  return {
    scale: view.scale,
    placed,
    zoom,
    zoomIn: () => zoom(ZOOM_STEP),
    zoomOut: () => zoom(1 / ZOOM_STEP),
    pan,
    whole: () => setView(WHOLE),
  };
}

/** There the fingers' own events tell the same pinch. */
function isTouchScreen(): boolean {
  return navigator.maxTouchPoints > 0;
}
