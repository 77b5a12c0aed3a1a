import { createApiKey } from "../../api/api-keys.ts";
import { queryKeys } from "../../api/keys.ts";
import { useIdempotentMutation } from "../../api/use-idempotent-mutation.ts";

/** Makes a key; sent again, it brings the same secret. */
export function useCreateApiKey() {
  return useIdempotentMutation({ send: createApiKey, invalidates: queryKeys.apiKeyLists, secret: true });
}
