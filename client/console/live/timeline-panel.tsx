import { classNames } from "@nexbasira/ui/class-names.ts";
import { EmptyState } from "@nexbasira/ui/empty-state.tsx";
import { formatDuration, formatTime } from "@nexbasira/ui/format.ts";
import { STATUS_TEXT, type StatusKind } from "@nexbasira/ui/status.ts";
import { useLanguage } from "@nexbasira/ui/use-language.ts";
import {
  CircleAlert,
  CircleCheck,
  CloudAlert,
  Images,
  LoaderCircle,
  type LucideIcon,
  PencilLine,
  Smartphone,
} from "lucide-react";
import { useTranslation } from "react-i18next";
import { ITEM_ICONS } from "../items/item-kind.ts";
import { ItemPicture } from "../items/item-picture.tsx";
import { SteadyPicture } from "../items/steady-picture.tsx";
import type { TimelineEntry, TimelineState } from "./timeline.ts";

const STATES: Record<TimelineState, { icon: LucideIcon; kind: StatusKind }> = {
  taking: { icon: LoaderCircle, kind: "info" },
  streamed: { icon: LoaderCircle, kind: "info" },
  original_missing: { icon: CloudAlert, kind: "warning" },
  not_taken: { icon: CircleAlert, kind: "warning" },
  announced: { icon: Smartphone, kind: "info" },
  cutting: { icon: LoaderCircle, kind: "info" },
  cut_failed: { icon: CircleAlert, kind: "danger" },
  open: { icon: PencilLine, kind: "warning" },
  verified: { icon: CircleCheck, kind: "success" },
  problem: { icon: CircleAlert, kind: "warning" },
};

/** Something goes on that nobody has to wait for. */
const UNDER_WAY: readonly TimelineState[] = ["taking", "streamed", "cutting"];

export interface TimelinePanelProps {
  entries: readonly TimelineEntry[];
  /** Boards and clips that failed are an inspector's to open and to ask for again. */
  isInspector: boolean;
  onOpen: (entry: TimelineEntry) => void;
}

/** What was captured, newest first, each with its state; it says aloud what comes. */
export function TimelinePanel({ entries, isInspector, onOpen }: TimelinePanelProps) {
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
          <TimelineRow entry={entry} isInspector={isInspector} onOpen={onOpen} />
        </li>
      ))}
    </ol>
  );
}

interface TimelineRowProps {
  entry: TimelineEntry;
  isInspector: boolean;
  onOpen: (entry: TimelineEntry) => void;
}

function TimelineRow({ entry, isInspector, onOpen }: TimelineRowProps) {
  const { t } = useTranslation("console");
  const language = useLanguage();
  const { icon: StateIcon, kind } = STATES[entry.state];
  const KindIcon = ITEM_ICONS[entry.kind];
  const cutAgain = entry.clip !== null && isInspector;
  const canOpen = entry.item !== null || (entry.boardId !== null && isInspector) || cutAgain;
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
      {entry.item?.problem != null ? (
        <ItemPicture item={entry.item} className={PICTURE} />
      ) : (
        <SteadyPicture
          pictures={entry.pictures}
          className={PICTURE}
          fallback={
            <span className={classNames("inline-flex items-center justify-center bg-hover text-muted", PICTURE)}>
              <KindIcon
                size={20}
                aria-hidden
                className={classNames(UNDER_WAY.includes(entry.state) && "animate-breathe")}
              />
            </span>
          }
        />
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
        <span className={classNames("flex items-start gap-1.5 text-xs", STATUS_TEXT[kind])}>
          <StateIcon
            size={14}
            aria-hidden
            className={classNames("mt-0.5 shrink-0", UNDER_WAY.includes(entry.state) && "animate-spin")}
          />
          <span className="line-clamp-2">
            {t(`timeline.states.${entry.state}`)}
            {cutAgain && (
              <>
                {" "}
                <span className="font-semibold underline underline-offset-2">{t("timeline.again")}</span>
              </>
            )}
          </span>
        </span>
      </span>
    </button>
  );
}

const PICTURE = "h-12 w-16 shrink-0 rounded-small";
