import { type CSSProperties, type RefObject, useLayoutEffect, useState } from "react";
import { type Box, freePlace } from "./free-place.ts";

const PRESSABLE =
  "button, label, a[href], input:not([type='hidden']), select, textarea, summary, video[controls], [role='menuitem'], [role='menuitemradio'], [role='option'], [role='slider']";
/** Dialogs, not what merely floats at its button. */
const MODAL = "[role='dialog'][data-state='open']:not([data-side])";
/** How often what was opened meanwhile is looked for. */
const LOOK_AGAIN_MS = 250;

/**
 * Where something that floats covers nothing that can be pressed, as a style for a fixed element; looked for again for as
 * long as `shown` has entries, for dialogs and bars come and go.
 */
export function useFreePlace(element: RefObject<HTMLElement | null>, shown: readonly unknown[]): CSSProperties {
  const [place, setPlace] = useState<{ left: number; top: number }>();
  useLayoutEffect(() => {
    if (shown.length === 0) return setPlace(undefined);
    const look = () => {
      const area = element.current;
      if (area === null) return;
      const size = { width: area.offsetWidth, height: area.offsetHeight };
      const window = { width: innerWidth, height: innerHeight };
      setPlace((now) => {
        const box = now && { ...now, ...size };
        const dialogs = [...document.querySelectorAll(MODAL)];
        const controls = controlsIn(dialogs.length > 0 ? dialogs : [document.body], area);
        const beside = dialogs.map((dialog) => dialog.getBoundingClientRect());
        // Beside a dialog where there is room; else on it, where nothing can be pressed.
        const free = dialogs.length > 0 ? freePlace(size, window, beside, box) : undefined;
        const next = free?.isFree === true ? free : freePlace(size, window, controls, box);
        return next.left === now?.left && next.top === now.top ? now : { left: next.left, top: next.top };
      });
    };
    look();
    const timer = setInterval(look, LOOK_AGAIN_MS);
    addEventListener("resize", look);
    return () => {
      clearInterval(timer);
      removeEventListener("resize", look);
    };
  }, [element, shown]);
  return place ?? { left: 0, top: 0 };
}

/** What can be pressed in these parts of the page, but for what floats itself. */
function controlsIn(roots: readonly Element[], area: HTMLElement): Box[] {
  return roots
    .flatMap((root) => [...root.querySelectorAll(PRESSABLE)])
    .filter((control) => !area.contains(control))
    .map((control) => control.getBoundingClientRect())
    .filter(({ width, height }) => width > 1 && height > 1);
}
