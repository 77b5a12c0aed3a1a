import { ApiError } from "@nexbasira/ui/api-error.ts";
import { ApiFailed } from "@nexbasira/ui/api-failed.tsx";
import { Skeleton } from "@nexbasira/ui/skeleton.tsx";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { useParams } from "react-router";
import { usePageTitle } from "../common/use-page-title.ts";
import { NotFoundPage } from "../frame/not-found-page.tsx";
import { ClosedPage } from "./closed-page.tsx";
import { useSessionDetail } from "./use-session-detail.ts";

// The call's libraries are as large as the rest of the console; the list does not wait for them.
const LivePage = lazy(() => import("../live/live-page.tsx"));
const FinishedPage = lazy(() => import("../finished/finished-page.tsx"));

/** One session, by its status: the call, what came of it, or why there is neither. */
export function SessionPage() {
  const { id = "" } = useParams();
  const { t } = useTranslation("console");
  const { data: detail, error, refetch } = useSessionDetail(id);
  usePageTitle(detail?.session.reference ?? t("session.title"));
  if (detail === undefined) {
    if (error instanceof ApiError && error.status === 404) return <NotFoundPage />;
    if (error !== null) return <ApiFailed error={error} onRetry={() => void refetch()} />;
    return <SessionSkeleton />;
  }
  const { status } = detail.session;
  return (
    <Suspense fallback={<SessionSkeleton />}>
      {status === "pending" || status === "active" ? (
        <LivePage key={id} detail={detail} />
      ) : status === "completed" ? (
        <FinishedPage detail={detail} />
      ) : (
        <ClosedPage session={detail.session} />
      )}
    </Suspense>
  );
}

function SessionSkeleton() {
  const { t } = useTranslation("common");
  return (
    <div role="status" className="flex h-full flex-col gap-4 p-4 sm:p-6">
      <span className="sr-only">{t("loading")}</span>
      <Skeleton className="h-8 w-64" />
      <Skeleton className="h-4 w-40" />
      <div className="grid min-h-0 flex-1 gap-4 lg:grid-cols-[minmax(0,1fr)_20rem]">
        <Skeleton className="min-h-64" />
        <Skeleton className="min-h-64 max-lg:hidden" />
      </div>
    </div>
  );
}
