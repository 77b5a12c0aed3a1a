export interface OffsetPoint {
  readonly x: number;
  readonly y: number;
}

const BIN_MS = 10_000;
/** How many bins on either side speak for a bin: more where a bin knows only its smallest value. */
const NEIGHBOURS = { median: 2, minimum: 3 } as const;

/**
 * How far one clock is from another, as that changes over time: by measurements `y` at times `x`, both in
 * milliseconds. `median` suits measurements that err to both sides, `minimum` those that can only come late. Smooth
 * over some tens of seconds, so that neither jitter nor a single wrong measurement shows, and drift does.
 */
export class OffsetCurve {
  readonly #knots: OffsetPoint[];

  /** @throws {RangeError} without points. */
  constructor(points: readonly OffsetPoint[], by: keyof typeof NEIGHBOURS) {
    const bins = new Map<number, OffsetPoint[]>();
    for (const point of points) {
      const bin = Math.floor(point.x / BIN_MS);
      const present = bins.get(bin);
      if (present) present.push(point);
      else bins.set(bin, [point]);
    }
    if (bins.size === 0) throw new RangeError("a curve needs points");
    const reach = NEIGHBOURS[by];
    this.#knots = [...bins.keys()]
      .sort((a, b) => a - b)
      .map((bin) => {
        const near = Array.from({ length: 2 * reach + 1 }, (_, i) => bins.get(bin - reach + i) ?? []).flat();
        const values = near.map((point) => point.y).sort((a, b) => a - b);
        const y = by === "minimum" ? values[0] : values[Math.floor(values.length / 2)];
        return { x: (bin + 0.5) * BIN_MS, y: y ?? 0 };
      });
  }

  /** The offset at `x`: on the line between its neighbours, constant outside of them. */
  at(x: number): number {
    let low = 0;
    let high = this.#knots.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#knots[middle]?.x ?? 0) < x) low = middle + 1;
      else high = middle;
    }
    const right = this.#knots[low];
    const left = this.#knots[low - 1];
    if (!right) return 0;
    if (!left || x >= right.x) return right.y;
    return left.y + ((right.y - left.y) * (x - left.x)) / (right.x - left.x);
  }
}
