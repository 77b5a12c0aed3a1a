import type { CreatedWebhookEndpoint, CreateWebhookEndpoint } from "@nexbasira/core/contract/webhook.ts";
import { type UseMutationResult, useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";
import { queryKeys } from "../../api/keys.ts";
import { createEndpoint } from "../../api/webhooks.ts";

/** Registers an endpoint. Sending the same again after a lost answer makes no second one and brings the same secret. */
export function useCreateEndpoint(): UseMutationResult<CreatedWebhookEndpoint, Error, CreateWebhookEndpoint> {
  const queryClient = useQueryClient();
  const sent = useRef({ body: "", key: "" });
  return useMutation({
    mutationFn: (body) => {
      const text = JSON.stringify(body);
      if (sent.current.body !== text) sent.current = { body: text, key: crypto.randomUUID() };
      return createEndpoint(body, sent.current.key);
    },
    onSuccess: () => queryClient.invalidateQueries({ queryKey: queryKeys.webhooks }),
    // The answer holds the secret: it is forgotten with the form.
    gcTime: 0,
  });
}
