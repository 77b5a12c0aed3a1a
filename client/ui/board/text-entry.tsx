import type { Point } from "@nexbasira/core/shapes/shape.ts";
import { MAX_TEXT, NOT_XML } from "@nexbasira/core/shapes/shape.ts";
import { LINE_HEIGHT } from "@nexbasira/core/shapes/shape-parts.ts";
import { useEffect, useId, useRef } from "react";
import { useTranslation } from "react-i18next";
import { COLORS, type Pen, TEXT_SIZE, WIDTHS } from "./tools.ts";

const NOT_XML_ALL = new RegExp(NOT_XML, "gu");

export interface TextEntryProps {
  /** Where the text's top left corner will be. */
  at: Point;
  pen: Pen;
  /** The surface in CSS pixels. */
  surface: { width: number; height: number };
  /** An empty text is dropped. */
  onDone: (text: string | undefined) => void;
}

/** Where a text is written, in the size and the place it will have. */
export function TextEntry({ at, pen, surface, onDone }: TextEntryProps) {
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
  const left = Math.min(at[0] * surface.width, surface.width - 120);
  return (
    <div className="absolute z-10 flex flex-col gap-1" style={{ left, top: at[1] * surface.height }}>
      <textarea
        ref={field}
        rows={1}
        maxLength={MAX_TEXT}
        aria-label={t("board.text_here")}
        aria-describedby={hint}
        onBlur={() => finish(true)}
        onKeyDown={(event) => {
          event.stopPropagation();
          if (event.key === "Escape") finish(false);
          if (event.key === "Enter" && !event.shiftKey && !event.nativeEvent.isComposing) {
            event.preventDefault();
            finish(true);
          }
        }}
        onInput={({ currentTarget }) => {
          currentTarget.rows = currentTarget.value.split("\n").length;
        }}
        className="min-w-40 resize-none rounded-small bg-white/80 px-1 font-semibold outline-2 outline-dashed outline-black"
        style={{
          color: COLORS[pen.color],
          background: pen.color === "white" || pen.color === "yellow" ? "rgb(0 0 0 / 75%)" : undefined,
          fontSize: Math.max(16, WIDTHS[pen.width] * TEXT_SIZE * surface.width),
          lineHeight: LINE_HEIGHT,
        }}
      />
      <p id={hint} className="max-w-64 rounded-small bg-black/75 px-1.5 py-0.5 text-xs text-white">
        {t("board.text_hint")}
      </p>
    </div>
  );
}
