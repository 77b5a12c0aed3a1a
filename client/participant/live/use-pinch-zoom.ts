import { useRef } from "react";
import { CameraRefused } from "./phone-camera.ts";
import type { PhoneMedia } from "./phone-media.ts";
import { usePinch } from "./use-pinch.ts";

/** Zooms the camera with two fingers. A camera takes its time: only the newest wish is kept for when it is done. */
export function usePinchZoom(media: PhoneMedia): ReturnType<typeof usePinch> {
  const from = useRef<number | null>(null);
  const wish = useRef<number | null>(null);
  const busy = useRef(false);
  const follow = async (): Promise<void> => {
    if (busy.current) return;
    busy.current = true;
    try {
      for (let factor = wish.current; factor !== null; factor = wish.current) {
        wish.current = null;
        await media.camera.setZoom(factor);
      }
    } catch (error) {
      // The camera went away under the fingers, or does not follow them: what it shows is seen.
      if (!(error instanceof CameraRefused)) throw error;
    } finally {
      busy.current = false;
    }
  };
  return usePinch({
    onStart: () => {
      from.current = media.getSnapshot().settings?.zoom?.factor ?? null;
    },
    onPinch: (ratio) => {
      const zoom = media.getSnapshot().settings?.zoom;
      if (from.current === null || zoom == null) return;
      wish.current = Math.min(zoom.most, Math.max(zoom.least, from.current * ratio));
      void follow();
    },
  });
}
