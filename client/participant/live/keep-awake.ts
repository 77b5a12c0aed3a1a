import { useEffect } from "react";

/** Keeps the screen on while the component is there; the browser lets go of it whenever the page is hidden. */
export function useKeepAwake(): void {
  useEffect(() => {
    let lock: WakeLockSentinel | undefined;
    let left = false;
    const hold = async (): Promise<void> => {
      if (document.visibilityState !== "visible" || navigator.wakeLock === undefined) return;
      try {
        lock = await navigator.wakeLock.request("screen");
        if (left) await lock.release();
      } catch {
        // A phone that saves its battery refuses; the call goes on without.
      }
    };
    const holdAgain = (): void => void hold();
    holdAgain();
    document.addEventListener("visibilitychange", holdAgain);
    return () => {
      left = true;
      document.removeEventListener("visibilitychange", holdAgain);
      void lock?.release();
    };
  }, []);
}
