import type { Board } from "@nexbasira/core/shapes/board.ts";
import type { Shape } from "@nexbasira/core/shapes/shape.ts";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { BoardPainter } from "./board-painter.ts";
import { BoardPointers, type PointersContext } from "./board-pointers.ts";
import { ShapeDrawer } from "./draw-canvas.ts";
import type { SurfaceBox } from "./use-surface-box.ts";

/** More device pixels than two by two for one of CSS cost memory and show nothing. */
const MAX_RATIO = 2;

export interface BoardLayersProps {
  board: Board;
  draft: Shape | undefined;
  selected: Shape | undefined;
  frame: { width: number; height: number };
  /** Where the whole surface lies in the frame, and where it lies now. */
  fitted: SurfaceBox;
  placed: SurfaceBox;
  pointers: Omit<PointersContext, "placed">;
  cursor: string;
}

/** The canvases and the pointers on them. */
export function BoardLayers(props: BoardLayersProps) {
  const { board, draft, selected, frame, fitted, placed, cursor } = props;
  const { t } = useTranslation();
  const whole = useRef<HTMLCanvasElement>(null);
  const sharp = useRef<HTMLCanvasElement>(null);
  const top = useRef<HTMLCanvasElement>(null);
  const painter = useRef<BoardPainter>(undefined);
  const [derived, reference] = [t("board.derived"), t("board.reference_word")];
  // The ratio of rounded sizes differs in the last digits; the drawing does not.
  const aspect = Math.round((fitted.width / fitted.height) * 1_000) / 1_000;
  const drawer = useMemo(() => new ShapeDrawer(aspect, { derived, reference }), [aspect, derived, reference]);
  const context = { ...props.pointers, placed };
  const [pointers] = useState(() => new BoardPointers(context));
  useLayoutEffect(() => pointers.use(context));

  useLayoutEffect(() => {
    if (whole.current === null || sharp.current === null || top.current === null) return;
    const layout = { frame, fitted, placed, ratio: Math.min(devicePixelRatio, MAX_RATIO) };
    const canvases = { whole: whole.current, sharp: sharp.current, top: top.current };
    if (painter.current === undefined) painter.current = new BoardPainter(canvases, drawer, layout);
    else painter.current.lay(layout, drawer);
  }, [frame, fitted, placed, drawer]);
  useLayoutEffect(() => painter.current?.paint({ board, draft, selected }), [board, draft, selected]);
  useEffect(
    () => () => {
      painter.current?.close();
      painter.current = undefined;
    },
    [],
  );
  useFontRepaint(() => painter.current?.repaint());

  return (
    <>
      <canvas
        ref={whole}
        aria-hidden
        className="pointer-events-none absolute top-0 left-0 origin-top-left"
        style={{ width: fitted.width, height: fitted.height }}
      />
      <canvas ref={sharp} aria-hidden className="pointer-events-none absolute inset-0 size-full" />
      <canvas
        ref={top}
        aria-hidden
        className="absolute inset-0 size-full select-none [-webkit-touch-callout:none] [-webkit-user-select:none]"
        style={{ cursor, touchAction: "none" }}
        onPointerDown={({ nativeEvent, currentTarget }) => pointers.down(nativeEvent, currentTarget)}
        onPointerMove={({ nativeEvent, currentTarget }) => pointers.move(nativeEvent, currentTarget)}
        onPointerUp={({ nativeEvent }) => pointers.up(nativeEvent)}
        onPointerCancel={({ nativeEvent }) => pointers.cancel(nativeEvent)}
        onPointerLeave={() => pointers.leave()}
        onContextMenu={(event) => event.preventDefault()}
      />
    </>
  );
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
