import type { Board as RoomBoard } from "@nexbasira/core/contract/signalling.ts";
import { BoardCanvas } from "@nexbasira/ui/board/board-canvas.tsx";
import { usePen } from "@nexbasira/ui/board/use-pen.ts";
import { MediaPlayer } from "@nexbasira/ui/room/media-player.tsx";
import type { RoomConnection } from "@nexbasira/ui/room/room-connection.ts";
import { useSharedBoard } from "@nexbasira/ui/room/use-shared-board.ts";
import { useCallback, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { PhoneMedia } from "./phone-media.ts";
import { pictureFit } from "./picture-fit.ts";
import { usePinchZoom } from "./use-pinch-zoom.ts";

interface Size {
  width: number;
  height: number;
}

export interface OwnPictureProps {
  stream: MediaStream;
  /** The picture of one moment, which lies over the live one while it is held. */
  held: MediaStream | null;
  media: PhoneMedia;
  room: RoomConnection;
  /** The drawing over the live picture, if there is one. */
  drawing: RoomBoard | undefined;
}

/** The phone's own camera as the inspector sees it, with what is drawn over it. */
export function OwnPicture({ stream, held, media, room, drawing }: OwnPictureProps) {
  const { t } = useTranslation("participant");
  const frame = useRef<HTMLDivElement>(null);
  const { picture, fit, videoRef } = usePictureSize(frame, media);
  const pinch = usePinchZoom(media);
  const place = `absolute inset-0 size-full ${fit === "cover" ? "object-cover" : "object-contain"}`;
  return (
    <div ref={frame} {...pinch} className="absolute inset-0 touch-none bg-black">
      <MediaPlayer
        ref={videoRef}
        kind="video"
        stream={stream}
        testId="own-video"
        label={t("live.own_picture")}
        className={place}
      />
      {held !== null && <MediaPlayer kind="video" stream={held} testId="held-video" className={place} />}
      {drawing !== undefined && picture !== null && (
        <LiveDrawing key={drawing.board_id} board={drawing} room={room} surface={picture} fit={fit} />
      )}
    </div>
  );
}

function LiveDrawing({
  board,
  room,
  surface,
  fit,
}: {
  board: RoomBoard;
  room: RoomConnection;
  surface: Size;
  fit: "cover" | "contain";
}) {
  const { t } = useTranslation("participant");
  const { view, draw, pointing } = useSharedBoard(room, board);
  const [pen, onPen] = usePen();
  return (
    <div className="pointer-events-none absolute inset-0" data-testid="live-drawing">
      <BoardCanvas
        readOnly
        board={view}
        author=""
        pen={pen}
        onPen={onPen}
        onOperation={draw}
        surface={surface}
        fit={fit}
        label={t("live.drawing")}
        mayRemove="own"
        pointing={pointing}
      />
    </div>
  );
}

/** Follows the picture's size, which changes with the lens and the phone's turning, and how it lies in its frame. */
function usePictureSize(frame: React.RefObject<HTMLDivElement | null>, media: PhoneMedia) {
  const [picture, setPicture] = useState<Size | null>(null);
  const [fit, setFit] = useState<"cover" | "contain">("cover");
  const [video, setVideo] = useState<HTMLVideoElement | null>(null);
  const videoRef = useCallback(
    (element: HTMLVideoElement | null) => {
      media.setVideo(element);
      setVideo(element);
    },
    [media],
  );
  useEffect(() => {
    const element = frame.current;
    if (element === null || video === null) return;
    const measure = (): void => {
      const { videoWidth: width, videoHeight: height } = video;
      if (width === 0 || height === 0) return;
      setPicture((before) => (before?.width === width && before.height === height ? before : { width, height }));
      setFit(pictureFit({ width: element.clientWidth, height: element.clientHeight }, { width, height }));
    };
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    video.addEventListener("resize", measure);
    video.addEventListener("loadedmetadata", measure);
    return () => {
      observer.disconnect();
      video.removeEventListener("resize", measure);
      video.removeEventListener("loadedmetadata", measure);
    };
  }, [frame, video]);
  return { picture, fit, videoRef };
}
