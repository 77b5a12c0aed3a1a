import type { EvidenceItem } from "@nexbasira/core/contract/evidence.ts";
import type { Board as RoomBoard } from "@nexbasira/core/contract/signalling.ts";
import { canUndo } from "@nexbasira/core/shapes/board.ts";
import { BoardCanvas } from "@nexbasira/ui/board/board-canvas.tsx";
import { COLORS, type ColorName } from "@nexbasira/ui/board/tools.ts";
import { usePen } from "@nexbasira/ui/board/use-pen.ts";
import { Button } from "@nexbasira/ui/button.tsx";
import { classNames } from "@nexbasira/ui/class-names.ts";
import { IconButton } from "@nexbasira/ui/icon-button.tsx";
import type { RoomConnection } from "@nexbasira/ui/room/room-connection.ts";
import { useSharedBoard } from "@nexbasira/ui/room/use-shared-board.ts";
import { ArrowUpRight, Eraser, type LucideIcon, Pencil, Pointer, Type, Undo2, Video } from "lucide-react";
import { useTranslation } from "react-i18next";

export interface BoardViewProps {
  board: RoomBoard;
  room: RoomConnection;
  /** The snapshot under an annotation; undefined until its picture can be shown. */
  item: EvidenceItem | undefined;
  onClose: () => void;
}

/** A board in the place of the live picture: a whiteboard for both to draw on, or the inspector's notes on a photo. */
export function BoardView({ board, room, item, onClose }: BoardViewProps) {
  const { t } = useTranslation("participant");
  const { view, draw, pointing } = useSharedBoard(room, board);
  const [pen, onPen] = usePen();
  const author = room.getSnapshot().room?.self.participant_id ?? "";
  const own = board.kind === "whiteboard";
  const picture = item?.preview_url ?? item?.content_url;
  return (
    <section
      className="absolute inset-0 flex flex-col bg-sunken"
      aria-label={t(`board.${own ? "whiteboard" : "photo"}`)}
    >
      <header className="flex items-center justify-between gap-3 pt-[max(0.5rem,env(safe-area-inset-top))] pr-2 pb-2 pl-4">
        <h2 className="truncate font-semibold">{t(`board.${own ? "whiteboard" : "photo"}`)}</h2>
        <Button size="touch" icon={Video} onClick={onClose} data-testid="board-close" className="shrink-0">
          {t("board.back")}
        </Button>
      </header>
      <div className="min-h-0 flex-1 px-2" data-testid="board-canvas" data-board-id={board.board_id}>
        <BoardCanvas
          board={view}
          author={author}
          pen={pen}
          onPen={onPen}
          onOperation={draw}
          surface={board}
          label={t("live.drawing")}
          readOnly={!own}
          mayRemove="own"
          zoom="touch"
          pointing={pointing}
        >
          {own ? (
            <div className="bg-white" />
          ) : picture === undefined ? (
            <div className="flex items-center justify-center bg-black text-white">
              <p className="max-w-60 text-center text-sm">{t("board.coming")}</p>
            </div>
          ) : (
            <img src={picture} alt={t("board.photo")} />
          )}
        </BoardCanvas>
      </div>
      {own && (
        <div className="flex items-center justify-center gap-1 p-2" role="toolbar" aria-label={t("board.tools")}>
          {TOOLS.map(({ tool, icon }) => (
            <IconButton
              key={tool}
              icon={icon}
              size="touch"
              label={t(`tool.${tool}`)}
              pressed={pen.tool === tool}
              onClick={() => onPen({ tool })}
            />
          ))}
          <ColorButton color={pen.color} onColor={(color) => onPen({ color })} />
          <IconButton
            icon={Undo2}
            size="touch"
            label={t("tool.undo")}
            disabled={!canUndo(view, author).undo}
            onClick={() => draw({ op: "undo" })}
          />
        </div>
      )}
    </section>
  );
}

/** The few that a thumb can use; the inspector has all of them. */
const TOOLS: { tool: "pointer" | "freehand" | "arrow" | "text" | "eraser"; icon: LucideIcon }[] = [
  { tool: "pointer", icon: Pointer },
  { tool: "freehand", icon: Pencil },
  { tool: "arrow", icon: ArrowUpRight },
  { tool: "text", icon: Type },
  { tool: "eraser", icon: Eraser },
];

const CYCLE: ColorName[] = ["red", "blue", "black"];

/** One button for the colour: each press takes the next. */
function ColorButton({ color, onColor }: { color: ColorName; onColor: (color: ColorName) => void }) {
  const { t } = useTranslation();
  return (
    <button
      type="button"
      aria-label={`${t("board.color")}: ${t(`board.colors.${color}`)}`}
      onClick={() => onColor(CYCLE[(CYCLE.indexOf(color) + 1) % CYCLE.length] ?? "red")}
      className="inline-flex size-12 items-center justify-center rounded-control hover:bg-hover"
    >
      <span
        className={classNames("size-6 rounded-full border-2 border-line")}
        style={{ backgroundColor: COLORS[color] }}
      />
    </button>
  );
}
