import type { Point } from "@nexbasira/core/shapes/shape.ts";
import { MAX_TEXT, NOT_XML } from "@nexbasira/core/shapes/shape.ts";
import { LINE_HEIGHT } from "@nexbasira/core/shapes/shape-parts.ts";
import { isRightToLeft } from "@nexbasira/core/shapes/text-direction.ts";
import { useEffect, useId, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { classNames } from "../class-names.ts";
import { COLORS, type Pen, TEXT_SIZE, WIDTHS } from "./tools.ts";
import type { SurfaceBox } from "./use-surface-box.ts";

/** What is left of the field at least, in CSS pixels. */
const FIELD_WIDTH = 120;
/** `KeyboardEvent.keyCode` of a key that the input method takes for itself; Safari tells only so, for the last one. */
const TAKEN_BY_INPUT_METHOD = 229;

const NOT_XML_ALL = new RegExp(NOT_XML, "gu");

export interface TextEntryProps {
  /** Where the text will begin: its top left corner, or the top right one of a text from right to left. */
  at: Point;
  pen: Pen;
  /** Where the surface lies in the frame, and how large that is, in CSS pixels. */
  placed: SurfaceBox;
  frame: { width: number; height: number };
  /** An empty text is dropped. */
  onDone: (text: string | undefined) => void;
}

/** Where a text is written, in the size and the place it will have. */
export function TextEntry({ at, pen, placed, frame, onDone }: TextEntryProps) {
  const { t } = useTranslation();
  const hint = useId();
  const field = useRef<HTMLTextAreaElement>(null);
  const finished = useRef(false);
  useEffect(() => field.current?.focus(), []);
  const finish = (keep: boolean) => {
    // Leaving the field by Enter takes the focus from it, which would finish it a second time.
    if (finished.current) return;
    finished.current = true;
    const text = field.current?.value.replace(/\r\n?/g, "\n").replace(NOT_XML_ALL, "").trim() ?? "";
    onDone(keep && text !== "" ? text : undefined);
  };
  const [isFromRight, setFromRight] = useState(false);
  const place = placed.left + at[0] * placed.width;
  const start = isFromRight
    ? { right: Math.min(frame.width - place, frame.width - FIELD_WIDTH) }
    : { left: Math.min(place, frame.width - FIELD_WIDTH) };
  return (
    <div
      className={classNames("absolute z-20 flex flex-col gap-1", isFromRight && "items-end")}
      style={{ ...start, top: placed.top + at[1] * placed.height }}
    >
      <textarea
        ref={field}
        rows={1}
        dir="auto"
        enterKeyHint="done"
        maxLength={MAX_TEXT}
        aria-label={t("board.text_here")}
        aria-describedby={hint}
        onBlur={() => finish(true)}
        onKeyDown={(event) => {
          event.stopPropagation();
          // Enter and Escape choose and drop a word for who writes Chinese or Japanese.
          if (event.nativeEvent.isComposing || event.keyCode === TAKEN_BY_INPUT_METHOD) return;
          if (event.key === "Escape") finish(false);
          if (event.key === "Enter" && !event.shiftKey) {
            event.preventDefault();
            finish(true);
          }
        }}
        onInput={({ currentTarget }) => {
          currentTarget.rows = currentTarget.value.split("\n").length;
          setFromRight(isRightToLeft(currentTarget.value));
        }}
        className="min-w-40 resize-none rounded-small bg-white/80 px-1 font-semibold outline-2 outline-dashed outline-black"
        style={{
          color: COLORS[pen.color],
          background: pen.color === "white" || pen.color === "yellow" ? "rgb(0 0 0 / 75%)" : undefined,
          fontSize: Math.max(16, WIDTHS[pen.width] * TEXT_SIZE * placed.width),
          lineHeight: LINE_HEIGHT,
        }}
      />
      <p id={hint} className="max-w-64 rounded-small bg-black/75 px-1.5 py-0.5 text-xs text-white">
        {t("board.text_hint")}
      </p>
    </div>
  );
}
