import type { Actor, AuditAction } from "../audit/append-audit-entry.ts";
import { appendAuditEntry } from "../audit/append-audit-entry.ts";
import { MAX_EVENT_BYTES } from "../contract/event.ts";
import { canonicalEventType, EventName, type EventType } from "../contract/event-names.ts";
import { newId } from "../contract/ids.ts";
import type { Transaction } from "../database/database.ts";
import { announceEvent, insertEvent } from "../database/events.ts";
import { listSubscribedEndpoints } from "../database/webhook-endpoints.ts";

export interface EventToRecord {
  org_id: number;
  /** Null for what is of the whole organization. */
  session_id: string | null;
  type: EventType;
  /** The full resource, as the API shows it. */
  data: Record<string, unknown> & { id?: string };
  actor: Actor;
  object: { type: string; id: string };
  /** SHA-256 of the object's bytes, where it has any. */
  object_hash?: string;
  /** What the audit entry says besides the event's id. */
  details?: AuditAction["details"];
}

/**
 * Writes an event, one delivery per subscription of it, and its audit entry, in the caller's transaction, and wakes
 * workers and consoles at the commit. No event precedes its change and none is lost after it.
 */
export async function recordEvent(transaction: Transaction, event: EventToRecord): Promise<void> {
  const id = newId("event");
  await insertEvent(transaction, {
    id,
    org_id: event.org_id,
    session_id: event.session_id,
    type: event.type,
    data: JSON.stringify(withinLimit(event)),
  });
  const endpoints = await listSubscribedEndpoints(transaction, event.org_id, event.session_id);
  const deliveries = endpoints.flatMap((endpoint) =>
    subscribedNames(endpoint.event_types, event.type).map((name) => ({
      id: newId("delivery"),
      org_id: event.org_id,
      mode: endpoint.mode,
      endpoint_id: endpoint.id,
      event_id: id,
      event_type: name,
    })),
  );
  const { org_id, session_id, type } = event;
  const notice = session_id === null ? null : { org_id, session_id, type, object_id: event.object.id };
  await announceEvent(transaction, deliveries, notice);
  await appendAuditEntry(transaction, event.org_id, {
    actor: event.actor,
    action: event.type,
    session_id: event.session_id,
    object: event.object,
    object_hash: event.object_hash ?? null,
    details: { ...event.details, event_id: id },
  });
}

/** The names under which an endpoint subscribed to this event: canonical or aliases; an empty list means everything. */
export function subscribedNames(subscription: readonly string[], type: EventType): string[] {
  if (subscription.length === 0) return [type];
  return subscription.filter((name) => {
    const known = EventName.safeParse(name);
    return known.success && canonicalEventType(known.data) === type;
  });
}

/** A payload over the limit is cut to its id and where to read the rest: a path below the API's address. */
function withinLimit(event: EventToRecord): Record<string, unknown> {
  if (Buffer.byteLength(JSON.stringify(event.data)) <= MAX_EVENT_BYTES - ENVELOPE_BYTES) return event.data;
  const { object, session_id } = event;
  const session = `/v1/sessions/${session_id}`;
  const paths: Record<string, string> = {
    evidence_item: `/v1/evidence/${object.id}`,
    evidence_file: `${session}/evidence`,
    recording: `${session}/recordings`,
  };
  return { id: object.id, object: object.type, session_id, truncated: true, url: paths[object.type] ?? session };
}

/** More than everything around the data takes. */
const ENVELOPE_BYTES = 1024;
