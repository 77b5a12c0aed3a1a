import type { Board } from "@nexbasira/core/shapes/board.ts";
import type { Operation } from "@nexbasira/core/shapes/operation.ts";
import type { Point, Shape, ShapeDraft } from "@nexbasira/core/shapes/shape.ts";
import { type ReactNode, useEffect, useId, useLayoutEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { classNames } from "../class-names.ts";
import { BoardHand, type HandContext } from "./board-hand.ts";
import { BoardLayers } from "./board-layers.tsx";
import { newShapeId, referenceDraft, textDraft } from "./draft-shape.ts";
import { LengthEntry } from "./length-entry.tsx";
import { TextEntry } from "./text-entry.tsx";
import type { Pen } from "./tools.ts";
import { useBoardKeys } from "./use-board-keys.ts";
import { useSurfaceBox } from "./use-surface-box.ts";

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
  /** Nothing can be drawn, and pointers reach what is behind. */
  readOnly?: boolean;
  /** Which shapes the eraser and Delete take away. */
  mayRemove: "own" | "all";
  className?: string;
}

/** A surface to draw on, over a picture or alone. It fills its parent, which must have a size. */
export function BoardCanvas(props: BoardCanvasProps) {
  const { board, author, pen, onOperation, surface, fit = "contain", label, readOnly = false, mayRemove } = props;
  const { t } = useTranslation();
  const help = useId();
  const frame = useRef<HTMLDivElement>(null);
  const [draft, setDraft] = useState<Shape>();
  const [selectedId, setSelectedId] = useState<string>();
  const [textAt, setTextAt] = useState<Point>();
  const [referenceLine, setReferenceLine] = useState<ShapeDraft & { kind: "line" }>();
  const aspect = surface.width / surface.height;
  const box = useSurfaceBox(frame, aspect, fit);
  const selected = selectedId === undefined ? undefined : board.shapes.get(selectedId);

  const context: HandContext = {
    board,
    author,
    pen,
    mayRemove,
    surface: box ?? surface,
    onOperation,
    onDraft: setDraft,
    onSelect: setSelectedId,
    onTextAt: setTextAt,
    onReferenceLine: setReferenceLine,
  };
  const [hand] = useState(() => new BoardHand(context));
  useLayoutEffect(() => hand.use(context));
  useEffect(() => () => hand.close(), [hand]);

  const { announcement, onKeyDown } = useBoardKeys({ ...context, hand, draft, selected, onPen: props.onPen });

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
    : { role: "application", "aria-label": name, "aria-describedby": help, tabIndex: 0, onKeyDown };

  return (
    <div
      ref={frame}
      {...access}
      className={classNames(
        "relative size-full overflow-hidden focus-visible:outline-none",
        // An outline would lie behind the picture.
        "focus-visible:after:pointer-events-none focus-visible:after:absolute focus-visible:after:inset-0",
        "focus-visible:after:border-2 focus-visible:after:border-accent-text focus-visible:after:content-['']",
        readOnly && "pointer-events-none",
        props.className,
      )}
    >
      {box !== undefined && (
        <div className="absolute" style={box}>
          {props.children !== undefined && (
            <div className="absolute inset-0 [&>*]:size-full [&>*]:object-cover">{props.children}</div>
          )}
          <BoardLayers
            board={board}
            draft={draft ?? referenceDraftShape(referenceLine)}
            selected={selected}
            box={box}
            hand={readOnly ? undefined : hand}
            cursor={pen.tool === "select" ? "default" : pen.tool === "text" ? "text" : "crosshair"}
          />
          {textAt !== undefined && <TextEntry at={textAt} pen={pen} surface={box} onDone={finishText} />}
          {referenceLine !== undefined && <LengthEntry at={referenceLine.to} surface={box} onDone={finishLength} />}
        </div>
      )}
      {!readOnly && (
        <p id={help} className="sr-only">
          {t("board.keyboard")}
        </p>
      )}
      <p role="status" className="sr-only">
        {announcement}
      </p>
    </div>
  );
}

function referenceDraftShape(line: (ShapeDraft & { kind: "line" }) | undefined): Shape | undefined {
  if (line === undefined) return undefined;
  return { ...line, author: "", created_at: "", updated_at: "", z: 0 };
}
