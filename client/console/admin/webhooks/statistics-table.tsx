import type { WebhookStatistics } from "@nexbasira/core/contract/webhook-console.ts";
import { Card } from "@nexbasira/ui/card.tsx";
import { formatNumber } from "@nexbasira/ui/format.ts";
import { useLanguage } from "@nexbasira/ui/use-language.ts";
import { useTranslation } from "react-i18next";
import type { StatisticsSpan } from "../../api/webhooks.ts";
import { formatStep } from "./format-step.ts";

const COLUMNS = ["succeeded", "failed", "p50", "p95"] as const;

export interface StatisticsTableProps {
  steps: WebhookStatistics["data"];
  span: StatisticsSpan;
}

/** The chart's figures, newest first. */
export function StatisticsTable({ steps, span }: StatisticsTableProps) {
  const { t } = useTranslation("console");
  const language = useLanguage();
  const number = (value: number | null) => (value === null ? "–" : formatNumber(value, language));
  const time = (ms: number | null) => (ms === null ? "–" : `${formatNumber(ms, language)} ms`);
  return (
    <Card padded={false}>
      <section
        aria-label={t("admin.webhooks.chart")}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard (WCAG 2.1.1)
        tabIndex={0}
        className="max-h-96 overflow-auto focus-visible:-outline-offset-2"
      >
        <table data-testid="statistics-table" className="w-full text-right text-sm">
          <thead className="sticky top-0 bg-sunken text-xs text-muted">
            <tr>
              <th scope="col" className="px-3 py-2 text-left font-medium sm:pl-5">
                {t(`admin.webhooks.span_${span}`)}
              </th>
              {COLUMNS.map((name) => (
                <th key={name} scope="col" className="px-3 py-2 font-medium sm:last:pr-5">
                  {t(`admin.webhooks.${name}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {steps.toReversed().map((step) => (
              <tr key={step.at} className="border-t border-line">
                <th scope="row" className="px-3 py-1.5 text-left font-normal whitespace-nowrap text-muted sm:pl-5">
                  <time dateTime={step.at}>{formatStep(step.at, span, language)}</time>
                </th>
                <td className="px-3 py-1.5">{number(step.succeeded)}</td>
                <td className="px-3 py-1.5">{number(step.failed)}</td>
                <td className="px-3 py-1.5 whitespace-nowrap">{time(step.p50_ms)}</td>
                <td className="px-3 py-1.5 whitespace-nowrap sm:pr-5">{time(step.p95_ms)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </Card>
  );
}
