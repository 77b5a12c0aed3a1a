import { z } from "zod";
import { PlainText, Timestamp } from "./common.ts";
import { Page, PageQuery } from "./pagination.ts";
import { Mode, SessionStatus } from "./session.ts";

/*
 * How long the evidence of sessions is kept, what holds it, and the people in it: the console's own calls.
 */

const LegalHold = z.object({
  since: Timestamp,
  reason: z.string(),
  /** As the member is called now. */
  by: z.string(),
});

/** What is kept of a session, until when, and what is not any more. */
export const RetainedSession = z.object({
  id: z.string(),
  reference: z.string(),
  mode: Mode,
  status: SessionStatus,
  participant_name: z.string(),
  completed_at: Timestamp.nullable(),
  /** When the rule deletes its contents, if nothing holds it; null: never, or it has not ended. */
  evidence_until: Timestamp.nullable(),
  legal_hold: LegalHold.nullable(),
  evidence_deletion: z.object({ at: Timestamp, by: z.enum(["rule", "hand"]) }).nullable(),
  personal_data_erased_at: Timestamp.nullable(),
});
export type RetainedSession = z.infer<typeof RetainedSession>;

export const RetainedSessionPage = Page(RetainedSession);
export type RetainedSessionPage = z.infer<typeof RetainedSessionPage>;

/** `due`: within the next thirty days. */
export const RetentionState = z.enum(["held", "due", "deleted"]);
export type RetentionState = z.infer<typeof RetentionState>;

/** `GET /console/api/retained-sessions`. */
export const RetainedSessionQuery = PageQuery.extend({ state: RetentionState.optional() });

/** `POST /console/api/sessions/{id}/legal-hold`. */
export const SetLegalHold = z.strictObject({ reason: PlainText(500) });
export type SetLegalHold = z.infer<typeof SetLegalHold>;

/** `POST /console/api/sessions/{id}/evidence-deletion`: the session's reference, typed again. */
export const DeleteEvidence = z.strictObject({ reference: PlainText(120) });
export type DeleteEvidence = z.infer<typeof DeleteEvidence>;

/** `POST /console/api/people/search`: in a body, since addresses of requests are logged. */
export const FindPerson = z.strictObject({
  by: z.enum(["email", "phone", "participant"]),
  value: PlainText(254).describe("The whole address, number or id; what is none finds nobody"),
});
export type FindPerson = z.infer<typeof FindPerson>;

/** A session that somebody was invited to, or took part in. */
export const PersonSession = z.object({
  session_id: z.string(),
  reference: z.string(),
  mode: Mode,
  status: SessionStatus,
  participant_id: z.string().nullable(),
  name: z.string(),
  phone: z.string().nullable(),
  email: z.string().nullable(),
  created_at: Timestamp,
  items: z.number().int(),
  legal_hold: z.boolean(),
  evidence_deleted: z.boolean(),
});
export type PersonSession = z.infer<typeof PersonSession>;

export const PersonSessions = z.object({ data: z.array(PersonSession) });
export type PersonSessions = z.infer<typeof PersonSessions>;

/** The most sessions of one person that are found, exported or erased at once. */
export const MOST_PERSON_SESSIONS = 100;

const SESSION_ID = "sess_[0-9A-Z]{26}";

/** `GET /console/api/people/export`. */
export const PersonExportQuery = z.strictObject({
  sessions: z
    .string()
    .regex(new RegExp(`^${SESSION_ID}(,${SESSION_ID}){0,${MOST_PERSON_SESSIONS - 1}}$`), "is no list of sessions")
    .describe("Ids of the person's sessions, with commas between them"),
});

/** `POST /console/api/people/erasure`: `name` is the person's, typed again, as every one of the sessions has it. */
export const ErasePerson = z.strictObject({
  session_ids: z
    .array(z.string().regex(new RegExp(`^${SESSION_ID}$`), "is no session"))
    .min(1)
    .max(MOST_PERSON_SESSIONS),
  name: PlainText(120),
});
export type ErasePerson = z.infer<typeof ErasePerson>;

export const ErasedPerson = z.object({ erased: z.number().int().describe("Sessions that were not erased before") });
export type ErasedPerson = z.infer<typeof ErasedPerson>;
