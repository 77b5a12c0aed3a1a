import type { DeliveryAttempt } from "@nexbasira/core/contract/webhook.ts";
import { ApiFailed } from "@nexbasira/ui/api-failed.tsx";
import { Card } from "@nexbasira/ui/card.tsx";
import { formatNumber } from "@nexbasira/ui/format.ts";
import { IconButton } from "@nexbasira/ui/icon-button.tsx";
import { useLanguage } from "@nexbasira/ui/use-language.ts";
import { X } from "lucide-react";
import { useTranslation } from "react-i18next";
import { CodeBlock } from "./code-block.tsx";
import { DeliveryStatusPill } from "./delivery-status.tsx";
import { useDelivery } from "./use-delivery.ts";

/** How a test fire goes: on its way, then what the receiver answered. */
export function TestResult({ deliveryId, onClose }: { deliveryId: string; onClose: () => void }) {
  const { t } = useTranslation(["console", "common"]);
  const { data, error, refetch } = useDelivery(deliveryId);
  const attempt = data?.attempts.at(-1);
  const status = data?.status ?? "pending";
  return (
    <Card data-testid="test-result" data-status={status} className="flex flex-col gap-3">
      <div className="flex items-start justify-between gap-4">
        <div role="status" className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
          <h2 className="text-base font-semibold">{t("admin.webhooks.test_result")}</h2>
          <DeliveryStatusPill status={status} />
          {attempt !== undefined && <Outcome attempt={attempt} />}
        </div>
        <IconButton icon={X} size="small" label={t("common:close")} onClick={onClose} className="-mt-1 -mr-1" />
      </div>
      {data === undefined && error !== null && <ApiFailed error={error} onRetry={() => void refetch()} />}
      {attempt === undefined && error === null && (
        <p className="text-sm text-muted">{t("admin.webhooks.test_pending")}</p>
      )}
      {attempt !== undefined && <AnswerBody attempt={attempt} />}
    </Card>
  );
}

/** The answer's status and how long it took. */
export function Outcome({ attempt: { response_status, duration_ms } }: { attempt: DeliveryAttempt }) {
  const { t } = useTranslation("console");
  const language = useLanguage();
  return (
    <span data-figures className="text-sm text-muted">
      {response_status === null ? t("admin.webhooks.no_answer") : `HTTP ${response_status}`},{" "}
      {formatNumber(duration_ms, language)} ms
    </span>
  );
}

/** What came back, or why nothing did. */
export function AnswerBody({ attempt: { problem, response_body } }: { attempt: DeliveryAttempt }) {
  const { t } = useTranslation("console");
  return (
    <>
      {problem !== null && (
        <p lang="en" className="text-sm break-words text-danger-text">
          {problem}
        </p>
      )}
      {response_body !== null &&
        (response_body === "" ? (
          <p className="text-sm text-muted">{t("admin.webhooks.no_body")}</p>
        ) : (
          <CodeBlock label={t("admin.webhooks.response_body")} code={response_body} wrap data-testid="response-body" />
        ))}
    </>
  );
}
