import type { BoardEntry } from "@nexbasira/core/shapes/operation.ts";
import type { ShapeDraft, StrokePoint } from "@nexbasira/core/shapes/shape.ts";

type Entry = BoardEntry & { sequence: number };

const AT = "2026-05-23T11:42:15.123Z";

function entriesOf(shapes: ShapeDraft[]): Entry[] {
  return shapes.map((shape, sequence) => ({
    sequence,
    author: sequence % 3 === 0 ? "them" : "me",
    at: AT,
    operation: { op: "add", gesture: shape.id, shape },
  }));
}

function wave(x: number, y: number, length: number, points: number): StrokePoint[] {
  return Array.from({ length: points }, (_, index): StrokePoint => {
    const along = index / points;
    return [Math.min(1, x + along * length), Math.min(1, y + Math.sin(along * 9 + x * 40) * 0.012)];
  });
}

/** One of each kind. */
export function sampleEntries(): Entry[] {
  const red = { color: "#e5252e", width: 0.006 };
  const blue = { color: "#1e6fff", width: 0.004 };
  const reference = { from: [0.08, 0.86] as [number, number], to: [0.28, 0.86] as [number, number] };
  return entriesOf([
    { kind: "freehand", id: "s1", ...red, points: wave(0.06, 0.15, 0.3, 60) },
    { kind: "arrow", id: "s2", ...red, from: [0.45, 0.1], to: [0.62, 0.3] },
    { kind: "rectangle", id: "s3", ...blue, from: [0.68, 0.08], to: [0.92, 0.32] },
    { kind: "ellipse", id: "s4", color: "#00a36c", width: 0.012, from: [0.06, 0.35], to: [0.3, 0.65] },
    { kind: "line", id: "s5", color: "#14191c", width: 0.003, from: [0.36, 0.4], to: [0.6, 0.62] },
    { kind: "text", id: "s6", ...red, at: [0.64, 0.42], size: 0.03, text: "Trhlina ve zdi\nRiss in der Wand" },
    { kind: "stamp", id: "s7", ...red, at: [0.68, 0.65], size: 0.05, stamp: "attention" },
    { kind: "stamp", id: "s8", color: "#00a36c", width: 0.006, at: [0.75, 0.65], size: 0.05, stamp: "check" },
    { kind: "stamp", id: "s9", color: "#ffc400", width: 0.006, at: [0.82, 0.65], size: 0.05, stamp: "question" },
    { kind: "stamp", id: "s10", ...blue, at: [0.89, 0.65], size: 0.05, stamp: "pin" },
    { kind: "stamp", id: "s11", color: "#14191c", width: 0.006, at: [0.95, 0.65], size: 0.05, stamp: "cross" },
    { kind: "reference", id: "s12", ...blue, ...reference, length: 21, unit: "cm" },
    {
      kind: "measurement",
      id: "s13",
      ...red,
      from: [0.4, 0.92],
      to: [0.8, 0.78],
      reference: { ...reference, length: 21, unit: "cm" },
    },
  ]);
}

/** Many short strokes. */
export function strokeEntries(count: number): Entry[] {
  return entriesOf(
    Array.from({ length: count }, (_, index) => ({
      kind: "freehand" as const,
      id: `n${index}`,
      color: ["#e5252e", "#1e6fff", "#00a36c", "#14191c"][index % 4] ?? "#14191c",
      width: 0.0015,
      points: wave((index % 50) / 50, Math.floor(index / 50) / (count / 50), 0.018, 24),
    })),
  );
}
