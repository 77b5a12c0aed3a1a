import type { Session } from "@nexbasira/core/contract/session.ts";
import { type KeyboardEvent, type RefObject, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { ROW_GRID, ROW_HEIGHT, SessionRow, SkeletonRow } from "./session-row.tsx";
import { useViewport } from "./use-viewport.ts";
import { visibleRows } from "./visible-rows.ts";

/** The next page is asked for this many rows before the end is seen. */
const ROWS_AHEAD = 20;

export interface SessionTableProps {
  rows: readonly Session[];
  hasMore: boolean;
  onNearEnd: () => void;
  /** What is shown below the last row: a failure, for instance. */
  scroller: RefObject<HTMLDivElement | null>;
}

/**
 * The list as a table of which only the rows in sight are drawn. Arrow keys, Home and End go through it. Each row has its
 * fixed place: were they stacked, the browser would see the list grow shorter while rows are exchanged, and scroll away.
 */
export function SessionTable({ rows, hasMore, onNearEnd, scroller }: SessionTableProps) {
  const { t } = useTranslation("console");
  const table = useRef<HTMLDivElement>(null);
  const [current, setCurrent] = useState(0);
  /** The row that is to take the focus as soon as it is drawn. */
  const goal = useRef<number>(undefined);
  const viewport = useViewport(scroller);
  const range = visibleRows(rows.length, ROW_HEIGHT, viewport);
  const nearEnd = hasMore && range.end + ROWS_AHEAD >= rows.length;
  useEffect(() => {
    if (nearEnd) onNearEnd();
  }, [nearEnd, onNearEnd]);
  useEffect(() => {
    if (goal.current === undefined) return;
    const link = table.current?.querySelector<HTMLElement>(`[data-row="${goal.current}"] a`);
    if (link == null) return;
    goal.current = undefined;
    link.focus({ preventScroll: true });
  });
  const move = (event: KeyboardEvent) => {
    const target = targetOfKey(event.key, current, rows.length);
    if (target === undefined) return;
    event.preventDefault();
    setCurrent(target);
    scrollToRow(scroller.current, target);
    goal.current = target;
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: rows that are one link each and partly not drawn cannot be a table element.
    <div ref={table} role="table" aria-label={t("sessions.title")} aria-rowcount={hasMore ? -1 : rows.length + 1}>
      <HeadRow />
      {/* biome-ignore lint/a11y/useSemanticElements: as above. */}
      <div role="rowgroup" onKeyDown={move} className="relative" style={{ height: rows.length * ROW_HEIGHT }}>
        {rows.slice(range.first, range.end).map((session, offset) => (
          <SessionRow
            key={session.id}
            session={session}
            index={range.first + offset}
            isCurrent={range.first + offset === Math.min(current, rows.length - 1)}
            onFocus={setCurrent}
          />
        ))}
      </div>
      {hasMore && <SkeletonRow />}
    </div>
  );
}

function HeadRow() {
  const { t } = useTranslation("console");
  const cell = "text-left text-xs font-medium text-muted";
  return (
    // biome-ignore lint/a11y/useSemanticElements: see SessionTable.
    // biome-ignore lint/a11y/useFocusableInteractive: a head row is not acted on.
    <div
      role="row"
      className={`${ROW_GRID} sticky top-0 z-10 h-9 border-b border-line bg-sunken px-4 max-md:hidden sm:px-6`}
    >
      {(["status", "reference", "participant", "created"] as const).map((name) => (
        // biome-ignore lint/a11y/useSemanticElements: see SessionTable.
        // biome-ignore lint/a11y/useFocusableInteractive: as above.
        <span key={name} role="columnheader" className={cell}>
          {t(`sessions.columns.${name}`)}
        </span>
      ))}
    </div>
  );
}

function targetOfKey(key: string, current: number, count: number): number | undefined {
  const last = count - 1;
  switch (key) {
    case "ArrowDown":
      return Math.min(last, current + 1);
    case "ArrowUp":
      return Math.max(0, current - 1);
    case "Home":
      return 0;
    case "End":
      return last;
    default:
      return undefined;
  }
}

function scrollToRow(scroller: HTMLElement | null, index: number): void {
  if (scroller === null) return;
  const top = index * ROW_HEIGHT;
  const bottom = top + ROW_HEIGHT * 2;
  if (top < scroller.scrollTop) scroller.scrollTop = top;
  else if (bottom > scroller.scrollTop + scroller.clientHeight) scroller.scrollTop = bottom - scroller.clientHeight;
}
