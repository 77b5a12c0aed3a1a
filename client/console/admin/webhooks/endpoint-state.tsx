import type { WebhookEndpoint } from "@nexbasira/core/contract/webhook.ts";
import { StatusPill } from "@nexbasira/ui/status-pill.tsx";
import { CircleOff, Pause } from "lucide-react";
import { useTranslation } from "react-i18next";

type State = "active" | "paused" | "disabled";

function stateOf({ active, disabled_at }: WebhookEndpoint): State {
  if (active) return "active";
  return disabled_at === null ? "paused" : "disabled";
}

const LOOKS = {
  active: { kind: "success" },
  paused: { kind: "neutral", icon: Pause },
  disabled: { kind: "danger", icon: CircleOff },
} as const;

/** Whether an endpoint is sent to, by icon, word and colour, with the failures that it has had in a row. */
export function EndpointState({ endpoint }: { endpoint: WebhookEndpoint }) {
  const { t } = useTranslation("console");
  const state = stateOf(endpoint);
  const { failures_in_a_row } = endpoint;
  return (
    <span data-testid="endpoint-state" data-state={state} className="flex flex-wrap items-center gap-x-2 gap-y-1">
      <StatusPill {...LOOKS[state]} label={t(`admin.webhooks.states.${state}`)} />
      {failures_in_a_row > 0 && (
        <span className={state === "active" ? "text-sm text-warning-text" : "text-sm text-danger-text"}>
          {t("admin.webhooks.failures", { count: failures_in_a_row })}
        </span>
      )}
    </span>
  );
}
