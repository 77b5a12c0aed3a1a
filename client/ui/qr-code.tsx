import { create } from "qrcode";
import { useMemo } from "react";
import { classNames } from "./class-names.ts";

/** Modules of white around the code (ISO/IEC 18004, 9.1: at least four). */
const QUIET = 4;

/** A QR code as one SVG path, dark on white in both themes, as cameras want it. */
export function QrCode({ text, label, className }: { text: string; label: string; className?: string }) {
  const { size, path } = useMemo(() => {
    const { modules } = create(text, { errorCorrectionLevel: "M" });
    let drawn = "";
    for (let row = 0; row < modules.size; row++) {
      for (let column = 0; column < modules.size; column++) {
        if (modules.get(row, column)) drawn += `M${column + QUIET} ${row + QUIET}h1v1h-1z`;
      }
    }
    return { size: modules.size + QUIET * 2, path: drawn };
  }, [text]);
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${size} ${size}`}
      shapeRendering="crispEdges"
      className={classNames("rounded-control bg-white", className)}
    >
      <path d={path} fill="#000" />
    </svg>
  );
}
