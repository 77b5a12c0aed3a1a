import { type PointerEvent, useRef } from "react";

interface Point {
  x: number;
  y: number;
}

/** Two fingers that move apart or together: `onPinch` gets how much farther they are apart than at first. */
export function usePinch(options: { onStart: () => void; onPinch: (ratio: number) => void }): {
  onPointerDown: (event: PointerEvent) => void;
  onPointerMove: (event: PointerEvent) => void;
  onPointerUp: (event: PointerEvent) => void;
  onPointerCancel: (event: PointerEvent) => void;
} {
  const fingers = useRef(new Map<number, Point>());
  const first = useRef(0);
  const lift = ({ pointerId }: PointerEvent): void => {
    fingers.current.delete(pointerId);
  };
  return {
    onPointerDown: ({ pointerId, clientX: x, clientY: y }) => {
      fingers.current.set(pointerId, { x, y });
      if (fingers.current.size !== 2) return;
      first.current = distance(fingers.current);
      options.onStart();
    },
    onPointerMove: ({ pointerId, clientX: x, clientY: y }) => {
      if (!fingers.current.has(pointerId)) return;
      fingers.current.set(pointerId, { x, y });
      if (fingers.current.size === 2 && first.current > 0) options.onPinch(distance(fingers.current) / first.current);
    },
    onPointerUp: lift,
    onPointerCancel: lift,
  };
}

function distance(fingers: ReadonlyMap<number, Point>): number {
  const [a, b] = [...fingers.values()];
  return a === undefined || b === undefined ? 0 : Math.hypot(a.x - b.x, a.y - b.y);
}
