import { z } from "zod";
import { Role } from "./common.ts";
import { EvidenceFile, EvidenceItem, Recording } from "./evidence.ts";
import { RetainedSession } from "./retention.ts";
import { Session } from "./session.ts";
import { ChatMessage } from "./signalling.ts";
import { CodeChannel, IdentityProof, SignerRequest } from "./signing.ts";

/*
 * What the console reads besides the public API (`/v1`, which it calls with the member's cookie).
 */

/** `GET /console/api/me`. */
export const Me = z.object({
  user: z.object({ id: z.string(), name: z.string(), email: z.string() }),
  organization: z.object({
    id: z.number().int(),
    name: z.string(),
    accent: z.string(),
    /** A visitor's own: everything in it is test mode. */
    sandbox: z.boolean(),
  }),
  role: z.enum(["owner", "administrator", "inspector", "observer"]),
  development: z.boolean(),
});
export type Me = z.infer<typeof Me>;

export const SessionPerson = z.object({
  participant_id: z.string(),
  role: Role,
  name: z.string(),
  device: z.string().nullable(),
  joined_at: z.string(),
  left_at: z.string().nullable(),
  consents: z.array(z.object({ kind: z.string(), granted: z.boolean(), language: z.string(), at: z.string() })),
});
export type SessionPerson = z.infer<typeof SessionPerson>;

export const AuditEntry = z.object({
  sequence: z.number().int(),
  at: z.string(),
  actor: z.string(),
  action: z.string(),
  object: z.string().nullable(),
  object_hash: z.string().nullable(),
  hash: z.string(),
});
export type AuditEntry = z.infer<typeof AuditEntry>;

/** One stage of the work after the end, in order. `signer`: the participant's own signature, where it is asked for. */
export const Stage = z.object({
  name: z.enum(["recordings", "report", "signer", "signing"]),
  state: z.enum(["waiting", "running", "done", "failed", "skipped"]),
  /** 0 to 1. */
  progress: z.number(),
});
export type Stage = z.infer<typeof Stage>;

/** How the invitation's message fares. */
export const InvitationState = z.object({
  id: z.string(),
  channel: z.enum(["sms", "email", "link"]),
  to: z.string().nullable(),
  status: z.enum(["waiting", "sent", "failed"]),
  problem: z.string().nullable(),
  created_at: z.string(),
});
export type InvitationState = z.infer<typeof InvitationState>;

/** Whom the participant was vouched for as, and by whom. */
const IdentityState = z.object({
  name: z.string(),
  confirmed_by: z.string(),
  proof: IdentityProof,
  at: z.string(),
});

/** Where a session's signature stands. */
export const SessionSigning = z.object({
  /** Masked; null where there is neither number nor address. */
  code_recipient: z.object({ channel: CodeChannel, sent_to: z.string() }).nullable(),
  /** The code of the drawn signature; null where it was given without one, or not at all. */
  drawn_code: z.object({ channel: CodeChannel, sent_to: z.string(), confirmed_at: z.string() }).nullable(),
  identity: IdentityState.nullable(),
  /** The signature of the finished report; null where none is asked for, or not yet. */
  request: SignerRequest.extend({
    closed_at: z.string().nullable(),
    signed_at: z.string().nullable(),
    certificate_subject: z.string().nullable(),
    /** Why the last try failed, for people. */
    problem: z.string().nullable(),
    /** The newest message that asked for it; null where the link has to be handed over. */
    message: InvitationState.nullable(),
  }).nullable(),
});
export type SessionSigning = z.infer<typeof SessionSigning>;

/** `GET /console/api/sessions/{id}`: a session with all that belongs to it. */
export const SessionDetail = z.object({
  session: Session,
  /** The join link by the address that phones in the same network reach; null where the public one is that. */
  phone_join_url: z.string().nullable(),
  people: z.array(SessionPerson),
  invitations: z.array(InvitationState),
  items: z.array(EvidenceItem),
  recordings: z.array(Recording),
  evidence_file: EvidenceFile,
  stages: z.array(Stage),
  /** Until when it is kept, what holds it, and what is deleted of it. */
  retained: RetainedSession,
  signing: SessionSigning,
  signature: z.object({ name: z.string(), at: z.string(), svg_url: z.string().nullable() }).nullable(),
  /** What people wrote, notes included. */
  chat: z.array(ChatMessage),
  audit_entries: z.array(AuditEntry),
});
export type SessionDetail = z.infer<typeof SessionDetail>;

/** `GET /console/api/events`, a server-sent event: something of this session has changed; read it again. */
export const ConsoleNotice = z.object({ session_id: z.string(), type: z.string() });
export type ConsoleNotice = z.infer<typeof ConsoleNotice>;

/** `GET /console/api/outbox`: what the outbox driver took instead of sending it. Newest first, the last 100. */
export const OutboxMessage = z.object({
  id: z.string(),
  channel: z.enum(["sms", "email"]),
  to: z.string(),
  subject: z.string().nullable(),
  text: z.string(),
  html: z.string().nullable(),
  /** Null where the message has none, such as one with a code. */
  link: z.string().nullable(),
  /** The same link by the address that phones in the same network reach; null if there is none. */
  phone_link: z.string().nullable(),
  created_at: z.string(),
});
export type OutboxMessage = z.infer<typeof OutboxMessage>;
export const Outbox = z.object({ data: z.array(OutboxMessage) });
export type Outbox = z.infer<typeof Outbox>;
