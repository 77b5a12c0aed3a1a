import { Avatar } from "@nexbasira/ui/avatar.tsx";
import { classNames } from "@nexbasira/ui/class-names.ts";
import { MediaPlayer } from "@nexbasira/ui/room/media-player.tsx";
import { VisuallyHidden } from "@nexbasira/ui/visually-hidden.tsx";
import { MicOff } from "lucide-react";
import { type PointerEvent, useRef, useState } from "react";
import { useTranslation } from "react-i18next";

const CORNERS = ["top-right", "bottom-right", "bottom-left", "top-left"] as const;
type Corner = (typeof CORNERS)[number];

const PLACES: Record<Corner, string> = {
  "top-right": "top-0 right-0",
  "bottom-right": "bottom-0 right-0",
  "bottom-left": "bottom-0 left-0",
  "top-left": "top-0 left-0",
};

export interface InspectorWindowProps {
  name: string;
  /** Null while their camera is off. */
  stream: MediaStream | null;
  muted: boolean;
  unreachable: boolean;
}

/** The inspector, small, in a corner: dragged to another with a finger, or sent on by a tap or a key. */
export function InspectorWindow({ name, stream, muted, unreachable }: InspectorWindowProps) {
  const { t } = useTranslation("participant");
  const [corner, setCorner] = useState<Corner>("top-right");
  const { offset, dragging, moved, handlers } = useDrag(setCorner);
  const next = (): void => setCorner((now) => CORNERS[(CORNERS.indexOf(now) + 1) % CORNERS.length] ?? "top-right");
  return (
    <button
      type="button"
      {...handlers}
      onClick={(event) => {
        // A drag ends with a click of its own; a real one, or a key, has not moved.
        if (event.detail === 0 || !moved()) next();
      }}
      style={{ transform: `translate(${offset.x}px, ${offset.y}px)` }}
      className={classNames(
        "pointer-events-auto absolute flex h-36 w-27 touch-none flex-col overflow-hidden rounded-surface bg-raised shadow-float",
        !dragging && "transition-transform",
        PLACES[corner],
      )}
    >
      {stream === null ? (
        <span aria-hidden className="flex flex-1 items-center justify-center">
          <Avatar name={name} size="large" />
        </span>
      ) : (
        <MediaPlayer
          kind="video"
          stream={stream}
          testId="inspector-video"
          label={name}
          className={classNames("min-h-0 flex-1 object-cover", unreachable && "opacity-40")}
        />
      )}
      <span className="absolute inset-x-0 bottom-0 flex items-center gap-1 bg-black/60 px-2 py-1 text-xs text-white">
        {muted && <MicOff size={12} aria-label={t("live.inspector_muted")} className="shrink-0" />}
        <span className="truncate">{unreachable ? t("live.inspector_unreachable") : name}</span>
        <VisuallyHidden>{t("live.inspector_window")}</VisuallyHidden>
      </span>
    </button>
  );
}

/** Follows a finger and lets go in the nearest corner of the parent. */
function useDrag(onCorner: (corner: Corner) => void) {
  const [offset, setOffset] = useState({ x: 0, y: 0 });
  const [dragging, setDragging] = useState(false);
  const start = useRef<{ x: number; y: number } | null>(null);
  const far = useRef(false);
  const end = (event: PointerEvent<HTMLElement>): void => {
    if (start.current === null) return;
    start.current = null;
    setDragging(false);
    setOffset({ x: 0, y: 0 });
    const area = event.currentTarget.parentElement?.getBoundingClientRect();
    const box = event.currentTarget.getBoundingClientRect();
    if (!far.current || area === undefined) return;
    const side = box.x + box.width / 2 < area.x + area.width / 2 ? "left" : "right";
    const height = box.y + box.height / 2 < area.y + area.height / 2 ? "top" : "bottom";
    onCorner(`${height}-${side}`);
  };
  const handlers = {
    onPointerDown: (event: PointerEvent<HTMLElement>): void => {
      event.currentTarget.setPointerCapture(event.pointerId);
      start.current = { x: event.clientX, y: event.clientY };
      far.current = false;
      setDragging(true);
    },
    onPointerMove: (event: PointerEvent<HTMLElement>): void => {
      if (start.current === null) return;
      const moved = { x: event.clientX - start.current.x, y: event.clientY - start.current.y };
      if (Math.hypot(moved.x, moved.y) > 8) far.current = true;
      setOffset(moved);
    },
    onPointerUp: end,
    onPointerCancel: end,
  };
  return { offset, dragging, moved: () => far.current, handlers };
}
