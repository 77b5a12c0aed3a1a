import { grabFrame, takeThumbnail, toJpeg } from "@nexbasira/ui/capture/take-photo.ts";
import type { RoomConnection } from "@nexbasira/ui/room/room-connection.ts";
import { RoomRequestError } from "@nexbasira/ui/room/room-messages.ts";
import { showToast } from "@nexbasira/ui/toast.tsx";
import { type RefObject, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { isPhoneThere } from "./is-phone-there.ts";
import type { LocalFrame } from "./snapshot-entries.ts";
import type { Uploads } from "./use-uploads.ts";

export interface Photo {
  /** The phone has been asked and has not answered yet. */
  taking: boolean;
  /** What was seen at each press, for as long as the page is open. */
  frames: readonly LocalFrame[];
  /** The photo's hash as soon as the phone holds it; undefined where it does not come, which has been said by then. */
  take: () => Promise<string | undefined>;
}

/**
 * Asks the participant's phone for a photo in full resolution. What the inspector sees at the press is shown at once;
 * while nothing is recorded it is also kept, as the provisional frame that the server could not cut.
 */
export function usePhoto(
  connection: RoomConnection,
  video: RefObject<HTMLVideoElement | null>,
  addFrame: Uploads["addFrame"],
): Photo {
  const { t } = useTranslation("console");
  const [taking, setTaking] = useState(false);
  const [frames, setFrames] = useState<readonly LocalFrame[]>([]);
  const urls = useRef<string[]>([]);
  useEffect(() => {
    const made = urls.current;
    return () => {
      for (const url of made.splice(0)) URL.revokeObjectURL(url);
    };
  }, []);
  const change = (requestId: string, part: Partial<LocalFrame>) =>
    setFrames((now) => now.map((frame) => (frame.requestId === requestId ? { ...frame, ...part } : frame)));

  const show = (requestId: string) => {
    const element = video.current;
    const at = Date.now() + (connection.clockOffsetMs ?? 0);
    setFrames((now) => [...now, { requestId, at, url: null, state: "asked" }]);
    if (element === null || element.videoWidth === 0) return;
    void takeThumbnail(element).then((blob) => {
      if (blob === null) return;
      const url = URL.createObjectURL(blob);
      urls.current.push(url);
      change(requestId, { url });
    });
    if (connection.getSnapshot().room?.recording.state === "recording") return;
    const canvas = grabFrame(element);
    void toJpeg(canvas, FRAME_QUALITY).then((blob) =>
      addFrame({ blob, width: canvas.width, height: canvas.height, requestId }),
    );
  };

  const take = async () => {
    if (taking) return undefined;
    if (!isPhoneThere(connection)) {
      showToast({ kind: "info", text: t("live.photo_no_phone") });
      return undefined;
    }
    setTaking(true);
    const request_id = crypto.randomUUID();
    show(request_id);
    try {
      const { sha256 } = await connection.request("capture.request", { request_id });
      change(request_id, { state: "taken" });
      return sha256;
    } catch (error) {
      change(request_id, { state: "failed" });
      if (!(error instanceof RoomRequestError)) throw error;
      showToast({ kind: "warning", text: t(error.code === "no_answer" ? "live.photo_silent" : "live.photo_failed") });
      return undefined;
    } finally {
      setTaking(false);
    }
  };
  return { taking, frames, take };
}

/** Of a picture that has been through the stream's encoder: more would not bring more. */
const FRAME_QUALITY = 0.9;
