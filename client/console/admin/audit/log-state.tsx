import type { Anchor, AuditVerification } from "@nexbasira/core/contract/audit.ts";
import { ApiFailed } from "@nexbasira/ui/api-failed.tsx";
import { Card } from "@nexbasira/ui/card.tsx";
import { formatExactTime, formatNumber } from "@nexbasira/ui/format.ts";
import { SkeletonList } from "@nexbasira/ui/skeleton.tsx";
import { StatusPill } from "@nexbasira/ui/status-pill.tsx";
import { useLanguage } from "@nexbasira/ui/use-language.ts";
import { useQuery } from "@tanstack/react-query";
import { TriangleAlert } from "lucide-react";
import { useTranslation } from "react-i18next";
import { readAuditState } from "../../api/audit.ts";
import { queryKeys } from "../../api/keys.ts";
import { AnchorList } from "../../finished/anchor-list.tsx";

/** How far the log is signed and anchored, and whether it held when it was last verified. */
export function LogState() {
  const { t } = useTranslation("console");
  const language = useLanguage();
  const { data, error, refetch } = useQuery({
    queryKey: queryKeys.auditState,
    queryFn: ({ signal }) => readAuditState(signal),
    refetchOnMount: "always",
  });
  if (data === undefined) {
    return (
      <Card>
        {error === null ? <SkeletonList rows={2} /> : <ApiFailed error={error} onRetry={() => void refetch()} />}
      </Card>
    );
  }
  const { checkpoint, verification } = data;
  const anchors: readonly Anchor[] = checkpoint?.anchors ?? [];
  return (
    <div data-testid="log-state" className="flex flex-col gap-4">
      {verification.problem !== null && <Alarm verification={verification} problem={verification.problem} />}
      <div className="grid items-start gap-4 sm:grid-cols-2 lg:grid-cols-3">
        <Card className="flex flex-col gap-1.5 text-sm">
          <h2 className="font-semibold">{t("admin.audit.verified_title")}</h2>
          <Verified verification={verification} />
        </Card>
        <Card className="flex flex-col gap-1.5 text-sm">
          <h2 className="font-semibold">{t("admin.audit.checkpoint_title")}</h2>
          {checkpoint === undefined ? (
            <p className="text-muted">{t("admin.audit.no_checkpoint")}</p>
          ) : (
            <>
              <p>{t("admin.audit.checkpoint", { size: formatNumber(checkpoint.size, language) })}</p>
              <p className="text-muted">{formatExactTime(checkpoint.created_at, language)}</p>
            </>
          )}
        </Card>
        <Card className="flex flex-col gap-1.5 text-sm sm:max-lg:col-span-2">
          <h2 className="font-semibold">{t("anchors.title")}</h2>
          <AnchorList anchors={anchors} />
        </Card>
      </div>
      <p className="max-w-3xl text-sm text-muted">{t("admin.audit.promise")}</p>
    </div>
  );
}

function Verified({ verification: { verified_at, size, problem } }: { verification: AuditVerification }) {
  const { t } = useTranslation("console");
  const language = useLanguage();
  if (verified_at === null) return <p className="text-muted">{t("admin.audit.never_verified")}</p>;
  return (
    <>
      <StatusPill
        kind={problem === null ? "success" : "danger"}
        label={problem === null ? t("admin.audit.holds") : t("admin.audit.broken")}
        className="self-start"
      />
      <p>{t("admin.audit.verified", { size: formatNumber(size, language) })}</p>
      <p className="text-muted">{formatExactTime(verified_at, language)}</p>
    </>
  );
}

function Alarm({ verification, problem }: { verification: AuditVerification; problem: string }) {
  const { t } = useTranslation("console");
  const language = useLanguage();
  return (
    <div
      role="alert"
      data-testid="log-alarm"
      className="flex items-start gap-3 rounded-surface bg-danger-soft px-5 py-4 text-sm text-danger-text"
    >
      <TriangleAlert size={20} aria-hidden className="mt-0.5 shrink-0" />
      <div className="flex min-w-0 flex-col gap-1">
        <p className="font-semibold">{t("admin.audit.alarm")}</p>
        <p>{t("admin.audit.alarm_text", { size: formatNumber(verification.size, language) })}</p>
        <p className="font-mono text-xs break-words">{problem}</p>
      </div>
    </div>
  );
}
