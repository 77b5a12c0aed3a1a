import { useSyncExternalStore } from "react";

/** A phone on its side: wide, and too low for a bar along the bottom. */
const LYING = "(orientation: landscape) and (max-height: 520px)";

function subscribe(listener: () => void): () => void {
  const query = matchMedia(LYING);
  query.addEventListener("change", listener);
  return () => query.removeEventListener("change", listener);
}

export function useLying(): boolean {
  return useSyncExternalStore(subscribe, () => matchMedia(LYING).matches);
}
