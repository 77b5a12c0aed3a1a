import { classNames } from "@nexbasira/ui/class-names.ts";
import { EmptyState } from "@nexbasira/ui/empty-state.tsx";
import { formatDuration, formatTime } from "@nexbasira/ui/format.ts";
import { STATUS_TEXT, type StatusKind } from "@nexbasira/ui/status.ts";
import { useLanguage } from "@nexbasira/ui/use-language.ts";
import { CircleAlert, CircleCheck, Images, LoaderCircle, type LucideIcon, PencilLine, Smartphone } from "lucide-react";
import { useTranslation } from "react-i18next";
import { ITEM_ICONS } from "../items/item-kind.ts";
import { ItemPicture } from "../items/item-picture.tsx";
import type { TimelineEntry, TimelineState } from "./timeline.ts";

const STATES: Record<TimelineState, { icon: LucideIcon; kind: StatusKind }> = {
  announced: { icon: Smartphone, kind: "info" },
  cutting: { icon: LoaderCircle, kind: "info" },
  open: { icon: PencilLine, kind: "warning" },
  verified: { icon: CircleCheck, kind: "success" },
  problem: { icon: CircleAlert, kind: "warning" },
};

export interface TimelinePanelProps {
  entries: readonly TimelineEntry[];
  onOpen: (entry: TimelineEntry) => void;
}

/** What was captured, newest first, each with its state; it says aloud what comes. */
export function TimelinePanel({ entries, onOpen }: TimelinePanelProps) {
  const { t } = useTranslation("console");
  if (entries.length === 0) {
    return (
      <div data-testid="timeline">
        <EmptyState icon={Images} title={t("timeline.empty")} text={t("timeline.empty_text")} />
      </div>
    );
  }
  return (
    <ol
      data-testid="timeline"
      aria-label={t("timeline.title")}
      aria-live="polite"
      aria-relevant="additions"
      className="p-1.5"
    >
      {entries.map((entry) => (
        <li
          key={entry.key}
          data-testid="timeline-item"
          data-kind={entry.kind}
          data-state={entry.state}
          data-id={entry.id}
        >
          <TimelineRow entry={entry} onOpen={onOpen} />
        </li>
      ))}
    </ol>
  );
}

function TimelineRow({ entry, onOpen }: { entry: TimelineEntry; onOpen: (entry: TimelineEntry) => void }) {
  const { t } = useTranslation("console");
  const language = useLanguage();
  const { icon: StateIcon, kind } = STATES[entry.state];
  const KindIcon = ITEM_ICONS[entry.kind];
  const canOpen = entry.item !== null || entry.boardId !== null;
  const duration = entry.item?.duration_ms;
  return (
    <button
      type="button"
      disabled={!canOpen}
      onClick={() => onOpen(entry)}
      className={classNames(
        "flex w-full items-center gap-3 rounded-control p-1.5 text-left text-sm transition-colors",
        canOpen && "hover:bg-hover",
      )}
    >
      {entry.item === null ? (
        <span className="inline-flex h-12 w-16 shrink-0 items-center justify-center rounded-small bg-hover text-muted">
          <KindIcon size={20} aria-hidden className={classNames(entry.state !== "open" && "animate-breathe")} />
        </span>
      ) : (
        <ItemPicture item={entry.item} className="h-12 w-16 shrink-0 rounded-small" />
      )}
      <span className="min-w-0 flex-1">
        <span className="flex items-baseline justify-between gap-2">
          <span className="truncate font-medium">
            {entry.item?.filename ?? t(`kinds.${entry.kind}`)}
            {duration != null && (
              <span data-figures className="ml-1.5 font-normal text-muted">
                {formatDuration(duration)}
              </span>
            )}
          </span>
          <time className="shrink-0 text-xs text-muted">{formatTime(entry.at, language, true)}</time>
        </span>
        <span className={classNames("flex items-center gap-1.5 text-xs", STATUS_TEXT[kind])}>
          <StateIcon
            size={14}
            aria-hidden
            className={classNames("shrink-0", entry.state === "cutting" && "animate-spin")}
          />
          <span className="truncate">{t(`timeline.states.${entry.state}`)}</span>
        </span>
      </span>
    </button>
  );
}
