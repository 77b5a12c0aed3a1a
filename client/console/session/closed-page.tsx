import type { Session } from "@nexbasira/core/contract/session.ts";
import { buttonClass } from "@nexbasira/ui/button.tsx";
import { EmptyState } from "@nexbasira/ui/empty-state.tsx";
import { formatDate, formatTime } from "@nexbasira/ui/format.ts";
import { useLanguage } from "@nexbasira/ui/use-language.ts";
import { CalendarX2, CircleSlash } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { SessionHeading } from "./session-heading.tsx";

/** A session that never came about: cancelled, or its link ended before anybody used it. */
export function ClosedPage({ session }: { session: Session }) {
  const { t } = useTranslation("console");
  const language = useLanguage();
  const cancelled = session.status === "cancelled";
  const expired = `${formatDate(session.expires_at, language)}, ${formatTime(session.expires_at, language)}`;
  return (
    <div className="flex min-h-full flex-col p-4 sm:p-6">
      <SessionHeading session={session} />
      <div className="grid flex-1 place-items-center">
        <EmptyState
          icon={cancelled ? CircleSlash : CalendarX2}
          title={cancelled ? t("closed.cancelled") : t("closed.expired")}
          text={cancelled ? t("closed.cancelled_text") : t("closed.expired_text", { at: expired })}
          action={
            <Link to="/console/sessions?new" className={buttonClass("secondary", "medium")}>
              {t("sessions.new")}
            </Link>
          }
        />
      </div>
    </div>
  );
}
