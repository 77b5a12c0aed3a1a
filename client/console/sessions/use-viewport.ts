import { type RefObject, useEffect, useState } from "react";
import type { Viewport } from "./visible-rows.ts";

/** What is seen of a scrolling element, kept current, once a frame at most. */
export function useViewport(element: RefObject<HTMLElement | null>): Viewport {
  const [viewport, setViewport] = useState<Viewport>({ scrolled: 0, height: 0 });
  useEffect(() => {
    const target = element.current;
    if (target === null) return;
    let frame = 0;
    const read = () => {
      frame = 0;
      setViewport({ scrolled: target.scrollTop, height: target.clientHeight });
    };
    const readSoon = () => {
      if (frame === 0) frame = requestAnimationFrame(read);
    };
    read();
    target.addEventListener("scroll", readSoon, { passive: true });
    const observer = new ResizeObserver(readSoon);
    observer.observe(target);
    return () => {
      target.removeEventListener("scroll", readSoon);
      observer.disconnect();
      cancelAnimationFrame(frame);
    };
  }, [element]);
  return viewport;
}
