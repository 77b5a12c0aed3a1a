import { queryKeys } from "../../api/keys.ts";
import { useIdempotentMutation } from "../../api/use-idempotent-mutation.ts";
import { createEndpoint } from "../../api/webhooks.ts";

/** Registers an endpoint; sent again, it brings the same secret. */
export function useCreateEndpoint() {
  return useIdempotentMutation({ send: createEndpoint, invalidates: queryKeys.webhooks, secret: true });
}
