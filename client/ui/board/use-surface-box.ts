import { type RefObject, useLayoutEffect, useState } from "react";

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
  frame: RefObject<HTMLElement | null>,
  aspect: number,
  fit: "contain" | "cover",
): SurfaceBox | undefined {
  const [size, setSize] = useState<{ width: number; height: number }>();
  useLayoutEffect(() => {
    const element = frame.current;
    if (element === null) return;
    const observer = new ResizeObserver(([entry]) => {
      if (entry === undefined) return;
      const { width, height } = entry.contentRect;
      setSize({ width, height });
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [frame]);
  return size === undefined || size.width === 0 || size.height === 0 ? undefined : fitSurface(size, aspect, fit);
}
