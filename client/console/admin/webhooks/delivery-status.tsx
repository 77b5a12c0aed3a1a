import type { DeliveryStatus } from "@nexbasira/core/contract/webhook.ts";
import { StatusPill } from "@nexbasira/ui/status-pill.tsx";
import { CircleX, Clock, RotateCw } from "lucide-react";
import { useTranslation } from "react-i18next";

const LOOKS = {
  pending: { kind: "info", icon: Clock },
  delivered: { kind: "success" },
  failed: { kind: "warning", icon: RotateCw },
  dropped: { kind: "danger", icon: CircleX },
} as const satisfies Record<DeliveryStatus, object>;

/** How a delivery stands. */
export function DeliveryStatusPill({ status }: { status: DeliveryStatus }) {
  const { t } = useTranslation("console");
  return <StatusPill {...LOOKS[status]} label={t(`admin.webhooks.statuses.${status}`)} />;
}
