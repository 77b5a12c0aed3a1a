import type { Board } from "@nexbasira/core/contract/signalling.ts";
import { type Pen, TOOLS, type Tool } from "@nexbasira/ui/board/tools.ts";
import { MediaPlayer } from "@nexbasira/ui/room/media-player.tsx";
import type { RoomConnection } from "@nexbasira/ui/room/room-connection.ts";
import type { RefObject } from "react";
import { useTranslation } from "react-i18next";
import { DrawingSurface } from "./drawing-surface.tsx";
import { useVideoSize } from "./use-video-size.ts";

/** Over a moving picture nothing is measured and nothing is stamped. */
const LIVE_TOOLS: readonly Tool[] = TOOLS.filter((tool) =>
  ["pointer", "freehand", "arrow", "rectangle", "ellipse", "text", "eraser"].includes(tool),
);

export interface PictureStageProps {
  connection: RoomConnection;
  stream: MediaStream;
  video: RefObject<HTMLVideoElement | null>;
  /** Drawing over the picture; undefined until the room has its board. */
  board: Board | undefined;
  author: string;
  pen: Pen;
  onPen: (change: Partial<Pen>) => void;
  readOnly: boolean;
}

/** The picture from the field, large, with the drawing that both sides see on it. */
export function PictureStage(props: PictureStageProps) {
  const { connection, stream, video, board, author, pen, onPen, readOnly } = props;
  const { t } = useTranslation("console");
  const size = useVideoSize(video, stream);
  const player = (
    <MediaPlayer
      ref={video}
      kind="video"
      stream={stream}
      testId="field-video"
      label={t("live.picture")}
      className="size-full object-contain"
    />
  );
  if (board === undefined) return <div className="min-h-0 flex-1">{player}</div>;
  return (
    <DrawingSurface
      key={board.board_id}
      connection={connection}
      board={board}
      author={author}
      pen={pen}
      onPen={onPen}
      tools={LIVE_TOOLS}
      surface={size}
      label={t("live.draw_on_picture")}
      testId="live-canvas"
      readOnly={readOnly}
    >
      {player}
    </DrawingSurface>
  );
}
