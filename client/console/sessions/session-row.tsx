import type { Session } from "@nexbasira/core/contract/session.ts";
import { formatDate, formatTime } from "@nexbasira/ui/format.ts";
import { Skeleton } from "@nexbasira/ui/skeleton.tsx";
import { useLanguage } from "@nexbasira/ui/use-language.ts";
import { ChevronRight, Link2, Mail, MessageSquareText } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { SessionStatusPill } from "./session-status-pill.tsx";

/** Pixels, of every row; what is not in sight is counted, not drawn. */
export const ROW_HEIGHT = 64;

/** The columns of the list, the same for its head, its rows and their skeletons; on a phone two lines. */
export const ROW_GRID =
  "grid items-center gap-x-4 grid-cols-[minmax(0,1fr)_auto] md:grid-cols-[8.5rem_minmax(8rem,0.8fr)_minmax(0,1.4fr)_12rem_1rem]";

const CHANNEL_ICONS = { sms: MessageSquareText, email: Mail, link: Link2 };

export interface SessionRowProps {
  session: Session;
  index: number;
  /** The one row that Tab reaches. */
  isCurrent: boolean;
  onFocus: (index: number) => void;
}

/** One session; a click anywhere on it opens it. */
export function SessionRow({ session, index, isCurrent, onFocus }: SessionRowProps) {
  const { t } = useTranslation("console");
  const language = useLanguage();
  const { participant } = session;
  const ChannelIcon = CHANNEL_ICONS[participant.channel];
  return (
    // biome-ignore lint/a11y/useSemanticElements: rows of a table that is partly not drawn.
    // biome-ignore lint/a11y/useFocusableInteractive: the link in it takes the focus.
    <div
      role="row"
      aria-rowindex={index + 2}
      data-row={index}
      data-testid="session-row"
      style={{ top: index * ROW_HEIGHT }}
      className={`${ROW_GRID} absolute inset-x-0 h-16 border-b border-line bg-base px-4 transition-colors hover:bg-hover sm:px-6`}
    >
      <Cell className="max-md:col-start-2 max-md:row-span-2 max-md:row-start-1 max-md:self-center">
        <SessionStatusPill status={session.status} />
      </Cell>
      <Cell className="max-md:col-start-1 max-md:row-start-1 max-md:self-end">
        <Link
          to={`/console/sessions/${session.id}`}
          tabIndex={isCurrent ? 0 : -1}
          onFocus={() => onFocus(index)}
          className="font-semibold text-ink after:absolute after:inset-0 focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-accent-text"
        >
          {session.reference}
        </Link>
      </Cell>
      <Cell className="flex items-center gap-2 text-sm max-md:col-start-1 max-md:row-start-2 max-md:self-start">
        <span className="truncate text-ink">{participant.name}</span>
        <ChannelIcon size={16} aria-label={t(`channel.${participant.channel}`)} className="shrink-0 text-subtle" />
        <span className="truncate text-muted max-lg:hidden">{participant.phone ?? participant.email}</span>
      </Cell>
      <Cell className="text-sm text-muted max-md:hidden">
        <time dateTime={session.created_at}>
          {formatDate(session.created_at, language)}, {formatTime(session.created_at, language)}
        </time>
      </Cell>
      <ChevronRight size={16} aria-hidden className="text-subtle max-md:hidden" />
    </div>
  );
}

function Cell({ className, children }: { className: string; children: React.ReactNode }) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: see SessionRow.
    <div role="cell" className={`min-w-0 truncate ${className}`}>
      {children}
    </div>
  );
}

export function SkeletonRow() {
  return (
    <div aria-hidden className={`${ROW_GRID} h-16 border-b border-line bg-base px-4 sm:px-6`}>
      <Skeleton className="h-6 w-24 max-md:order-last" />
      <Skeleton className="h-4 w-28" />
      <Skeleton className="h-4 w-44 max-md:hidden" />
      <Skeleton className="h-4 w-28 max-md:hidden" />
    </div>
  );
}
