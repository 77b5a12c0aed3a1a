import type { CreateSession, Session } from "@nexbasira/core/contract/session.ts";
import { type UseMutationResult, useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";
import { queryKeys } from "../api/keys.ts";
import { createSession } from "../api/sessions.ts";

/** Makes a session. Sending the same again after a lost answer makes no second one; a corrected form is a new one. */
export function useCreateSession(): UseMutationResult<Session, Error, CreateSession> {
  const queryClient = useQueryClient();
  const sent = useRef({ body: "", key: "" });
  return useMutation({
    mutationFn: (body) => {
      const text = JSON.stringify(body);
      if (sent.current.body !== text) sent.current = { body: text, key: crypto.randomUUID() };
      return createSession(body, sent.current.key);
    },
    onSuccess: () => queryClient.invalidateQueries({ queryKey: queryKeys.sessionLists }),
  });
}
