import type { CreateApiKey, CreatedApiKey } from "@nexbasira/core/contract/api-key.ts";
import { type UseMutationResult, useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";
import { createApiKey } from "../../api/api-keys.ts";
import { queryKeys } from "../../api/keys.ts";

/** Makes a key. Sending the same again after a lost answer makes no second one and brings the same secret. */
export function useCreateApiKey(): UseMutationResult<CreatedApiKey, Error, CreateApiKey> {
  const queryClient = useQueryClient();
  const sent = useRef({ body: "", key: "" });
  return useMutation({
    mutationFn: (body) => {
      const text = JSON.stringify(body);
      if (sent.current.body !== text) sent.current = { body: text, key: crypto.randomUUID() };
      return createApiKey(body, sent.current.key);
    },
    onSuccess: () => queryClient.invalidateQueries({ queryKey: queryKeys.apiKeyLists }),
    // The answer holds the secret: it is forgotten with the form.
    gcTime: 0,
  });
}
