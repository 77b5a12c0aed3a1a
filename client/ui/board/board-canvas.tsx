import type { Board } from "@nexbasira/core/shapes/board.ts";
import type { Operation } from "@nexbasira/core/shapes/operation.ts";
import type { Point, Shape, ShapeDraft } from "@nexbasira/core/shapes/shape.ts";
import { type KeyboardEvent, type ReactNode, useEffect, useId, useLayoutEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { classNames } from "../class-names.ts";
import { BoardHand, type HandContext } from "./board-hand.ts";
import { BoardLayers } from "./board-layers.tsx";
import { asShape, newestReference, newShapeId, referenceDraft, textDraft } from "./draft-shape.ts";
import { LengthEntry } from "./length-entry.tsx";
import { PointerMarks } from "./pointer-marks.tsx";
import type { Pointing } from "./pointing.ts";
import { TextEntry } from "./text-entry.tsx";
import type { Pen } from "./tools.ts";
import { useBoardKeys } from "./use-board-keys.ts";
import { useBoardNews } from "./use-board-news.ts";
import { useBoardView } from "./use-board-view.ts";
import { useGrab } from "./use-grab.ts";
import { useSurfaceBox } from "./use-surface-box.ts";
import { ZoomControls } from "./zoom-controls.tsx";

export interface BoardCanvasProps {
  /** What to show; one's own operations must be in it at once (SharedBoard does that). */
  board: Board;
  /** One's own author id. */
  author: string;
  pen: Pen;
  /** For tools chosen by a key. */
  onPen: (change: Partial<Pen>) => void;
  onOperation: (operation: Operation) => void;
  /** The surface's true size, of which only the ratio matters: a video's or a picture's pixels, or a board's. */
  surface: { width: number; height: number };
  /** How the surface lies in its frame; as the picture behind it does. */
  fit?: "contain" | "cover";
  /** What lies behind: one video, img or div; it gets the surface's place and size. */
  children?: ReactNode;
  /** The drawing's accessible name. */
  label: string;
  /** Nothing can be drawn; unless it can be zoomed, pointers reach what is behind. */
  readOnly?: boolean;
  /** Whether it can be zoomed and moved, each page for itself; `touch`: its buttons have 48 pixels. */
  zoom?: "mouse" | "touch";
  /** Shows where the others point, and tells them where one points oneself. */
  pointing?: Pointing;
  /** Which shapes the eraser and Delete take away. */
  mayRemove: "own" | "all";
  className?: string;
}

/** A surface to draw on, over a picture or alone. It fills its parent, which must have a size. */
export function BoardCanvas(props: BoardCanvasProps) {
  const { board, author, pen, onOperation, surface, fit = "contain", label, readOnly = false, mayRemove } = props;
  const { zoom, pointing } = props;
  const { t } = useTranslation();
  const help = useId();
  const frame = useRef<HTMLDivElement>(null);
  const [draft, setDraft] = useState<Shape>();
  const [selectedId, setSelectedId] = useState<string>();
  const [textAt, setTextAt] = useState<Point>();
  const [referenceLine, setReferenceLine] = useState<ShapeDraft & { kind: "line" }>();
  const box = useSurfaceBox(frame, surface.width / surface.height, fit);
  const view = useBoardView(frame, box?.frame, box?.fitted, zoom !== undefined);
  const grab = useGrab(view !== undefined && view.scale > 1);
  const news = useBoardNews(board, author);
  const selected = selectedId === undefined ? undefined : board.shapes.get(selectedId);

  const context: HandContext = {
    board,
    author,
    pen,
    mayRemove,
    surface: view?.placed ?? surface,
    onOperation,
    onDraft: setDraft,
    onSelect: setSelectedId,
    onTextAt: setTextAt,
    onReferenceLine: setReferenceLine,
  };
  const [hand] = useState(() => new BoardHand(context));
  useLayoutEffect(() => hand.use(context));
  useEffect(() => () => hand.close(), [hand]);

  const { announcement, onKeyDown } = useBoardKeys({ ...context, hand, draft, selected, view, onPen: props.onPen });
  const pan = (dx: number, dy: number) => {
    grab.used();
    view?.pan(dx, dy);
  };

  const finishText = (text: string | undefined) => {
    setTextAt(undefined);
    frame.current?.focus({ preventScroll: true });
    if (text === undefined || textAt === undefined) return;
    const id = newShapeId();
    onOperation({ op: "add", gesture: id, shape: textDraft(id, pen, textAt, text) });
  };
  const finishLength = (answer: Parameters<Parameters<typeof LengthEntry>[0]["onDone"]>[0]) => {
    setReferenceLine(undefined);
    frame.current?.focus({ preventScroll: true });
    if (answer === undefined || referenceLine === undefined) return;
    const shape = referenceDraft(referenceLine, answer.length, answer.unit);
    onOperation({ op: "add", gesture: shape.id, shape });
  };

  const name = `${label}, ${t("board.shapes", { count: board.shapes.size })}`;
  const access = readOnly
    ? { role: "img", "aria-label": name }
    : {
        role: "application",
        "aria-label": name,
        "aria-describedby": help,
        tabIndex: 0,
        onKeyDown: (event: KeyboardEvent) => grab.onKeyDown(event) || onKeyDown(event),
        onKeyUp: grab.onKeyUp,
      };
  const isStill = readOnly && zoom === undefined;

  return (
    <div className={classNames("relative size-full", isStill && "pointer-events-none", props.className)}>
      <div
        ref={frame}
        {...access}
        data-scale={view?.scale}
        className={classNames(
          "relative size-full overflow-hidden focus-visible:outline-none",
          // An outline would lie behind the picture.
          "focus-visible:after:pointer-events-none focus-visible:after:absolute focus-visible:after:inset-0",
          "focus-visible:after:z-30 focus-visible:after:border-2 focus-visible:after:border-accent-text focus-visible:after:content-['']",
        )}
      >
        {box !== undefined && view !== undefined && (
          <>
            {props.children !== undefined && (
              <div className="absolute [&>*]:size-full [&>*]:object-cover" style={view.placed} data-testid="surface">
                {props.children}
              </div>
            )}
            <BoardLayers
              board={board}
              draft={draft ?? (referenceLine && asShape(referenceLine))}
              selected={selected}
              frame={box.frame}
              fitted={box.fitted}
              placed={view.placed}
              pointers={{
                hand: readOnly ? undefined : hand,
                tool: pen.tool,
                grabbing: grab.grabbing,
                onPoint: (at) => !readOnly && pointing?.point(at),
                onPan: pan,
                onZoom: view.zoom,
              }}
              cursor={cursorOf(pen.tool, readOnly ? view.scale > 1 : grab.grabbing, readOnly)}
            />
            {pointing !== undefined && <PointerMarks pointing={pointing} placed={view.placed} />}
            {textAt !== undefined && (
              <TextEntry at={textAt} pen={pen} placed={view.placed} frame={box.frame} onDone={finishText} />
            )}
            {referenceLine !== undefined && (
              <LengthEntry at={referenceLine.to} placed={view.placed} frame={box.frame} onDone={finishLength} />
            )}
          </>
        )}
        {!readOnly && (
          <p id={help} className="sr-only">
            {t("board.keyboard")}
          </p>
        )}
      </div>
      {!readOnly && referenceLine === undefined && <MeasuringStep board={board} tool={pen.tool} />}
      {view !== undefined && zoom !== undefined && <ZoomControls view={view} touch={zoom === "touch"} />}
      <p role="status" className="sr-only">
        {announcement}
      </p>
      <p role="status" className="sr-only">
        {news}
      </p>
    </div>
  );
}

function cursorOf(tool: Pen["tool"], canGrab: boolean, readOnly: boolean): string {
  if (canGrab) return "grab";
  if (readOnly || tool === "select") return "default";
  return tool === "text" ? "text" : "crosshair";
}

/** What to do next for a length by reference. */
function MeasuringStep({ board, tool }: { board: Board; tool: Pen["tool"] }) {
  const { t } = useTranslation();
  if (tool !== "measurement" && tool !== "reference") return null;
  const reference = newestReference(board);
  const text =
    tool === "reference" || reference === undefined
      ? t("board.mark_reference")
      : t("board.mark_length", { length: `${reference.length} ${reference.unit}` });
  return (
    <p
      role="status"
      className="pointer-events-none absolute inset-x-0 top-2 z-10 mx-auto w-fit max-w-[90%] rounded-control bg-black/75 px-3 py-1.5 text-center text-sm text-white"
    >
      {text}
    </p>
  );
}
