import type { AuditLogEntry } from "@nexbasira/core/contract/audit.ts";
import { ApiFailed } from "@nexbasira/ui/api-failed.tsx";
import { formatDate, formatTime } from "@nexbasira/ui/format.ts";
import { Skeleton } from "@nexbasira/ui/skeleton.tsx";
import { useLanguage } from "@nexbasira/ui/use-language.ts";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useViewport } from "../../sessions/use-viewport.ts";
import { visibleRows } from "../../sessions/visible-rows.ts";
import { actorName } from "./actor-name.ts";

const ROW_HEIGHT = 56;
const ROWS_AHEAD = 20;
const GRID =
  "grid items-center gap-x-4 px-4 grid-cols-[minmax(0,1fr)_auto] md:grid-cols-[5rem_12rem_minmax(0,1fr)_minmax(0,1.4fr)]";

export interface EntryListProps {
  rows: readonly AuditLogEntry[];
  hasMore: boolean;
  /** Why the next page did not come. */
  error: Error | null;
  onRetry: () => void;
  onNearEnd: () => void;
  onOpen: (entry: AuditLogEntry) => void;
}

/** Entries, newest first, of which only those in sight are drawn: a log of a million is as fast as one of ten. */
export function EntryList({ rows, hasMore, error, onRetry, onNearEnd, onOpen }: EntryListProps) {
  const { t } = useTranslation("console");
  const scroller = useRef<HTMLElement>(null);
  const range = visibleRows(rows.length, ROW_HEIGHT, useViewport(scroller));
  const nearEnd = hasMore && range.end + ROWS_AHEAD >= rows.length;
  useEffect(() => {
    if (nearEnd) onNearEnd();
  }, [nearEnd, onNearEnd]);
  return (
    <section
      ref={scroller}
      aria-label={t("admin.audit.title")}
      data-testid="audit-entries"
      // What scrolls has to be reached by the keyboard.
      // biome-ignore lint/a11y/noNoninteractiveTabindex: as above.
      tabIndex={0}
      className="max-h-[min(70dvh,44rem)] min-h-40 overflow-y-auto rounded-surface border border-line bg-base"
    >
      <div
        aria-hidden
        className={`${GRID} sticky top-0 z-10 h-9 border-b border-line bg-sunken text-xs font-medium text-muted max-md:hidden`}
      >
        <span>{t("audit.columns.sequence")}</span>
        <span>{t("audit.columns.at")}</span>
        <span>{t("audit.columns.actor")}</span>
        <span>{t("audit.columns.action")}</span>
      </div>
      <ol className="relative" style={{ height: rows.length * ROW_HEIGHT }}>
        {rows.slice(range.first, range.end).map((entry, offset) => (
          <li
            key={entry.sequence}
            aria-posinset={range.first + offset + 1}
            aria-setsize={hasMore ? -1 : rows.length}
            className="absolute inset-x-0 border-b border-line"
            style={{ top: (range.first + offset) * ROW_HEIGHT, height: ROW_HEIGHT }}
          >
            <EntryRow entry={entry} onOpen={onOpen} />
          </li>
        ))}
      </ol>
      {hasMore && (
        <div aria-hidden className={`${GRID} h-14`}>
          <Skeleton className="h-4 w-24" />
          <Skeleton className="h-4 w-16" />
        </div>
      )}
      {error !== null && <ApiFailed error={error} onRetry={onRetry} />}
    </section>
  );
}

function EntryRow({ entry, onOpen }: { entry: AuditLogEntry; onOpen: (entry: AuditLogEntry) => void }) {
  const { t } = useTranslation("console");
  const language = useLanguage();
  const { recorded_at: at, subject } = entry;
  return (
    <button
      type="button"
      data-testid="audit-entry"
      onClick={() => onOpen(entry)}
      className={`${GRID} h-full w-full text-left text-sm transition-colors hover:bg-hover focus-visible:-outline-offset-2`}
    >
      <span data-figures className="text-muted max-md:col-start-2 max-md:row-start-2 max-md:text-xs">
        {entry.sequence}
      </span>
      <time
        dateTime={at}
        data-figures
        className="truncate text-muted max-md:col-start-2 max-md:row-start-1 max-md:text-xs"
      >
        {formatDate(at, language)}, {formatTime(at, language, true)}
      </time>
      <span className="truncate text-ink max-md:col-start-1 max-md:row-start-2 max-md:text-muted">
        {actorName(entry.actor, t)}
      </span>
      <span className="flex min-w-0 items-baseline gap-2 max-md:col-start-1 max-md:row-start-1">
        <span className="font-mono text-xs max-md:truncate md:shrink-0">{entry.action}</span>
        {subject !== null && (
          <span className="truncate font-mono text-xs text-muted max-lg:hidden">
            {subject.type}:{subject.id}
          </span>
        )}
      </span>
    </button>
  );
}
