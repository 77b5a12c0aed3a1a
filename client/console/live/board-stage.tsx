import type { EvidenceItem } from "@nexbasira/core/contract/evidence.ts";
import type { Board } from "@nexbasira/core/contract/signalling.ts";
import { boardAsPng, boardAsSvg, saveFile } from "@nexbasira/ui/board/export-board.ts";
import { type Pen, TOOLS } from "@nexbasira/ui/board/tools.ts";
import { Button } from "@nexbasira/ui/button.tsx";
import { formatTime } from "@nexbasira/ui/format.ts";
import { boardLineOf } from "@nexbasira/ui/room/board-line.ts";
import type { RoomConnection } from "@nexbasira/ui/room/room-connection.ts";
import { Tooltip } from "@nexbasira/ui/tooltip.tsx";
import { useLanguage } from "@nexbasira/ui/use-language.ts";
import { Download, FilePlus2, Save, Video } from "lucide-react";
import { type RefObject, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useLastingUrl } from "../items/use-lasting-url.ts";
import { DrawingSurface } from "./drawing-surface.tsx";
import type { Boards } from "./use-boards.ts";

export interface BoardStageProps {
  connection: RoomConnection;
  board: Board;
  /** The photo under an annotation. */
  item: EvidenceItem | undefined;
  boards: Boards;
  author: string;
  pen: Pen;
  onPen: (change: Partial<Pen>) => void;
  readOnly: boolean;
}

/** A whiteboard, or the drawing over a photo, in the place of the live picture. */
export function BoardStage(props: BoardStageProps) {
  const { connection, board, item, boards, author, pen, onPen, readOnly } = props;
  const { t } = useTranslation("console");
  const { t: common } = useTranslation();
  const language = useLanguage();
  const isWhiteboard = board.kind === "whiteboard";
  const picture = useRef<HTMLImageElement>(null);
  const title = isWhiteboard
    ? t("kinds.whiteboard")
    : t("live.annotation_of", { time: item === undefined ? "" : formatTime(item.captured_at, language, true) });
  const download = async (format: "svg" | "png") => {
    const words = { derived: common("board.derived"), reference: common("board.reference_word") };
    const drawn = { ...board, board: boardLineOf(connection, board).getView(), title, words, picture: picture.current };
    saveFile(format === "svg" ? boardAsSvg(drawn) : await boardAsPng(drawn), `${board.board_id}.${format}`);
  };
  return (
    <>
      <header className="flex shrink-0 items-center gap-2 border-b border-line bg-base px-3 py-1.5">
        <h2 className="min-w-0 flex-1 truncate text-sm font-semibold">{title}</h2>
        {(["svg", "png"] as const).map((format) => (
          <Button
            key={format}
            size="small"
            variant="quiet"
            icon={Download}
            aria-label={t("live.board_download", { format: format.toUpperCase() })}
            data-testid={`download-${format}`}
            onClick={() => void download(format)}
          >
            {format.toUpperCase()}
          </Button>
        ))}
        {!readOnly && (
          <>
            {isWhiteboard && (
              <Button size="small" variant="quiet" icon={FilePlus2} onClick={boards.addWhiteboard}>
                {t("live.board_new")}
              </Button>
            )}
            <Tooltip label={t("live.board_save")} shortcut="S">
              <Button
                size="small"
                variant="primary"
                icon={Save}
                busy={boards.saving}
                data-testid="save-board"
                aria-keyshortcuts="S"
                onClick={boards.save}
              >
                {t("live.board_save")}
              </Button>
            </Tooltip>
            <Tooltip label={t("live.back")} shortcut="Escape">
              <Button
                size="small"
                icon={Video}
                data-testid="back-to-live"
                aria-keyshortcuts="Escape"
                onClick={() => boards.show(null)}
              >
                {t("live.back")}
              </Button>
            </Tooltip>
          </>
        )}
      </header>
      <DrawingSurface
        key={board.board_id}
        connection={connection}
        board={board}
        author={author}
        pen={pen}
        onPen={onPen}
        tools={TOOLS}
        surface={board}
        label={title}
        testId="board-canvas"
        readOnly={readOnly}
      >
        {isWhiteboard ? <div className="bg-white" /> : <Photo item={item} picture={picture} />}
      </DrawingSurface>
    </>
  );
}

function Photo({ item, picture }: { item: EvidenceItem | undefined; picture: RefObject<HTMLImageElement | null> }) {
  const { t } = useTranslation("console");
  const address = item === undefined ? null : (item.preview_url ?? item.content_url);
  const url = useLastingUrl(`${item?.id}/${item?.preview_url !== null}`, address);
  if (url === null) {
    return (
      <div className="flex items-center justify-center bg-black">
        <p className="text-sm text-muted">{t("live.photo_coming")}</p>
      </div>
    );
  }
  return <img ref={picture} src={url} alt={t("kinds.snapshot")} draggable={false} />;
}
