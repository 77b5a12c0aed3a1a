import { z } from "zod";

/** A stored record of the audit log, as it was canonicalized. */
export const AuditRecord = z.object({
  sequence: z.number().int(),
  previous_hash: z.string(),
  recorded_at: z.string(),
  org_id: z.number().int(),
  actor: z.object({ type: z.string(), id: z.string() }),
  action: z.string(),
  session_id: z.string().nullable(),
  /** From 0 within the session, so that a missing entry of it is seen without the log; null where it is of none. */
  session_sequence: z.number().int().nullable(),
  object: z.object({ type: z.string(), id: z.string() }).nullable(),
  object_hash: z.string().nullable(),
  details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
});
export type AuditRecord = z.infer<typeof AuditRecord>;
