import { Outbox, type OutboxMessage } from "@nexbasira/core/contract/console.ts";
import { fetchJson } from "@nexbasira/ui/fetch-json.ts";

/** The messages that the outbox took instead of sending them, newest first. */
export async function readOutbox(signal: AbortSignal): Promise<OutboxMessage[]> {
  const { data } = await fetchJson("/console/api/outbox", { schema: Outbox, signal });
  return data;
}
