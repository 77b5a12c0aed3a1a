import { z } from "zod";

/** The events of the catalogue by their canonical names. */
const EVENT_TYPES = [
  "session.created",
  "participant.joined",
  "participant.left",
  "evidence.added",
  "session.completed",
  "recording.ready",
  "signature.completed",
  "audit.anchored",
  "webhook.test",
] as const;
export const EventType = z.enum(EVENT_TYPES);
export type EventType = z.infer<typeof EventType>;

/** Other names under which an event may be subscribed; a receiver gets it under the name it asked for. */
const EVENT_ALIASES = {
  "session.joined": "participant.joined",
  "evidence.created": "evidence.added",
  "session.evidence.captured": "evidence.added",
  "session.signed": "signature.completed",
  "session.anchored": "audit.anchored",
} as const satisfies Record<string, EventType>;
type EventAlias = keyof typeof EVENT_ALIASES;

const ALIASES = Object.keys(EVENT_ALIASES) as EventAlias[];

/** A canonical name or one of its aliases. */
export const EventName = z.enum([...EVENT_TYPES, ...ALIASES]);
export type EventName = z.infer<typeof EventName>;

export function canonicalEventType(name: EventName): EventType {
  return name in EVENT_ALIASES ? EVENT_ALIASES[name as EventAlias] : (name as EventType);
}
