import { useEffect } from "react";

const HOLD_AGAIN_MS = 2_000;

/** Keeps the screen on while the component is there; the browser lets go of it whenever the page is hidden. */
export function useKeepAwake(): void {
  useEffect(() => {
    let lock: WakeLockSentinel | undefined;
    let left = false;
    const hold = async (): Promise<void> => {
      if (document.visibilityState !== "visible" || navigator.wakeLock === undefined || lock?.released === false)
        return;
      try {
        lock = await navigator.wakeLock.request("screen");
        // Also let go of in front, for a moment: a low battery, a call. Then it is asked for again, and may be refused.
        lock.addEventListener("release", holdSoon, { once: true });
        if (left) await lock.release();
      } catch {
        // A phone that saves its battery refuses; the call goes on without.
      }
    };
    const holdAgain = (): void => void hold();
    let soon: ReturnType<typeof setTimeout> | undefined;
    const holdSoon = (): void => {
      clearTimeout(soon);
      if (!left) soon = setTimeout(holdAgain, HOLD_AGAIN_MS);
    };
    holdAgain();
    document.addEventListener("visibilitychange", holdAgain);
    return () => {
      left = true;
      clearTimeout(soon);
      document.removeEventListener("visibilitychange", holdAgain);
      void lock?.release();
    };
  }, []);
}
