import type { Board } from "@nexbasira/core/contract/signalling.ts";
import { canUndo } from "@nexbasira/core/shapes/board.ts";
import { BoardCanvas } from "@nexbasira/ui/board/board-canvas.tsx";
import { BoardToolbar } from "@nexbasira/ui/board/board-toolbar.tsx";
import { newShapeId } from "@nexbasira/ui/board/draft-shape.ts";
import { type Pen, type Tool, toolOfKey } from "@nexbasira/ui/board/tools.ts";
import type { RoomConnection } from "@nexbasira/ui/room/room-connection.ts";
import { useSharedBoard } from "@nexbasira/ui/room/use-shared-board.ts";
import { ToolButton } from "@nexbasira/ui/tool-button.tsx";
import { type ReactNode, useEffect, useEffectEvent } from "react";
import { keyPressOf } from "./keys.ts";

export interface DrawingSurfaceProps {
  connection: RoomConnection;
  board: Board;
  author: string;
  pen: Pen;
  onPen: (change: Partial<Pen>) => void;
  tools: readonly Tool[];
  /** Pixels; only the ratio matters. */
  surface: { width: number; height: number };
  label: string;
  testId: string;
  /** An observer sees what is drawn. */
  readOnly: boolean;
  /** What lies behind. */
  children: ReactNode;
}

/** A board of the room to draw on, its tools below it. Give it the board's id as its key. */
export function DrawingSurface(props: DrawingSurfaceProps) {
  const { connection, board, author, pen, onPen, tools, surface, label, testId, readOnly, children } = props;
  const { view, draw, pointing } = useSharedBoard(connection, board);
  const { undo, redo } = canUndo(view, author);
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (event.defaultPrevented || keyPressOf(event).typing) return;
    const key = event.key.toLowerCase();
    const tool = toolOfKey(event);
    if (tool !== undefined && tools.includes(tool)) onPen({ tool });
    else if ((event.ctrlKey || event.metaKey) && (key === "z" || key === "y")) {
      event.preventDefault();
      draw({ op: key === "y" || event.shiftKey ? "redo" : "undo" });
    }
  });
  useEffect(() => {
    if (readOnly) return;
    const listener = (event: KeyboardEvent) => onKey(event);
    window.addEventListener("keydown", listener);
    return () => window.removeEventListener("keydown", listener);
  }, [readOnly]);
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <div className="min-h-0 flex-1" data-testid={testId} data-board-id={board.board_id}>
        <BoardCanvas
          board={view}
          author={author}
          pen={pen}
          onPen={onPen}
          onOperation={draw}
          surface={surface}
          label={label}
          readOnly={readOnly}
          mayRemove="all"
          zoom="mouse"
          pointing={pointing}
        >
          {children}
        </BoardCanvas>
      </div>
      {!readOnly && (
        <div className="border-t border-line bg-base px-2 py-1">
          <BoardToolbar
            pen={pen}
            onPen={onPen}
            tools={tools}
            canUndo={undo}
            canRedo={redo}
            onUndo={() => draw({ op: "undo" })}
            onRedo={() => draw({ op: "redo" })}
            onClear={{ scope: "all", run: () => draw({ op: "clear", gesture: newShapeId(), scope: "all" }) }}
            button={ToolButton}
          />
        </div>
      )}
    </div>
  );
}
