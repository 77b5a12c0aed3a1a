import type { Session } from "@nexbasira/core/contract/session.ts";
import { formatDate, formatDuration, formatTime } from "@nexbasira/ui/format.ts";
import { useLanguage } from "@nexbasira/ui/use-language.ts";
import { ChevronLeft } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { SessionStatusPill } from "../sessions/session-status-pill.tsx";

/** Which session it is, with whom and when; `actions` stand at its right. */
export function SessionHeading({ session, actions }: { session: Session; actions?: ReactNode }) {
  const { t } = useTranslation("console");
  const language = useLanguage();
  const from = session.started_at ?? session.created_at;
  const lasted =
    session.started_at !== null && session.completed_at !== null
      ? formatDuration(Date.parse(session.completed_at) - Date.parse(session.started_at))
      : undefined;
  return (
    <header className="flex flex-wrap items-end justify-between gap-x-6 gap-y-3">
      <div className="flex min-w-0 flex-col gap-1.5">
        <Link
          to="/console/sessions"
          className="-ml-1 inline-flex items-center gap-0.5 self-start rounded-small text-sm text-muted hover:text-ink"
        >
          <ChevronLeft size={16} aria-hidden />
          {t("sessions.title")}
        </Link>
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
          <h1 className="text-lg font-semibold break-words">{session.reference}</h1>
          <SessionStatusPill status={session.status} />
        </div>
        <p data-figures className="text-sm text-muted">
          {session.participant.name} · {formatDate(from, language)}, {formatTime(from, language)}
          {lasted !== undefined && ` · ${lasted}`}
        </p>
      </div>
      {actions !== undefined && <div className="flex flex-wrap gap-2">{actions}</div>}
    </header>
  );
}
