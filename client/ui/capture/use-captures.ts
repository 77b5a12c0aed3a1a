import { useSyncExternalStore } from "react";
import type { CaptureQueue, QueueSnapshot } from "./capture-queue.ts";

/** The captures of this device, with their states; the component is drawn again with every change. */
export function useCaptures(queue: CaptureQueue): QueueSnapshot {
  return useSyncExternalStore(queue.subscribe, queue.getSnapshot);
}
