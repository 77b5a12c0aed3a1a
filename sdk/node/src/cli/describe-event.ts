import type { WebhookEvent } from "../events.ts";

const TYPE_COLUMN = 20;

/** One line for people: when, what, which session's, in which order. */
export function describeEvent({ id, type, created_at, sequence, data }: WebhookEvent): string {
  const session = "session_id" in data && data.session_id !== undefined ? data.session_id : "id" in data ? data.id : "";
  const order = sequence === null ? "" : `#${sequence}`;
  return [created_at, type.padEnd(TYPE_COLUMN), id, String(session), order].filter(Boolean).join("  ");
}
