import { useSyncExternalStore } from "react";
import { type Pointing, pointerColor } from "./pointing.ts";
import type { SurfaceBox } from "./use-surface-box.ts";

/**
 * Where the others point: a dot in each one's colour, with the name. Seen only; nothing of it is on the board. It goes
 * straight to each place it is told: a smoothed way would be late, and would move for those who want no motion.
 */
export function PointerMarks({ pointing, placed }: { pointing: Pointing; placed: SurfaceBox }) {
  const pointers = useSyncExternalStore(pointing.subscribe, pointing.getPointers);
  return (
    <div aria-hidden className="pointer-events-none absolute inset-0 z-10 overflow-hidden">
      {pointers.map(({ id, name, at }) => (
        <div
          key={id}
          data-testid="pointer"
          data-at={at.join(" ")}
          className="absolute top-0 left-0 flex items-start will-change-transform"
          style={{
            transform: `translate(${placed.left + at[0] * placed.width}px, ${placed.top + at[1] * placed.height}px)`,
          }}
        >
          <span
            className="size-4 shrink-0 -translate-1/2 rounded-full border-2 border-white shadow-float"
            style={{ background: pointerColor(id) }}
          />
          <span
            className="max-w-40 truncate rounded-small px-1.5 py-0.5 text-xs font-medium text-white"
            style={{ background: pointerColor(id) }}
          >
            {name}
          </span>
        </div>
      ))}
    </div>
  );
}
