import type { AuditLogEntry } from "@nexbasira/core/contract/audit.ts";
import { formatExactTime, formatNumber } from "@nexbasira/ui/format.ts";
import { StatusPill } from "@nexbasira/ui/status-pill.tsx";
import { useLanguage } from "@nexbasira/ui/use-language.ts";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { proveInclusion, readAuditState } from "../../api/audit.ts";
import { queryKeys } from "../../api/keys.ts";
import { checkInclusion } from "./check-inclusion.ts";

/** Whether the entry is in the tree of the newest checkpoint, computed in this browser. */
export function InclusionState({ entry }: { entry: AuditLogEntry }) {
  const { t } = useTranslation("console");
  const language = useLanguage();
  const state = useQuery({ queryKey: queryKeys.auditState, queryFn: ({ signal }) => readAuditState(signal) });
  const checkpoint = state.data?.checkpoint;
  const isCovered = checkpoint !== undefined && entry.sequence < checkpoint.size;
  const proof = useQuery({
    queryKey: queryKeys.auditProof(entry.sequence, checkpoint?.size ?? 0),
    queryFn: ({ signal }) => proveInclusion(entry.sequence, checkpoint?.size ?? 0, signal),
    enabled: isCovered,
  });
  if (state.isPending || (isCovered && proof.isPending)) {
    return <StatusPill kind="neutral" label={t("admin.audit.proving")} className="self-start" />;
  }
  if (state.isError || proof.isError) {
    return <Answer kind="warning" label={t("admin.audit.not_proven")} text={t("admin.audit.proof_failed")} />;
  }
  if (!isCovered || proof.data === undefined) {
    return <Answer kind="neutral" label={t("admin.audit.not_signed")} text={t("admin.audit.not_signed_text")} />;
  }
  const time = formatExactTime(checkpoint.created_at, language);
  return checkInclusion(entry, checkpoint, proof.data) ? (
    <Answer
      kind="success"
      label={t("admin.audit.proven")}
      text={t("admin.audit.proven_text", { size: formatNumber(checkpoint.size, language), time })}
    />
  ) : (
    <Answer kind="danger" label={t("admin.audit.disproven")} text={t("admin.audit.disproven_text")} />
  );
}

interface AnswerProps {
  kind: "success" | "neutral" | "warning" | "danger";
  label: string;
  text: string;
}

function Answer({ kind, label, text }: AnswerProps) {
  return (
    <div role="status" data-testid="inclusion" className="flex flex-col items-start gap-1.5">
      <StatusPill kind={kind} label={label} />
      <p className="text-sm text-muted">{text}</p>
    </div>
  );
}
