import type { WebhookEvent } from "@nexbasira/core/contract/webhook.ts";
import { classNames } from "@nexbasira/ui/class-names.ts";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { AdminTable } from "../admin-table.tsx";
import { DeliveryStatusPill } from "./delivery-status.tsx";
import { useEventText } from "./event-texts.ts";
import { Moment } from "./moment.tsx";

const COLUMNS = ["event", "status", "answer", "attempts", "created", "next"] as const;

export interface DeliveryTableProps {
  deliveries: readonly WebhookEvent[];
  onOpen: (id: string) => void;
}

/** Deliveries, newest first; each opens. Where there is no room for columns, each is a card. */
export function DeliveryTable({ deliveries, onOpen }: DeliveryTableProps) {
  const { t } = useTranslation("console");
  return (
    <AdminTable headings={COLUMNS.map((name) => t(`admin.webhooks.log_columns.${name}`))}>
      {deliveries.map((delivery) => (
        <DeliveryRow key={delivery.id} delivery={delivery} onOpen={() => onOpen(delivery.id)} />
      ))}
    </AdminTable>
  );
}

function DeliveryRow({ delivery, onOpen }: { delivery: WebhookEvent; onOpen: () => void }) {
  const { t } = useTranslation("console");
  const textOf = useEventText();
  return (
    <tr
      data-testid="delivery"
      data-status={delivery.status}
      className="relative border-b border-line align-top last:border-b-0 hover:bg-hover max-lg:grid max-lg:grid-cols-2 max-lg:gap-x-4 max-lg:gap-y-2 max-lg:p-4 sm:max-lg:grid-cols-3"
    >
      <th scope="row" className="py-2.5 pr-3 pl-5 font-normal max-lg:col-span-full max-lg:p-0">
        {/* The button's after-image covers the row, so that a press anywhere counts. */}
        <button
          type="button"
          data-testid="open-delivery"
          onClick={onOpen}
          className="text-left font-medium text-ink after:absolute after:inset-0 after:content-['']"
        >
          {textOf(delivery.event_type)}
        </button>
        <span className="block font-mono text-xs break-all text-muted">{delivery.event_type}</span>
      </th>
      <Cell label={t("admin.webhooks.log_columns.status")} wide>
        <DeliveryStatusPill status={delivery.status} />
      </Cell>
      <Cell label={t("admin.webhooks.log_columns.answer")}>
        {delivery.response_status === null ? (
          <span className="text-muted">{delivery.attempt_count > 0 ? t("admin.webhooks.no_answer") : "–"}</span>
        ) : (
          delivery.response_status
        )}
      </Cell>
      <Cell label={t("admin.webhooks.log_columns.attempts")}>{delivery.attempt_count}</Cell>
      <Cell label={t("admin.webhooks.log_columns.created")} wide>
        <Moment at={delivery.created_at} seconds />
      </Cell>
      <Cell label={t("admin.webhooks.log_columns.next")} wide optional={delivery.next_attempt_at === null}>
        {delivery.next_attempt_at === null ? (
          <span className="text-muted">–</span>
        ) : (
          <Moment at={delivery.next_attempt_at} seconds />
        )}
      </Cell>
    </tr>
  );
}

interface CellProps {
  label: string;
  /** The whole width of a phone. */
  wide?: boolean;
  /** Left out of a card. */
  optional?: boolean;
  children: ReactNode;
}

function Cell({ label, wide = false, optional = false, children }: CellProps) {
  return (
    <td
      className={classNames(
        "px-3 py-2.5 last:pr-5 max-lg:p-0",
        wide && "max-sm:col-span-full",
        optional && "max-lg:hidden",
      )}
    >
      <span aria-hidden className="mb-0.5 block text-xs text-muted lg:hidden">
        {label}
      </span>
      {children}
    </td>
  );
}
