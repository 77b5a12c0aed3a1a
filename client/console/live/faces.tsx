import { MediaPlayer } from "@nexbasira/ui/room/media-player.tsx";
import { type PointerEvent, type ReactNode, type RefObject, useRef, useState } from "react";

/** A picture in the corner: one's own camera, somebody else's, or the field while a board is shown. */
export interface Face {
  key: string;
  stream: MediaStream;
  label: string;
  testId?: string;
  mirrored?: boolean;
  /** Where the element is to be found. */
  video?: RefObject<HTMLVideoElement | null>;
}

/** Small pictures over the stage, which can be moved out of the way. */
export function Faces({ faces }: { faces: readonly Face[] }) {
  if (faces.length === 0) return null;
  return (
    <Movable>
      {faces.map(({ key, stream, label, testId, mirrored = false, video }) => (
        <figure key={key} className="relative overflow-hidden rounded-surface bg-black shadow-float">
          <MediaPlayer
            kind="video"
            stream={stream}
            label={label}
            {...(testId !== undefined && { testId })}
            {...(video !== undefined && { ref: video })}
            className={`aspect-4/3 w-40 object-cover ${mirrored ? "-scale-x-100" : ""}`}
          />
          <figcaption className="absolute inset-x-0 bottom-0 truncate bg-black/55 px-2 py-0.5 text-xs text-white">
            {label}
          </figcaption>
        </figure>
      ))}
    </Movable>
  );
}

/** Where nothing of a board's header is covered, in pixels. */
const BELOW_HEADER = 56;

/** Follows the pointer while it is dragged, and stays within the stage. */
function Movable({ children }: { children: ReactNode }) {
  const box = useRef<HTMLDivElement>(null);
  const grip = useRef<{ x: number; y: number }>(undefined);
  const [place, setPlace] = useState<{ left: number; top: number }>();
  const start = (event: PointerEvent<HTMLDivElement>) => {
    const { left, top } = event.currentTarget.getBoundingClientRect();
    grip.current = { x: event.clientX - left, y: event.clientY - top };
    event.currentTarget.setPointerCapture(event.pointerId);
  };
  const move = (event: PointerEvent<HTMLDivElement>) => {
    const parent = box.current?.offsetParent?.getBoundingClientRect();
    if (grip.current === undefined || parent === undefined) return;
    const { offsetWidth, offsetHeight } = event.currentTarget;
    const within = (value: number, most: number) => Math.max(0, Math.min(value, most));
    setPlace({
      left: within(event.clientX - parent.left - grip.current.x, parent.width - offsetWidth),
      top: within(event.clientY - parent.top - grip.current.y, parent.height - offsetHeight),
    });
  };
  const stop = () => {
    grip.current = undefined;
  };
  return (
    <div
      ref={box}
      onPointerDown={start}
      onPointerMove={move}
      onPointerUp={stop}
      onPointerCancel={stop}
      className="absolute z-10 flex cursor-grab touch-none flex-col gap-2 active:cursor-grabbing"
      style={place ?? { right: 12, top: BELOW_HEADER }}
    >
      {children}
    </div>
  );
}
