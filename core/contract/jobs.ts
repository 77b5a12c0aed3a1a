import { z } from "zod";
import { CheckpointReason } from "./audit.ts";

/*
 * The work after a change, one typed definition per job. A job may run twice: its task finds what is done already.
 * `limit_s` is how long one run may take before another worker takes it up.
 */
export const JOBS = {
  "send-invitation": { payload: z.strictObject({ invitation_id: z.string() }), limit_s: 60, retries: 8 },
  /** A one-time code; after its 10 minutes it is not worth sending. */
  "send-code": { payload: z.strictObject({ code_id: z.string() }), limit_s: 60, retries: 4 },
  "make-derivatives": { payload: z.strictObject({ item_id: z.string() }), limit_s: 120, retries: 5 },
  "cut-clip": { payload: z.strictObject({ clip_id: z.string() }), limit_s: 300, retries: 5 },
  /**
   * Makes the stream's picture of a moment (server time, ms since 1970) the provisional frame of a snapshot: `request_id`
   * is the inspector's request, or the capture itself where the participant took it unasked.
   */
  "cut-frame": {
    payload: z.strictObject({
      session_id: z.string(),
      participant_id: z.string(),
      request_id: z.uuid(),
      at_ms: z.number(),
    }),
    limit_s: 60,
    retries: 2,
  },
  "finalize-recording": { payload: z.strictObject({ recording_id: z.string() }), limit_s: 3600, retries: 10 },
  "assemble-report": { payload: z.strictObject({ session_id: z.string() }), limit_s: 1800, retries: 10 },
  "sign-evidence": { payload: z.strictObject({ session_id: z.string() }), limit_s: 300, retries: 20 },
  /**
   * Brings a signed file to B-LTA that could not reach it at once, and renews its document time stamp before that ends.
   * `attempt` counts from 1; each next one is enqueued by the one before, later and later, for about a day.
   */
  "upgrade-signature": {
    payload: z.strictObject({ session_id: z.string(), attempt: z.number().int().min(1) }),
    limit_s: 300,
    retries: 20,
  },
  /** Finds the files that are still below B-LTA, and those whose document time stamps end soon. */
  "upgrade-signatures": { payload: z.strictObject({}), limit_s: 600, retries: 0 },
  /** Signs a report with a key in the participant's own name, which they have allowed by a code. */
  "sign-as-participant": { payload: z.strictObject({ session_id: z.string() }), limit_s: 300, retries: 5 },
  /** Prepares a report for its participant's certificate at a remote signing service. */
  "prepare-provider-signature": { payload: z.strictObject({ session_id: z.string() }), limit_s: 300, retries: 3 },
  /** Has the service make the signature that the participant has given leave for. */
  "make-provider-signature": { payload: z.strictObject({ session_id: z.string() }), limit_s: 300, retries: 5 },
  /** Seals reports whose participants have not signed them in time. */
  "expire-signature-requests": { payload: z.strictObject({}), limit_s: 60, retries: 0 },
  /** Signs the head of the organization's audit log, for a session or for itself. */
  "make-checkpoint": {
    payload: z.strictObject({
      org_id: z.number().int(),
      of: z.strictObject({ session_id: z.string(), reason: CheckpointReason }).nullable(),
    }),
    limit_s: 600,
    retries: 20,
  },
  /** Has a checkpoint anchored by one authority; tried for days, since an authority may be down for as long. */
  "anchor-checkpoint": { payload: z.strictObject({ anchor_id: z.string() }), limit_s: 60, retries: 1000 },
  "announce-disabled-endpoint": {
    payload: z.strictObject({ endpoint_id: z.string(), user_id: z.number().int() }),
    limit_s: 60,
    retries: 8,
  },
  /** Ends sessions whose time is over. */
  "expire-sessions": { payload: z.strictObject({}), limit_s: 60, retries: 0 },
  /** Forgets deliveries whose 30 days are over. */
  "forget-deliveries": { payload: z.strictObject({}), limit_s: 1800, retries: 0 },
  /** Deletes the contents of sessions whose time is over, and makes their people unreadable when theirs is. */
  "keep-retention": { payload: z.strictObject({}), limit_s: 1800, retries: 0 },
  /** Removes the files that deletions have let go of and nothing else names. */
  "delete-files": { payload: z.strictObject({}), limit_s: 1800, retries: 5 },
  /** Checkpoints of logs that have grown, and anchors that nobody tries any more. */
  "checkpoint-logs": { payload: z.strictObject({}), limit_s: 600, retries: 0 },
  /** Asks the calendars for the attestations that receipts still wait for. */
  "upgrade-receipts": { payload: z.strictObject({}), limit_s: 1800, retries: 0 },
  "verify-audit-logs": { payload: z.strictObject({}), limit_s: 6 * 3600, retries: 1 },
  /** Removes what killed processes have left of files in the making. */
  "sweep-temporary": { payload: z.strictObject({}), limit_s: 600, retries: 0 },
} as const;

/** Jobs that come by themselves, each with its times (crontab, UTC). */
export const SCHEDULED_JOBS = {
  "expire-sessions": "* * * * *",
  "expire-signature-requests": "* * * * *",
  "forget-deliveries": "17 * * * *",
  "keep-retention": "7 * * * *",
  "delete-files": "22,52 * * * *",
  "checkpoint-logs": "7 * * * *",
  "upgrade-receipts": "27 * * * *",
  "verify-audit-logs": "41 3 * * *",
  "sweep-temporary": "37 * * * *",
  "upgrade-signatures": "13 4 * * *",
} as const satisfies Partial<Record<keyof typeof JOBS, string>>;

export type JobName = keyof typeof JOBS;
export type JobPayload<Name extends JobName> = z.infer<(typeof JOBS)[Name]["payload"]>;
