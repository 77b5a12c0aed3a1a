import { useSyncExternalStore } from "react";
import type { PhoneMedia, PhoneMediaSnapshot } from "./phone-media.ts";
import type { PhotoRequest, Visit } from "./visit.ts";

export function usePhoneMedia(media: PhoneMedia): PhoneMediaSnapshot {
  return useSyncExternalStore(media.subscribe, media.getSnapshot);
}

/** What the inspector asks the person to photograph by hand, if anything. */
export function usePhotoRequest(visit: Visit): PhotoRequest | null {
  return useSyncExternalStore(visit.subscribe, visit.getPhotoRequest);
}
