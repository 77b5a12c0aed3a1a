import { type RetainedSession, RetentionState } from "@nexbasira/core/contract/retention.ts";
import { ApiFailed } from "@nexbasira/ui/api-failed.tsx";
import { Button } from "@nexbasira/ui/button.tsx";
import { Card } from "@nexbasira/ui/card.tsx";
import { EmptyState } from "@nexbasira/ui/empty-state.tsx";
import { formatDate } from "@nexbasira/ui/format.ts";
import { SkeletonList } from "@nexbasira/ui/skeleton.tsx";
import { useLanguage } from "@nexbasira/ui/use-language.ts";
import { useInfiniteQuery } from "@tanstack/react-query";
import { CalendarClock, FileX, Scale } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Link, useSearchParams } from "react-router";
import { queryKeys } from "../../api/keys.ts";
import { listRetainedSessions } from "../../api/retention.ts";
import { AdminTable } from "../admin-table.tsx";
import { Segments } from "../segments.tsx";

const ICONS = { held: Scale, due: CalendarClock, deleted: FileX };

/** Sessions that are held, that will be deleted soon, and whose contents are gone. Which of them is in the address. */
export function RetainedSessions() {
  const { t } = useTranslation("console");
  const [address, setAddress] = useSearchParams();
  const state = RetentionState.safeParse(address.get("state")).data ?? "held";
  return (
    <section className="flex flex-col gap-3" data-testid="retained-sessions">
      <div className="flex flex-wrap items-end justify-between gap-3">
        <h2 className="font-semibold">{t("admin.retention.sessions")}</h2>
        <Segments
          label={t("admin.retention.sessions")}
          value={state}
          segments={RetentionState.options.map((value) => ({ value, label: t(`admin.retention.states.${value}`) }))}
          onChange={(next) => setAddress(next === "held" ? {} : { state: next }, { replace: true })}
        />
      </div>
      <SessionList state={state} />
    </section>
  );
}

function SessionList({ state }: { state: RetentionState }) {
  const { t } = useTranslation("console");
  const pages = useInfiniteQuery({
    queryKey: queryKeys.retainedSessions(state),
    queryFn: ({ pageParam, signal }) => listRetainedSessions(state, pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    refetchOnMount: "always",
  });
  const sessions = pages.data?.pages.flatMap((page) => page.data);
  if (sessions === undefined || sessions.length === 0) {
    return (
      <Card>
        {sessions !== undefined && (
          <EmptyState
            icon={ICONS[state]}
            title={t(`admin.retention.none_${state}`)}
            text={t(`admin.retention.none_${state}_text`)}
          />
        )}
        {sessions === undefined && pages.error === null && <SkeletonList rows={3} />}
        {sessions === undefined && pages.error !== null && (
          <ApiFailed error={pages.error} onRetry={() => void pages.refetch()} />
        )}
      </Card>
    );
  }
  return (
    <>
      <AdminTable
        headings={[t("admin.retention.session"), t("admin.retention.ended"), t(`admin.retention.about_${state}`)]}
      >
        {sessions.map((session) => (
          <SessionRow key={session.id} session={session} state={state} />
        ))}
      </AdminTable>
      {pages.hasNextPage && (
        <Button className="self-center" busy={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
          {t("admin.more")}
        </Button>
      )}
    </>
  );
}

function SessionRow({ session, state }: { session: RetainedSession; state: RetentionState }) {
  const { t } = useTranslation("console");
  const language = useLanguage();
  const { completed_at } = session;
  return (
    <tr
      data-testid="retained-session"
      className="border-b border-line last:border-b-0 max-lg:flex max-lg:flex-col max-lg:gap-1 max-lg:px-5 max-lg:py-3"
    >
      <th scope="row" className="py-2.5 pr-3 pl-5 font-normal max-lg:p-0">
        <Link
          to={`/console/sessions/${session.id}`}
          className="font-medium break-words text-accent-text underline-offset-2 hover:underline"
        >
          {session.reference}
        </Link>
        <span className="block break-words text-muted">
          {session.personal_data_erased_at === null ? session.participant_name : t("admin.retention.erased")}
        </span>
      </th>
      <td className="px-3 py-2.5 whitespace-nowrap text-muted max-lg:p-0">
        <span className="lg:hidden">{t("admin.retention.ended")}: </span>
        {completed_at === null ? t("admin.retention.not_ended") : formatDate(completed_at, language)}
      </td>
      <td className="py-2.5 pr-5 pl-3 max-lg:p-0">
        <About session={session} state={state} />
      </td>
    </tr>
  );
}

function About({ session, state }: { session: RetainedSession; state: RetentionState }) {
  const { t } = useTranslation("console");
  const language = useLanguage();
  const { legal_hold, evidence_until, evidence_deletion } = session;
  if (state === "held" && legal_hold !== null) {
    return (
      <>
        <span className="block break-words">{legal_hold.reason}</span>
        <span className="block text-muted">
          {t("admin.retention.held_by", { name: legal_hold.by, date: formatDate(legal_hold.since, language) })}
        </span>
      </>
    );
  }
  if (state === "due" && evidence_until !== null) return formatDate(evidence_until, language);
  if (evidence_deletion === null) return null;
  return t(`admin.retention.deleted_${evidence_deletion.by}`, { date: formatDate(evidence_deletion.at, language) });
}
