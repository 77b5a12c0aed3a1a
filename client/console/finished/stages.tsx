import type { SessionDetail, Stage } from "@nexbasira/core/contract/console.ts";
import { Card } from "@nexbasira/ui/card.tsx";
import { classNames } from "@nexbasira/ui/class-names.ts";
import { Progress } from "@nexbasira/ui/progress.tsx";
import { Check, CircleAlert, CircleDashed, LoaderCircle, type LucideIcon, Minus, PenLine } from "lucide-react";
import { useTranslation } from "react-i18next";

const ICONS: Record<Stage["state"], LucideIcon> = {
  waiting: CircleDashed,
  running: LoaderCircle,
  done: Check,
  failed: CircleAlert,
  skipped: Minus,
};

const COLOURS: Record<Stage["state"], string> = {
  waiting: "bg-hover text-subtle",
  running: "bg-info-soft text-info-text",
  done: "bg-success-soft text-success-text",
  failed: "bg-danger-soft text-danger-text",
  skipped: "bg-hover text-subtle",
};

/** How far the work after the end is: recordings, report, signing; and in words what failed. */
export function Stages({ detail }: { detail: SessionDetail }) {
  const { t } = useTranslation("console");
  const failed = detail.stages.find(({ state }) => state === "failed");
  return (
    <Card padded={false}>
      <ol
        className="grid divide-line max-lg:divide-y lg:auto-cols-fr lg:grid-flow-col lg:divide-x"
        aria-label={t("stages.title")}
      >
        {detail.stages.map((stage) => (
          <StageStep key={stage.name} stage={stage} request={detail.signing.request} />
        ))}
      </ol>
      {failed !== undefined && (
        <div role="alert" className="flex flex-col gap-1 border-t border-line bg-danger-soft px-5 py-4 text-sm">
          <p className="font-semibold text-danger-text">{t(`stages.failed_${failed.name}`)}</p>
          {detail.evidence_file.problem !== null && <p className="text-ink">{detail.evidence_file.problem}</p>}
          <p className="text-ink">{t("stages.failed_safe")}</p>
        </div>
      )}
    </Card>
  );
}

function StageStep({ stage, request }: { stage: Stage; request: SessionDetail["signing"]["request"] }) {
  const { t } = useTranslation("console");
  // People take their time: nothing turns for days.
  const awaited = stage.name === "signer" && stage.state === "running";
  // Whoever was asked and did not sign is no step that was not needed.
  const unsigned = stage.name === "signer" && stage.state === "skipped" && request !== null;
  const Icon = awaited ? PenLine : ICONS[stage.state];
  const name = t(`stages.${stage.name}`);
  return (
    <li data-testid={`stage-${stage.name}`} data-state={stage.state} className="flex items-center gap-3 px-5 py-4">
      <span
        className={classNames(
          "inline-flex size-9 shrink-0 items-center justify-center rounded-full",
          COLOURS[stage.state],
        )}
      >
        <Icon size={20} aria-hidden className={classNames(stage.state === "running" && !awaited && "animate-spin")} />
      </span>
      <div className="flex min-w-0 flex-1 flex-col gap-1">
        <p className="flex flex-wrap items-baseline justify-between gap-x-2 text-sm">
          <span className="font-medium">{name}</span>
          <span data-figures className="text-muted">
            {stage.state === "running" && stage.progress > 0
              ? `${Math.round(stage.progress * 100)} %`
              : unsigned
                ? t(`signer.states.${request.state}`)
                : t(`stages.states.${awaited ? "awaited" : stage.state}`)}
          </span>
        </p>
        {stage.state === "running" && !awaited && (
          <Progress label={name} bare value={stage.progress > 0 ? stage.progress : undefined} />
        )}
      </div>
    </li>
  );
}
