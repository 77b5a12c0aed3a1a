import { readStored, writeStored } from "@nexbasira/ui/theme.ts";
import { useEffect, useEffectEvent, useState } from "react";
import { actionOfKey, keyPressOf, type LiveAction } from "./keys.ts";

const STORED = "nexbasira.live-keys";

export interface LiveKeys {
  on: boolean;
  setOn: (on: boolean) => void;
}

/**
 * Calls `run` for each key of the live page. Switched off on this device, only the help's own key stays; while `held` (a
 * dialog is open) none does anything.
 */
export function useLiveKeys(run: (action: LiveAction) => void, held: boolean): LiveKeys {
  const [on, setOn] = useState(() => readStored(STORED) !== "off");
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (held || event.defaultPrevented) return;
    const action = actionOfKey(keyPressOf(event));
    if (action === undefined || (!on && action !== "help")) return;
    event.preventDefault();
    run(action);
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => onKey(event);
    window.addEventListener("keydown", listener);
    return () => window.removeEventListener("keydown", listener);
  }, []);
  return {
    on,
    setOn: (next) => {
      writeStored(STORED, next ? "on" : "off");
      setOn(next);
    },
  };
}
