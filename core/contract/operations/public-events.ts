import type { z } from "zod";
import { AnchoredEvent } from "../audit.ts";
import { ParticipantEvent, ParticipantLeftEvent, TestEvent } from "../event.ts";
import type { EventType } from "../event-names.ts";
import { EvidenceFile, EvidenceItem, Recording } from "../evidence.ts";
import { Session } from "../session.ts";
import { ANCHORED } from "./audit-examples.ts";
import { COMPLETED_SESSION, EVIDENCE_FILE, EVIDENCE_ITEM, RECORDING, SESSION } from "./examples.ts";

interface PublicEvent {
  summary: string;
  data: z.ZodType;
  example: unknown;
}

const JOINED = {
  session_id: SESSION.id,
  participant: { id: EVIDENCE_ITEM.captured_by.participant_id, role: "participant", name: "Marie L." },
  device: "Mozilla/5.0 (iPhone; CPU iPhone OS 18_4 like Mac OS X)",
  joined_at: "2026-05-23T11:42:15Z",
} satisfies ParticipantEvent;

/** The events that are sent. */
export const PUBLIC_EVENTS: Readonly<Record<EventType, PublicEvent>> = {
  "session.created": { summary: "A session was created, its link is on its way", data: Session, example: SESSION },
  "participant.joined": { summary: "Somebody joined the session", data: ParticipantEvent, example: JOINED },
  "participant.left": {
    summary: "Somebody left, or was gone for longer than the grace period",
    data: ParticipantLeftEvent,
    example: { ...JOINED, left_at: "2026-05-23T12:01:48Z", reason: "session_ended" } satisfies ParticipantLeftEvent,
  },
  "evidence.added": {
    summary: "An original is stored and its hash verified",
    data: EvidenceItem,
    example: EVIDENCE_ITEM,
  },
  "session.completed": { summary: "The session has ended", data: Session, example: COMPLETED_SESSION },
  "recording.ready": { summary: "A recording can be downloaded", data: Recording, example: RECORDING },
  "signature.completed": { summary: "The signed PDF can be downloaded", data: EvidenceFile, example: EVIDENCE_FILE },
  "audit.anchored": {
    summary: "A checkpoint of the audit log got its time stamp at one authority",
    data: AnchoredEvent,
    example: ANCHORED,
  },
  "webhook.test": {
    summary: "A test, sent when an endpoint is registered",
    data: TestEvent,
    example: { test: true, message: "A probe of a new webhook endpoint." } satisfies TestEvent,
  },
};
