import type { EvidenceFile, EvidenceItem, Recording, Role, Session, Timestamp } from "./resources.ts";

export interface ParticipantJoined {
  session_id: string;
  participant: { id: string; role: Role; name: string };
  /** What the browser says of itself. */
  device: string | null;
  joined_at: Timestamp;
}

export interface ParticipantLeft extends ParticipantJoined {
  left_at: Timestamp;
  reason: "left" | "disconnected" | "session_ended";
}

/** A checkpoint of the audit log got its time stamp at one authority. */
export interface AuditAnchored {
  id: string;
  object: "audit_anchor";
  /** The session whose signed document the checkpoint was made for. */
  session_id: string | null;
  /** What is anchored is the SHA-256 of the note's UTF-8. */
  checkpoint: { id: string; origin: string; size: number; root: string; note: string };
  kind: "rfc3161" | "opentimestamps";
  authority: string;
  qualified: boolean;
  development: boolean;
  anchored_at: Timestamp;
  bitcoin_height: number | null;
  token_url: string | null;
}

export interface WebhookTest {
  test: true;
  message: string;
}

/** The data of each event by its type: the resource as the API shows it. */
interface EventData {
  "session.created": Session;
  "participant.joined": ParticipantJoined;
  "participant.left": ParticipantLeft;
  "evidence.added": EvidenceItem;
  "session.completed": Session;
  "recording.ready": Recording;
  "signature.completed": EvidenceFile;
  "audit.anchored": AuditAnchored;
  "webhook.test": WebhookTest;
  // Other names under which an event may be subscribed: it comes under the name that was asked for.
  "session.joined": ParticipantJoined;
  "evidence.created": EvidenceItem;
  "session.evidence.captured": EvidenceItem;
  "session.signed": EvidenceFile;
  "session.anchored": AuditAnchored;
}

export type WebhookEventType = keyof EventData;

/** An event of one type. */
export interface WebhookEventOf<Type extends WebhookEventType> {
  /** The same over all attempts and endpoints: keep it, and pass over what you have had. */
  id: string;
  type: Type;
  created_at: Timestamp;
  org_id: number;
  /** Puts the events of one session in order; null for what belongs to none. */
  sequence: number | null;
  /** More than 256 KiB are cut to `{ id, object, session_id, truncated: true, url }`. */
  data: EventData[Type];
}

/** Any event; `type` tells which. There may be further types some day: pass over what you do not know. */
export type WebhookEvent = { [Type in WebhookEventType]: WebhookEventOf<Type> }[WebhookEventType];
