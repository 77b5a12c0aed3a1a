import type { WebhookEventDetail } from "@nexbasira/core/contract/webhook.ts";
import { ApiFailed } from "@nexbasira/ui/api-failed.tsx";
import { Button } from "@nexbasira/ui/button.tsx";
import { SidePanel } from "@nexbasira/ui/side-panel.tsx";
import { SkeletonList } from "@nexbasira/ui/skeleton.tsx";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Send } from "lucide-react";
import { useTranslation } from "react-i18next";
import { queryKeys } from "../../api/keys.ts";
import { resendDelivery } from "../../api/webhooks.ts";
import { may } from "../../identity/may.ts";
import { useMember } from "../../identity/member-context.ts";
import { ProblemNotice } from "../problem-notice.tsx";
import { AttemptView } from "./attempt-view.tsx";
import { CodeBlock } from "./code-block.tsx";
import { DeliveryStatusPill } from "./delivery-status.tsx";
import { useEventText } from "./event-texts.ts";
import { Moment } from "./moment.tsx";
import { useDelivery } from "./use-delivery.ts";

export interface DeliveryPanelProps {
  /** Undefined closes it. */
  deliveryId: string | undefined;
  /** Its endpoint is sent to. */
  active: boolean;
  onClose: () => void;
}

/** One delivery: what was sent, and how each attempt went. */
export function DeliveryPanel({ deliveryId, active, onClose }: DeliveryPanelProps) {
  const { t } = useTranslation("console");
  return (
    <SidePanel
      open={deliveryId !== undefined}
      onOpenChange={(open) => !open && onClose()}
      title={t("admin.webhooks.delivery")}
      description={<span className="font-mono text-xs break-all">{deliveryId}</span>}
    >
      {deliveryId !== undefined && <Delivery key={deliveryId} id={deliveryId} active={active} />}
    </SidePanel>
  );
}

function Delivery({ id, active }: { id: string; active: boolean }) {
  const { data, error, refetch } = useDelivery(id);
  if (data === undefined) {
    return error === null ? <SkeletonList rows={5} /> : <ApiFailed error={error} onRetry={() => void refetch()} />;
  }
  return <DeliveryView delivery={data} active={active} />;
}

function DeliveryView({ delivery, active }: { delivery: WebhookEventDetail; active: boolean }) {
  const { t } = useTranslation("console");
  const attempts = delivery.attempts.toReversed();
  return (
    <div data-testid="delivery-view" data-status={delivery.status} className="flex min-w-0 flex-col gap-6">
      <Facts delivery={delivery} />
      <Resend id={delivery.id} active={active} />
      <section aria-labelledby="attempts" className="flex min-w-0 flex-col gap-3">
        <h3 id="attempts" className="text-sm font-semibold">
          {t("admin.webhooks.attempts", { count: attempts.length })}
        </h3>
        {attempts.length === 0 && <p className="text-sm text-muted">{t("admin.webhooks.no_attempts")}</p>}
        {attempts.map((attempt, index) => (
          <AttemptView key={attempt.number} attempt={attempt} isOpen={index === 0} />
        ))}
      </section>
      <section aria-labelledby="payload" className="flex min-w-0 flex-col gap-3">
        <h3 id="payload" className="text-sm font-semibold">
          {t("admin.webhooks.payload")}
        </h3>
        <CodeBlock label="JSON" code={JSON.stringify(delivery.payload, null, 2)} data-testid="payload" />
      </section>
    </div>
  );
}

function Facts({ delivery }: { delivery: WebhookEventDetail }) {
  const { t } = useTranslation("console");
  const textOf = useEventText();
  const times = [
    { label: t("admin.webhooks.log_columns.created"), at: delivery.created_at },
    { label: t("admin.webhooks.delivered_at"), at: delivery.delivered_at },
    { label: t("admin.webhooks.log_columns.next"), at: delivery.next_attempt_at },
  ];
  return (
    <div className="flex min-w-0 flex-col gap-3">
      <div role="status" className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
        <DeliveryStatusPill status={delivery.status} />
        <span className="text-sm font-medium text-ink">{textOf(delivery.event_type)}</span>
      </div>
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1.5 text-sm">
        <dt className="text-muted">{t("admin.webhooks.event_id")}</dt>
        <dd className="font-mono text-xs leading-5 break-all">{delivery.event_id}</dd>
        <dt className="text-muted">{t("admin.webhooks.url")}</dt>
        <dd className="break-all">{delivery.url}</dd>
        {times.map(
          ({ label, at }) =>
            at !== null && (
              <div key={label} className="contents">
                <dt className="text-muted">{label}</dt>
                <dd>
                  <Moment at={at} seconds />
                </dd>
              </div>
            ),
        )}
      </dl>
    </div>
  );
}

function Resend({ id, active }: { id: string; active: boolean }) {
  const { t } = useTranslation("console");
  const queryClient = useQueryClient();
  const mayWrite = may(useMember(), "webhooks:write");
  const resend = useMutation({
    mutationFn: () => resendDelivery(id),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: queryKeys.webhooks }),
  });
  if (!mayWrite) return null;
  if (!active) return <p className="text-sm text-muted">{t("admin.webhooks.resume_first")}</p>;
  return (
    <>
      <Button
        data-testid="resend"
        icon={Send}
        busy={resend.isPending}
        className="self-start"
        onClick={() => resend.mutate()}
      >
        {t("admin.webhooks.resend")}
      </Button>
      {resend.isError && <ProblemNotice error={resend.error} otherwise={t("admin.webhooks.resend_failed")} />}
    </>
  );
}
