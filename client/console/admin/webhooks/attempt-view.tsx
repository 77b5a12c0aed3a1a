import type { DeliveryAttempt } from "@nexbasira/core/contract/webhook.ts";
import { StatusPill } from "@nexbasira/ui/status-pill.tsx";
import { ChevronRight } from "lucide-react";
import { useTranslation } from "react-i18next";
import { CodeBlock } from "./code-block.tsx";
import { Moment } from "./moment.tsx";
import { AnswerBody, Outcome } from "./test-result.tsx";

/** One try to deliver: what was sent beside the payload, and what came back. */
export function AttemptView({ attempt, isOpen }: { attempt: DeliveryAttempt; isOpen: boolean }) {
  const { t } = useTranslation("console");
  const { number, response_status } = attempt;
  const succeeded = response_status !== null && response_status >= 200 && response_status < 300;
  return (
    <details
      open={isOpen}
      data-testid="attempt"
      className="group min-w-0 overflow-hidden rounded-surface border border-line"
    >
      <summary className="flex list-none flex-wrap items-center gap-x-3 gap-y-1 px-3 py-2.5 text-sm hover:bg-hover focus-visible:-outline-offset-2 [&::-webkit-details-marker]:hidden">
        <ChevronRight size={16} aria-hidden className="shrink-0 text-muted transition-transform group-open:rotate-90" />
        <StatusPill
          kind={succeeded ? "success" : "danger"}
          label={t(succeeded ? "admin.webhooks.attempt_succeeded" : "admin.webhooks.attempt_failed", { number })}
        />
        <Outcome attempt={attempt} />
        <span className="text-sm text-muted">
          <Moment at={attempt.started_at} seconds />
        </span>
      </summary>
      <div className="flex min-w-0 flex-col gap-3 border-t border-line p-3">
        <AnswerBody attempt={attempt} />
        {Object.keys(attempt.response_headers).length > 0 && (
          <CodeBlock label={t("admin.webhooks.response_headers")} code={linesOf(attempt.response_headers)} wrap />
        )}
        <CodeBlock label={t("admin.webhooks.request_headers")} code={linesOf(attempt.request_headers)} wrap />
      </div>
    </details>
  );
}

function linesOf(headers: Record<string, string>): string {
  return Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}`)
    .join("\n");
}
