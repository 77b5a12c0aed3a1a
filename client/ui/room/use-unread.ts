import type { ChatMessage } from "@nexbasira/core/contract/signalling.ts";
import { useEffect, useState } from "react";

/** The others' messages that came since they were last looked at; while they are looked at (`open`) there are none. */
export function useUnread(
  messages: readonly ChatMessage[],
  self: string | undefined,
  open: boolean,
): { unread: readonly ChatMessage[]; markSeen: () => void } {
  const latest = messages.at(-1)?.sent_at ?? 0;
  const [seenAt, setSeenAt] = useState(latest);
  useEffect(() => {
    if (open) setSeenAt(latest);
  }, [open, latest]);
  const unread = open ? [] : messages.filter((message) => message.participant_id !== self && message.sent_at > seenAt);
  return { unread, markSeen: () => setSeenAt(latest) };
}
