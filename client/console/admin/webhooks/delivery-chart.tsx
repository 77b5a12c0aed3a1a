import type { WebhookStatistics } from "@nexbasira/core/contract/webhook-console.ts";
import { ApiFailed } from "@nexbasira/ui/api-failed.tsx";
import { Button } from "@nexbasira/ui/button.tsx";
import { Card } from "@nexbasira/ui/card.tsx";
import { formatNumber } from "@nexbasira/ui/format.ts";
import { Skeleton } from "@nexbasira/ui/skeleton.tsx";
import { useLanguage } from "@nexbasira/ui/use-language.ts";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { ChartColumn, Table } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { queryKeys } from "../../api/keys.ts";
import { readStatistics, type StatisticsSpan } from "../../api/webhooks.ts";
import { Segments } from "../segments.tsx";
import { Bars } from "./bars.tsx";
import { formatStep } from "./format-step.ts";
import { StatisticsTable } from "./statistics-table.tsx";

type Step = WebhookStatistics["data"][number];

/** Successes, failures and latency of an endpoint's attempts, as bars or as a table. */
export function DeliveryChart({ endpointId }: { endpointId: string }) {
  const { t } = useTranslation("console");
  const [span, setSpan] = useState<StatisticsSpan>("day");
  const [asTable, setAsTable] = useState(false);
  const { data, error, refetch } = useQuery({
    queryKey: queryKeys.webhookStatistics(endpointId, span),
    queryFn: async ({ signal }) => ({ span, steps: await readStatistics(endpointId, span, signal) }),
    placeholderData: keepPreviousData,
    refetchOnMount: "always",
  });
  return (
    <section aria-labelledby="delivery-chart" className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <h2 id="delivery-chart" className="text-base font-semibold">
          {t("admin.webhooks.chart")}
        </h2>
        <div className="flex flex-wrap items-center gap-2">
          <Segments
            label={t("admin.webhooks.chart_span")}
            value={span}
            segments={[
              { value: "day", label: t("admin.webhooks.span_day") },
              { value: "month", label: t("admin.webhooks.span_month") },
            ]}
            onChange={setSpan}
          />
          <Button
            data-testid="chart-as-table"
            size="small"
            icon={asTable ? ChartColumn : Table}
            onClick={() => setAsTable(!asTable)}
          >
            {t(asTable ? "admin.webhooks.as_chart" : "admin.webhooks.as_table")}
          </Button>
        </div>
      </div>
      {data === undefined && error === null && (
        <Card>
          <Skeleton className="h-44 w-full" />
        </Card>
      )}
      {data === undefined && error !== null && <ApiFailed error={error} onRetry={() => void refetch()} />}
      {data !== undefined &&
        (asTable ? (
          <StatisticsTable steps={data.steps} span={data.span} />
        ) : (
          <Chart steps={data.steps} span={data.span} />
        ))}
    </section>
  );
}

function Chart({ steps, span }: { steps: readonly Step[]; span: StatisticsSpan }) {
  const { t } = useTranslation("console");
  const language = useLanguage();
  const [chosen, setChosen] = useState<number>();
  const step = chosen === undefined ? undefined : steps[chosen];
  const all = { succeeded: sum(steps, "succeeded"), failed: sum(steps, "failed") };
  const number = (value: number) => formatNumber(value, language);
  const counts = step ?? all;
  const slowest = Math.max(0, ...steps.map(({ p95_ms }) => p95_ms ?? 0));
  const most = Math.max(0, ...steps.map(({ succeeded, failed }) => succeeded + failed));
  const first = steps[0];
  const last = steps.at(-1);
  if (most === 0) {
    return (
      <Card>
        <p className="py-6 text-center text-sm text-muted">{t("admin.webhooks.chart_empty")}</p>
      </Card>
    );
  }
  return (
    <Card data-testid="chart" className="flex flex-col gap-4">
      <div aria-hidden data-figures className="flex flex-wrap gap-x-6 gap-y-1 text-sm">
        <Figure swatch="bg-success-text" label={t("admin.webhooks.succeeded")} value={number(counts.succeeded)} />
        <Figure swatch="bg-danger-text" label={t("admin.webhooks.failed")} value={number(counts.failed)} />
        <Figure swatch="bg-info-text" label={t("admin.webhooks.p50")} value={step && latency(step.p50_ms, number)} />
        <Figure swatch="bg-info-text/40" label={t("admin.webhooks.p95")} value={step && latency(step.p95_ms, number)} />
        <span className="text-muted sm:ml-auto">
          {step ? formatStep(step.at, span, language) : t(`admin.webhooks.span_${span}`)}
        </span>
      </div>
      <Bars
        label={t("admin.webhooks.chart_label", { succeeded: number(all.succeeded), failed: number(all.failed) })}
        height={96}
        top={number(most)}
        columns={steps.map(({ succeeded, failed }) => [
          { from: 0, to: succeeded / most, look: "fill-success-text" },
          { from: succeeded / most, to: (succeeded + failed) / most, look: "fill-danger-text" },
        ])}
        chosen={chosen}
        onChoose={setChosen}
      />
      <Bars
        label={t("admin.webhooks.latency_label", { slowest: number(slowest) })}
        height={48}
        top={`${number(slowest)} ms`}
        columns={steps.map(({ p50_ms, p95_ms }) => [
          { from: 0, to: (p95_ms ?? 0) / Math.max(slowest, 1), look: "fill-info-text/40" },
          { from: 0, to: (p50_ms ?? 0) / Math.max(slowest, 1), look: "fill-info-text" },
        ])}
        chosen={chosen}
        onChoose={setChosen}
      />
      {first && last && (
        <div aria-hidden data-figures className="-mt-2 flex justify-between text-xs text-muted">
          <span>{formatStep(first.at, span, language)}</span>
          <span>{formatStep(last.at, span, language)}</span>
        </div>
      )}
    </Card>
  );
}

function Figure({ swatch, label, value }: { swatch: string; label: string; value: string | undefined }) {
  return (
    <div className="flex items-center gap-2">
      <span className="flex items-center gap-2 text-muted">
        <span aria-hidden className={`size-2.5 rounded-small ${swatch}`} />
        {label}
      </span>
      {value !== undefined && <span className="font-medium text-ink">{value}</span>}
    </div>
  );
}

function latency(ms: number | null, number: (value: number) => string): string {
  return ms === null ? "–" : `${number(ms)} ms`;
}

function sum(steps: readonly Step[], name: "succeeded" | "failed"): number {
  return steps.reduce((total, step) => total + step[name], 0);
}
