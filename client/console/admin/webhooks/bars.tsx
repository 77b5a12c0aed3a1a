interface Part {
  /** Of the whole height, from 0 to 1. */
  from: number;
  to: number;
  look: string;
}

export interface BarsProps {
  /** What the picture says, for who cannot see it. */
  label: string;
  /** In pixels. */
  height: number;
  /** What the highest bar stands for. */
  top: string;
  columns: readonly (readonly Part[])[];
  /** The column that is looked at. */
  chosen: number | undefined;
  onChoose: (column: number | undefined) => void;
}

const WIDTH = 10;
const GAP = 2;
/** What is there can be seen, however little it is. */
const LEAST = 1.5;

/** Bars beside each other, as wide as there is room. The table beside it says the same to a keyboard. */
export function Bars({ label, height, top, columns, chosen, onChoose }: BarsProps) {
  return (
    <div className="relative">
      <span aria-hidden data-figures className="absolute -top-2.5 left-0 bg-base pr-1.5 text-xs text-subtle">
        {top}
      </span>
      <svg
        role="img"
        aria-label={label}
        viewBox={`0 0 ${columns.length * WIDTH} ${height}`}
        preserveAspectRatio="none"
        style={{ height }}
        className="block w-full border-y border-line"
        onPointerLeave={() => onChoose(undefined)}
      >
        {columns.map((parts, column) => (
          <g key={column} onPointerEnter={() => onChoose(column)}>
            <rect
              x={column * WIDTH}
              width={WIDTH}
              height={height}
              className={column === chosen ? "fill-hover" : "fill-transparent"}
            />
            {parts.map(
              ({ from, to, look }) =>
                to > from && (
                  <rect
                    key={look}
                    x={column * WIDTH + GAP / 2}
                    width={WIDTH - GAP}
                    y={height - Math.max(to * height, from * height + LEAST)}
                    height={Math.max((to - from) * height, LEAST)}
                    className={look}
                  />
                ),
            )}
          </g>
        ))}
      </svg>
    </div>
  );
}
