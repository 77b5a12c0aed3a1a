import { applyOperation, type Board, EMPTY_BOARD } from "@nexbasira/core/shapes/board.ts";
import type { Operation } from "@nexbasira/core/shapes/operation.ts";
import { BoardCanvas } from "@nexbasira/ui/board/board-canvas.tsx";
import type { Pen } from "@nexbasira/ui/board/tools.ts";
import { useTranslation } from "react-i18next";
import { SIGNATURE_SURFACE } from "./signature-strokes.ts";

/** Whoever signs is known to the room; on this page the strokes have one author. */
const AUTHOR = "signer";
const PEN: Pen = { tool: "freehand", color: "black", width: "medium", stamp: "check" };
const keepPen = (): void => undefined;

/** White in both themes, as the paper it ends up on. */
export function SignatureField({
  board,
  onBoard,
}: {
  board: Board;
  onBoard: (change: (board: Board) => Board) => void;
}) {
  const { t } = useTranslation("participant");
  const draw = (operation: Operation): void => {
    const context = { author: AUTHOR, at: new Date().toISOString() };
    onBoard((before) => applyOperation(before, operation, context));
  };
  return (
    <div
      data-testid="signature-field"
      className="relative aspect-3/1 w-full touch-none overflow-hidden rounded-surface border border-control bg-white"
    >
      {board === EMPTY_BOARD && (
        <p
          aria-hidden
          className="pointer-events-none absolute inset-x-6 bottom-4 border-t border-black/40 pt-1 text-sm text-black/70"
        >
          {t("sign.here")}
        </p>
      )}
      <BoardCanvas
        board={board}
        author={AUTHOR}
        pen={PEN}
        onPen={keepPen}
        onOperation={draw}
        surface={SIGNATURE_SURFACE}
        label={t("sign.field")}
        mayRemove="own"
        className="absolute inset-0"
      />
    </div>
  );
}
