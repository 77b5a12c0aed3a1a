import type { WebhookEvent } from "@nexbasira/core/contract/webhook.ts";
import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import { queryKeys } from "../../api/keys.ts";
import { type DeliveryFilter, listDeliveries } from "../../api/webhooks.ts";
import { pollDelay } from "./poll-delay.ts";

/** The newest deliveries that match, read again while one of them is on its way. `active`: the endpoint is sent to. */
export function useDeliveries(
  filter: DeliveryFilter,
  { limit, active }: { limit: number; active: boolean },
): UseQueryResult<WebhookEvent[]> {
  const query = JSON.stringify([filter.status, filter.event_type, limit]);
  return useQuery({
    queryKey: queryKeys.webhookDeliveries(filter.endpoint, query),
    queryFn: ({ signal }) => listDeliveries(filter, limit, signal),
    // Events come without telling the console.
    refetchOnMount: "always",
    refetchInterval: ({ state }) => pollDelay(state.data ?? [], { active, now: Date.now() }),
  });
}
