import { z } from "zod";

/*
 * The work after a change, one typed definition per job. A job may run twice: its task finds what is done already.
 * `limit_s` is how long one run may take before another worker takes it up.
 */
export const JOBS = {
  "send-invitation": { payload: z.strictObject({ invitation_id: z.string() }), limit_s: 60, retries: 8 },
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
  "announce-disabled-endpoint": {
    payload: z.strictObject({ endpoint_id: z.string(), user_id: z.number().int() }),
    limit_s: 60,
    retries: 8,
  },
  /** Ends sessions whose time is over. */
  "expire-sessions": { payload: z.strictObject({}), limit_s: 60, retries: 0 },
  /** Forgets deliveries whose 30 days are over. */
  "forget-deliveries": { payload: z.strictObject({}), limit_s: 1800, retries: 0 },
  /** Removes what killed processes have left of files in the making. */
  "sweep-temporary": { payload: z.strictObject({}), limit_s: 600, retries: 0 },
} as const;

/** Jobs that come by themselves, each with its times (crontab, UTC). */
export const SCHEDULED_JOBS = {
  "expire-sessions": "* * * * *",
  "forget-deliveries": "17 * * * *",
  "sweep-temporary": "37 * * * *",
} as const satisfies Partial<Record<keyof typeof JOBS, string>>;

export type JobName = keyof typeof JOBS;
export type JobPayload<Name extends JobName> = z.infer<(typeof JOBS)[Name]["payload"]>;
