import { DeliveryStatus, type WebhookEndpoint, type WebhookEvent } from "@nexbasira/core/contract/webhook.ts";
import { ApiFailed } from "@nexbasira/ui/api-failed.tsx";
import { Button } from "@nexbasira/ui/button.tsx";
import { Card } from "@nexbasira/ui/card.tsx";
import { EmptyState } from "@nexbasira/ui/empty-state.tsx";
import { NativeSelect } from "@nexbasira/ui/native-select.tsx";
import { SkeletonList } from "@nexbasira/ui/skeleton.tsx";
import { useQueryClient } from "@tanstack/react-query";
import { Inbox, RotateCw, SearchX } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { queryKeys } from "../../api/keys.ts";
import type { DeliveryFilter } from "../../api/webhooks.ts";
import { may } from "../../identity/may.ts";
import { useMember } from "../../identity/member-context.ts";
import { DeliveryPanel } from "./delivery-panel.tsx";
import { DeliveryTable } from "./delivery-table.tsx";
import { EVENT_CHOICES } from "./endpoint-draft.ts";
import { useEventText } from "./event-texts.ts";
import { ResendManyDialog } from "./resend-many-dialog.tsx";
import { useDeliveries } from "./use-deliveries.ts";

/** As many as are shown; the API has all of 30 days. */
const SHOWN = 100;

/** The last hundred deliveries to an endpoint. What is shown, and which one is open, is in the address. */
export function DeliveryLog({ endpoint }: { endpoint: WebhookEndpoint }) {
  const { t } = useTranslation("console");
  const mayWrite = may(useMember(), "webhooks:write");
  const [address, setAddress] = useSearchParams();
  const [isResending, setResending] = useState(false);
  const filter = filterOf(endpoint, address);
  const [isRefreshing, setRefreshing] = useState(false);
  const { data, error, refetch } = useDeliveries(filter, { limit: SHOWN, active: endpoint.active });
  useFollowOutcomes(endpoint.id, data);
  const set = (name: string, value: string | undefined) =>
    setAddress(
      (current) => {
        const next = new URLSearchParams(current);
        if (value === undefined) next.delete(name);
        else next.set(name, value);
        return next;
      },
      { replace: true },
    );
  // Its own state: the reading that goes on by itself is not shown, so that nothing moves without cause.
  const refresh = async () => {
    setRefreshing(true);
    await refetch();
    setRefreshing(false);
  };
  const isFiltered = filter.status !== undefined || filter.event_type !== undefined;
  return (
    <section aria-labelledby="delivery-log" className="flex flex-col gap-3">
      <div className="flex flex-wrap items-start justify-between gap-3">
        <div className="flex flex-col gap-1">
          <h2 id="delivery-log" className="text-base font-semibold">
            {t("admin.webhooks.log")}
          </h2>
          <p className="text-sm text-muted">{t("admin.webhooks.log_text")}</p>
        </div>
        <Button data-testid="refresh" size="small" icon={RotateCw} busy={isRefreshing} onClick={() => void refresh()}>
          {t("admin.webhooks.refresh")}
        </Button>
      </div>
      <div className="flex flex-wrap items-end gap-3">
        {(isFiltered || data === undefined || data.length > 0) && (
          <Filters endpoint={endpoint} filter={filter} onChange={set} />
        )}
        {mayWrite && data !== undefined && data.length > 0 && (
          <Button
            data-testid="resend-many"
            disabled={!endpoint.active}
            title={endpoint.active ? undefined : t("admin.webhooks.resume_first")}
            onClick={() => setResending(true)}
          >
            {isFiltered ? t("admin.webhooks.resend_filtered") : t("admin.webhooks.resend_all")}
          </Button>
        )}
      </div>
      {data === undefined && error === null && (
        <Card>
          <SkeletonList rows={5} />
        </Card>
      )}
      {data === undefined && error !== null && <ApiFailed error={error} onRetry={() => void refetch()} />}
      {data?.length === 0 && (
        <Card>
          <EmptyState
            icon={isFiltered ? SearchX : Inbox}
            title={t(isFiltered ? "admin.webhooks.log_filtered" : "admin.webhooks.log_empty")}
            text={t(isFiltered ? "admin.webhooks.log_filtered_text" : "admin.webhooks.log_empty_text")}
          />
        </Card>
      )}
      {data !== undefined && data.length > 0 && (
        <DeliveryTable deliveries={data} onOpen={(id) => set("delivery", id)} />
      )}
      <DeliveryPanel
        deliveryId={address.get("delivery") ?? undefined}
        active={endpoint.active}
        onClose={() => set("delivery", undefined)}
      />
      <ResendManyDialog filter={filter} open={isResending} onClose={() => setResending(false)} />
    </section>
  );
}

/** The address's own words, as far as they are a filter. */
function filterOf({ id, ...endpoint }: WebhookEndpoint, address: URLSearchParams): DeliveryFilter {
  const status = DeliveryStatus.safeParse(address.get("status"));
  const type = address.get("event_type");
  return {
    endpoint: id,
    ...(status.success && { status: status.data }),
    ...(type !== null && eventsOf(endpoint).includes(type) && { event_type: type }),
  };
}

/** What may stand in the log of an endpoint: what it subscribed to, and tests. */
function eventsOf({ event_types }: Pick<WebhookEndpoint, "event_types">): string[] {
  const subscribed = event_types.length === 0 ? EVENT_CHOICES : event_types;
  return [...new Set([...subscribed, "webhook.test"])];
}

interface FiltersProps {
  endpoint: WebhookEndpoint;
  filter: DeliveryFilter;
  onChange: (name: "status" | "event_type", value: string | undefined) => void;
}

function Filters({ endpoint, filter, onChange }: FiltersProps) {
  const { t } = useTranslation("console");
  const textOf = useEventText();
  const all = { value: "", label: t("admin.webhooks.filter_all") };
  return (
    <>
      <NativeSelect
        label={t("admin.webhooks.filter_status")}
        name="status"
        value={filter.status ?? ""}
        options={[
          all,
          ...DeliveryStatus.options.map((value) => ({ value, label: t(`admin.webhooks.statuses.${value}`) })),
        ]}
        onChange={(value) => onChange("status", value || undefined)}
      />
      <NativeSelect
        label={t("admin.webhooks.filter_event")}
        name="event_type"
        value={filter.event_type ?? ""}
        options={[all, ...eventsOf(endpoint).map((value) => ({ value, label: textOf(value) }))]}
        onChange={(value) => onChange("event_type", value || undefined)}
      />
    </>
  );
}

/** When a delivery has come a step further, so have the endpoint's state and its figures. */
function useFollowOutcomes(endpointId: string, deliveries: readonly WebhookEvent[] | undefined): void {
  const queryClient = useQueryClient();
  const attempts = deliveries?.reduce((sum, { attempt_count }) => sum + attempt_count, 0);
  const before = useRef(attempts);
  useEffect(() => {
    if (before.current !== undefined && attempts !== undefined && before.current !== attempts) {
      void queryClient.invalidateQueries({ queryKey: queryKeys.webhookEndpoint(endpointId) });
      void queryClient.invalidateQueries({ queryKey: queryKeys.webhookStatisticsOf(endpointId) });
    }
    before.current = attempts ?? before.current;
  }, [queryClient, endpointId, attempts]);
}
