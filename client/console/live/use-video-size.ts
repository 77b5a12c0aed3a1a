import { type RefObject, useEffect, useState } from "react";

/** As a phone's upright picture usually is, until the first frame tells. */
const GUESS = { width: 1280, height: 720 };

/** The pixels of what a video shows; they change when the phone is turned. `stream` tells when the element is new. */
export function useVideoSize(
  video: RefObject<HTMLVideoElement | null>,
  stream: MediaStream | null,
): { width: number; height: number } {
  const [size, setSize] = useState(GUESS);
  // The element is there from the first stream on.
  useEffect(() => {
    const element = video.current;
    if (element === null) return;
    const read = () => {
      if (element.videoWidth > 0) setSize({ width: element.videoWidth, height: element.videoHeight });
    };
    read();
    element.addEventListener("resize", read);
    return () => element.removeEventListener("resize", read);
  }, [video, stream]);
  return size;
}
