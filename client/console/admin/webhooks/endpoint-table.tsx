import type { WebhookEndpoint } from "@nexbasira/core/contract/webhook.ts";
import { classNames } from "@nexbasira/ui/class-names.ts";
import { Skeleton } from "@nexbasira/ui/skeleton.tsx";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { AdminTable } from "../admin-table.tsx";
import { DeliveryStatusPill } from "./delivery-status.tsx";
import { EndpointState } from "./endpoint-state.tsx";
import { useEventText } from "./event-texts.ts";
import { ModePill } from "./mode-pill.tsx";
import { Moment } from "./moment.tsx";
import { useDeliveries } from "./use-deliveries.ts";

const COLUMNS = ["endpoint", "state", "mode", "events", "last"] as const;

/** Endpoints with how they stand. Where there is no room for columns, each is a card with its facts. */
export function EndpointTable({ endpoints }: { endpoints: readonly WebhookEndpoint[] }) {
  const { t } = useTranslation("console");
  return (
    <AdminTable headings={COLUMNS.map((name) => t(`admin.webhooks.columns.${name}`))}>
      {endpoints.map((endpoint) => (
        <EndpointRow key={endpoint.id} endpoint={endpoint} />
      ))}
    </AdminTable>
  );
}

function EndpointRow({ endpoint }: { endpoint: WebhookEndpoint }) {
  const { t } = useTranslation("console");
  const textOf = useEventText();
  const { id, url, description, event_types, mode } = endpoint;
  return (
    <tr
      data-testid="endpoint"
      className="relative border-b border-line align-top last:border-b-0 hover:bg-hover max-lg:grid max-lg:grid-cols-2 max-lg:gap-x-4 max-lg:gap-y-3 max-lg:p-4"
    >
      <th scope="row" className="min-w-56 py-3 pr-3 pl-5 font-normal max-lg:col-span-full max-lg:min-w-0 max-lg:p-0">
        {/* The link's after-image covers the row, so that a press anywhere counts. */}
        <Link
          to={id}
          className="font-semibold [overflow-wrap:anywhere] text-ink after:absolute after:inset-0 after:content-[''] focus-visible:-outline-offset-2"
        >
          {url}
        </Link>
        {description !== null && <span className="block break-words text-muted">{description}</span>}
      </th>
      <Cell label={t("admin.webhooks.columns.state")} wide>
        <EndpointState endpoint={endpoint} />
      </Cell>
      <Cell label={t("admin.webhooks.columns.mode")}>
        <ModePill mode={mode} />
      </Cell>
      <Cell label={t("admin.webhooks.columns.events")}>
        {event_types.length === 0 ? (
          t("admin.webhooks.events_all")
        ) : (
          <ul className="flex flex-col">
            {event_types.map((name) => (
              <li key={name} className="lg:whitespace-nowrap">
                {textOf(name)}
              </li>
            ))}
          </ul>
        )}
      </Cell>
      <Cell label={t("admin.webhooks.columns.last")} wide>
        <LastDelivery endpoint={endpoint} />
      </Cell>
    </tr>
  );
}

/** `wide`: the whole width of a phone. */
function Cell({ label, wide = false, children }: { label: string; wide?: boolean; children: ReactNode }) {
  return (
    <td className={classNames("px-3 py-3 last:pr-5 max-lg:p-0", wide && "max-sm:col-span-full")}>
      <span aria-hidden className="mb-0.5 block text-xs text-muted lg:hidden">
        {label}
      </span>
      {children}
    </td>
  );
}

function LastDelivery({ endpoint: { id, active } }: { endpoint: WebhookEndpoint }) {
  const { t } = useTranslation("console");
  const { data, isError } = useDeliveries({ endpoint: id }, { limit: 1, active });
  if (isError && data === undefined) return <span className="text-muted">{t("admin.webhooks.unknown")}</span>;
  if (data === undefined) return <Skeleton className="h-6 w-24" />;
  const [last] = data;
  if (last === undefined) return <span className="text-muted">{t("admin.webhooks.nothing_sent")}</span>;
  return (
    <span data-testid="last-delivery" className="flex flex-col items-start gap-1">
      <span className="flex flex-wrap items-center gap-x-2">
        <DeliveryStatusPill status={last.status} />
        {last.response_status !== null && <span className="text-muted">{last.response_status}</span>}
      </span>
      <span className="text-muted">
        <Moment at={last.created_at} />
      </span>
    </span>
  );
}
