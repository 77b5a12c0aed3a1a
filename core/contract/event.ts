import { z } from "zod";
import { Timestamp } from "./common.ts";

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
