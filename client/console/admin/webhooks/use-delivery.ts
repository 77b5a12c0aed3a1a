import type { WebhookEventDetail } from "@nexbasira/core/contract/webhook.ts";
import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import { queryKeys } from "../../api/keys.ts";
import { readDelivery } from "../../api/webhooks.ts";
import { pollDelay } from "./poll-delay.ts";

/** A delivery with its attempts, read again while it is on its way. */
export function useDelivery(id: string): UseQueryResult<WebhookEventDetail> {
  return useQuery({
    queryKey: queryKeys.webhookDelivery(id),
    queryFn: ({ signal }) => readDelivery(id, signal),
    refetchOnMount: "always",
    refetchInterval: ({ state }) =>
      state.data === undefined ? false : pollDelay([state.data], { active: true, now: Date.now() }),
  });
}
