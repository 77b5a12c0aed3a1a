import { type QueryKey, type UseMutationResult, useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";

interface IdempotentMutation<Body, Answer> {
  /** `idempotencyKey` stays the same while the body does. */
  send: (body: Body, idempotencyKey: string) => Promise<Answer>;
  /** What has to be read again afterwards. */
  invalidates: QueryKey;
  /** Whether the answer is a secret, which is forgotten with the form. */
  secret?: boolean;
}

/** Makes something. Sending the same again after a lost answer makes no second one; a corrected form is a new one. */
export function useIdempotentMutation<Body, Answer>({
  send,
  invalidates,
  secret = false,
}: IdempotentMutation<Body, Answer>): UseMutationResult<Answer, Error, Body> {
  const queryClient = useQueryClient();
  const sent = useRef({ body: "", key: "" });
  return useMutation({
    mutationFn: (body) => {
      const text = JSON.stringify(body);
      if (sent.current.body !== text) sent.current = { body: text, key: crypto.randomUUID() };
      return send(body, sent.current.key);
    },
    onSuccess: () => queryClient.invalidateQueries({ queryKey: invalidates }),
    ...(secret ? { gcTime: 0 } : {}),
  });
}
