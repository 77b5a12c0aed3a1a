import { toTimestamp } from "../contract/common.ts";
import type { EventEnvelope } from "../contract/event.ts";

interface DeliveredEvent {
  event_id: string;
  /** The name under which the receiver subscribed. */
  event_type: string;
  event_created_at: Date;
  org_id: number;
  sequence: number | null;
  data: Record<string, unknown>;
}

/** What a receiver gets: the same for every attempt of an event under this name. */
export function toEnvelope(event: DeliveredEvent): EventEnvelope {
  return {
    id: event.event_id,
    type: event.event_type,
    created_at: toTimestamp(event.event_created_at),
    org_id: event.org_id,
    sequence: event.sequence,
    data: event.data,
  };
}
