import { type RefObject, useLayoutEffect, useMemo, useState } from "react";

/** Where the surface lies in its frame, in CSS pixels. With "cover", it is larger than the frame. */
export interface SurfaceBox {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** The same rule as CSS `object-fit`, centred. */
export function fitSurface(
  frame: { width: number; height: number },
  aspect: number,
  fit: "contain" | "cover",
): SurfaceBox {
  const byWidth = frame.width / aspect;
  const widthDecides = fit === "contain" ? byWidth <= frame.height : byWidth >= frame.height;
  const width = widthDecides ? frame.width : frame.height * aspect;
  const height = width / aspect;
  return { left: (frame.width - width) / 2, top: (frame.height - height) / 2, width, height };
}

/** Follows the frame's size. Undefined until it is laid out. */
export function useSurfaceBox(
  element: RefObject<HTMLElement | null>,
  aspect: number,
  fit: "contain" | "cover",
): { frame: { width: number; height: number }; fitted: SurfaceBox } | undefined {
  const [frame, setFrame] = useState<{ width: number; height: number }>();
  useLayoutEffect(() => {
    const { current } = element;
    if (current === null) return;
    const observer = new ResizeObserver(([entry]) => {
      if (entry === undefined) return;
      const { width, height } = entry.contentRect;
      setFrame({ width, height });
    });
    observer.observe(current);
    return () => observer.disconnect();
  }, [element]);
  return useMemo(
    () =>
      frame === undefined || frame.width === 0 || frame.height === 0
        ? undefined
        : { frame, fitted: fitSurface(frame, aspect, fit) },
    [frame, aspect, fit],
  );
}
