import { canUndo } from "@nexbasira/core/shapes/board.ts";
import { drawSvg } from "@nexbasira/core/shapes/draw-svg.ts";
import type { BoardEntry } from "@nexbasira/core/shapes/operation.ts";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { BoardCanvas } from "../board/board-canvas.tsx";
import { BoardToolbar } from "../board/board-toolbar.tsx";
import { SharedBoard } from "../board/shared-board.ts";
import { TOOLS } from "../board/tools.ts";
import { usePen } from "../board/use-pen.ts";
import { Button } from "../button.tsx";
import { PositionDrawing } from "../map/position-drawing.tsx";
import { ToolButton } from "../tool-button.tsx";
import { sampleEntries, strokeEntries } from "./sample-board.ts";

const SURFACE = { width: 1_600, height: 1_000 };
const POSITIONS = [
  { id: "a", label: "12:03", latitude: 49.19522, longitude: 16.60796, accuracyM: 6 },
  { id: "b", label: "12:05", latitude: 49.1955, longitude: 16.6084, accuracyM: 12 },
  { id: "c", label: "12:11", latitude: 49.19505, longitude: 16.60815, accuracyM: 25 },
  { id: "d", label: "12:12", latitude: 49.19507, longitude: 16.60817, accuracyM: 5 },
];

export function BoardPart() {
  const { t } = useTranslation();
  const [pen, setPen] = usePen();
  const [board, setBoard] = useState(() => new SharedBoard("me", sampleEntries(), () => undefined).view);
  const [shared, setShared] = useState(() => new SharedBoard("me", sampleEntries(), setBoard));
  const [chosen, setChosen] = useState("b");
  const load = (entries: (BoardEntry & { sequence: number })[]) => {
    const next = new SharedBoard("me", entries, setBoard);
    setShared(next);
    setBoard(next.view);
  };
  const { undo, redo } = canUndo(board, "me");
  const draw = (operation: BoardEntry["operation"]) => void shared.draw(operation);
  const svg =
    board.shapes.size > 200 ? "" : drawSvg(board, { ...SURFACE, title: "Board", background: { color: "#ffffff" } });
  return (
    <div className="grid items-start gap-4 lg:grid-cols-2">
      <div className="flex flex-col gap-2 lg:col-span-2">
        <BoardToolbar
          pen={pen}
          onPen={setPen}
          tools={TOOLS}
          canUndo={undo}
          canRedo={redo}
          onUndo={() => draw({ op: "undo" })}
          onRedo={() => draw({ op: "redo" })}
          onClear={{ run: () => draw({ op: "clear", gesture: `clear${Date.now()}`, scope: "all" }), scope: "all" }}
          button={ToolButton}
        />
        <div className="h-[60vh] overflow-hidden rounded-surface border border-line bg-black" data-test="board">
          <BoardCanvas
            board={board}
            author="me"
            pen={pen}
            onPen={setPen}
            onOperation={draw}
            surface={SURFACE}
            label={t("board.label")}
            mayRemove="all"
          >
            <div className="bg-white" />
          </BoardCanvas>
        </div>
        <div className="flex gap-2">
          <Button size="small" onClick={() => load(strokeEntries(5_000))}>
            5,000
          </Button>
        </div>
      </div>
      <img
        alt=""
        src={`data:image/svg+xml,${encodeURIComponent(svg)}`}
        className="w-full rounded-surface border border-line"
      />
      <PositionDrawing positions={POSITIONS} chosenId={chosen} onChoose={setChosen} />
      <BoardToolbar
        className="lg:col-span-2"
        touch
        pen={pen}
        onPen={setPen}
        tools={["freehand", "arrow", "ellipse", "text", "eraser"]}
        canUndo={undo}
        canRedo={redo}
        onUndo={() => draw({ op: "undo" })}
        onRedo={() => draw({ op: "redo" })}
      />
    </div>
  );
}
