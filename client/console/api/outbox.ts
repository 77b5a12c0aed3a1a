import { Outbox, type OutboxMessage } from "@nexbasira/core/contract/console.ts";
import { fetchJson } from "@nexbasira/ui/fetch-json.ts";

/** Whose messages: the member's organization's, or, in development and at this very machine, everybody's. */
export type OutboxOwner = "organization" | "everybody";

const PATHS: Record<OutboxOwner, string> = { organization: "/console/api/outbox", everybody: "/development/outbox" };

/** The messages that were kept instead of sent, newest first. */
export async function readOutbox(owner: OutboxOwner, signal: AbortSignal): Promise<OutboxMessage[]> {
  const { data } = await fetchJson(PATHS[owner], { schema: Outbox, signal });
  return data;
}
