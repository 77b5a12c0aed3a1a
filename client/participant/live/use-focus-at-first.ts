import { type RefObject, useEffect, useRef } from "react";

/** Puts the focus on an element when it appears, so that a screen reader tells what covers the page now. */
export function useFocusAtFirst<Element extends HTMLElement>(): RefObject<Element | null> {
  const ref = useRef<Element>(null);
  useEffect(() => ref.current?.focus({ preventScroll: true }), []);
  return ref;
}
