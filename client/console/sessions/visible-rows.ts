/** Which rows of a long list are drawn. */
export interface VisibleRows {
  first: number;
  /** One past the last. */
  end: number;
}

export interface Viewport {
  /** How far the list is scrolled, and the height that is seen, in pixels. */
  scrolled: number;
  height: number;
}

/** Rows drawn above and below what is seen, so that a fast wheel shows no blank. */
const SPARE_ROWS = 12;

/** All rows are `rowHeight` pixels high; so the cost of a list is that of what is seen, whatever its length. */
export function visibleRows(count: number, rowHeight: number, { scrolled, height }: Viewport): VisibleRows {
  const top = Math.max(0, Math.min(scrolled, count * rowHeight - height));
  const first = Math.max(0, Math.floor(top / rowHeight) - SPARE_ROWS);
  return { first, end: Math.min(count, Math.ceil((top + height) / rowHeight) + SPARE_ROWS) };
}
