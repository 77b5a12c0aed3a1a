import { useEffect, useRef } from "react";
import type { MediaProblem } from "./media-problem.ts";

const NAMES = { camera: ["camera"], microphone: ["microphone"], both: ["camera", "microphone"] } as const;

/**
 * Calls `onAllowed` when what was denied is so no more: as soon as the browser tells, and else when the person comes back
 * to the page from the settings.
 */
export function useWhenAllowed({ kind, what }: MediaProblem, onAllowed: () => void): void {
  const latest = useRef(onAllowed);
  latest.current = onAllowed;
  useEffect(() => {
    if (kind !== "denied") return;
    let left = false;
    const watched: PermissionStatus[] = [];
    const look = (): void => {
      if (!left && watched.every(({ state }) => state !== "denied")) latest.current();
    };
    const lookOnReturn = async (): Promise<void> => {
      if (document.visibilityState === "hidden") return;
      const states = await Promise.all(NAMES[what].map(queryState));
      // A browser that does not tell is asked: it refuses at once, without bothering the person, if nothing has changed.
      if (!left && states.every((state) => state !== "denied")) latest.current();
    };
    const watch = async (): Promise<void> => {
      for (const name of NAMES[what]) {
        const status = await query(name);
        if (status === null || left) return;
        watched.push(status);
        status.addEventListener("change", look);
      }
    };
    const returned = (): void => void lookOnReturn();
    void watch();
    document.addEventListener("visibilitychange", returned);
    return () => {
      left = true;
      for (const status of watched) status.removeEventListener("change", look);
      document.removeEventListener("visibilitychange", returned);
    };
  }, [kind, what]);
}

async function queryState(name: "camera" | "microphone"): Promise<PermissionState | null> {
  return (await query(name))?.state ?? null;
}

/** Null where the browser has no such permission to ask for (a TypeError in Firefox before 131). */
async function query(name: "camera" | "microphone"): Promise<PermissionStatus | null> {
  try {
    return (await navigator.permissions?.query({ name })) ?? null;
  } catch {
    return null;
  }
}
