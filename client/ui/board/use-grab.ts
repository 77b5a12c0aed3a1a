import { type KeyboardEvent, useEffect, useRef, useState } from "react";

/** A shorter press of the space bar, without a drag, is meant for the page. */
const TAP_MS = 300;

export interface Grab {
  /** Space is held: a drag moves the board. */
  grabbing: boolean;
  /** A drag began: the press was not meant for the page. */
  used: () => void;
  onKeyDown: (event: KeyboardEvent) => boolean;
  onKeyUp: (event: KeyboardEvent) => void;
}

/**
 * Holding Space to move a zoomed board. A tap of it still does what it does on the page around: the page gets it as it is
 * let go. `enabled`: there is something to move.
 */
export function useGrab(enabled: boolean): Grab {
  const [grabbing, setGrabbing] = useState(false);
  const pressed = useRef<{ at: number; used: boolean }>(undefined);
  useEffect(() => {
    // Let go in another window.
    const stop = () => setGrabbing(false);
    window.addEventListener("blur", stop);
    return () => window.removeEventListener("blur", stop);
  }, []);
  return {
    grabbing,
    used: () => {
      if (pressed.current !== undefined) pressed.current.used = true;
    },
    onKeyDown: (event) => {
      if (event.key !== " " || !enabled || event.target !== event.currentTarget) return false;
      event.preventDefault();
      event.stopPropagation();
      if (!event.repeat) {
        pressed.current = { at: performance.now(), used: false };
        setGrabbing(true);
      }
      return true;
    },
    onKeyUp: (event) => {
      const press = pressed.current;
      if (event.key !== " " || press === undefined) return;
      pressed.current = undefined;
      setGrabbing(false);
      if (press.used || performance.now() - press.at > TAP_MS) return;
      const tap = new KeyboardEvent("keydown", { key: " ", code: "Space", bubbles: true, cancelable: true });
      event.currentTarget.parentElement?.dispatchEvent(tap);
    },
  };
}
