import { z } from "zod";
import { Role, Timestamp } from "./common.ts";

/** What a receiver gets. `id` is the same over all attempts and endpoints; `sequence` orders one session's events. */
export const EventEnvelope = z.object({
  id: z.string(),
  type: z.string(),
  created_at: Timestamp,
  org_id: z.number().int(),
  sequence: z.number().int().nullable(),
  data: z.record(z.string(), z.unknown()),
});
export type EventEnvelope = z.infer<typeof EventEnvelope>;

/** The largest payload, in bytes; a larger resource is cut to its id and link. */
export const MAX_EVENT_BYTES = 256 * 1024;

export const EventParticipant = z.object({ id: z.string(), role: Role, name: z.string() });

/** The data of `participant.joined` and `participant.left`. */
export const ParticipantEvent = z.object({
  session_id: z.string(),
  participant: EventParticipant,
  /** What the browser says of itself. */
  device: z.string().nullable(),
  joined_at: Timestamp,
});
export type ParticipantEvent = z.infer<typeof ParticipantEvent>;

export const ParticipantLeftEvent = ParticipantEvent.extend({
  left_at: Timestamp,
  reason: z.enum(["left", "disconnected", "session_ended"]),
});
export type ParticipantLeftEvent = z.infer<typeof ParticipantLeftEvent>;

export const TestEvent = z.object({ test: z.literal(true), message: z.string() });
export type TestEvent = z.infer<typeof TestEvent>;
