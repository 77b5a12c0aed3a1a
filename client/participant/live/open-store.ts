import { type CaptureStore, openCaptureStore } from "@nexbasira/ui/capture/capture-store.ts";
import { memoryStore } from "@nexbasira/ui/capture/memory-store.ts";

/** Where this phone keeps captures. */
export async function openStore(): Promise<CaptureStore> {
  try {
    return await openCaptureStore();
  } catch {
    // A private window or a full disk: captures live as long as the page, which says so.
    return memoryStore();
  }
}
