import type { QueueSnapshot } from "@nexbasira/ui/capture/capture-queue.ts";
import { useEffect, useRef, useState } from "react";
import { useObjectUrl } from "./use-object-url.ts";

/** The flash of a photo, and its picture on the way to the stack; also where the inspector took it. */
export function PhotoFlight({ captures }: { captures: QueueSnapshot }) {
  const newest = captures.records.at(-1);
  const seen = useRef(newest?.capture_id);
  const [flying, setFlying] = useState<{ id: string; picture: Blob | null } | null>(null);
  const url = useObjectUrl(flying?.picture ?? null);
  useEffect(() => {
    if (newest === undefined || newest.capture_id === seen.current) return;
    // What was there when the page opened was taken before.
    const first = seen.current === undefined && newest.device_order > 1;
    seen.current = newest.capture_id;
    if (!first && newest.kind === "snapshot") setFlying({ id: newest.capture_id, picture: newest.thumbnail });
  }, [newest]);
  useEffect(() => {
    // The small picture is made while the photo is already kept and sent.
    if (newest?.thumbnail == null) return;
    const { capture_id, thumbnail } = newest;
    setFlying((now) => (now?.id === capture_id && now.picture === null ? { id: capture_id, picture: thumbnail } : now));
  }, [newest]);
  if (flying === null) return null;
  return (
    <div key={flying.id} aria-hidden className="pointer-events-none absolute inset-0 z-10">
      <div className="absolute inset-0 photo-flash bg-white" />
      {url !== null && (
        <img
          src={url}
          alt=""
          className="absolute inset-0 m-auto h-1/2 photo-fly rounded-surface border-4 border-white object-cover"
          onAnimationEnd={() => setFlying(null)}
        />
      )}
    </div>
  );
}
