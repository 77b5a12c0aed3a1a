import { canonicalEventType, EventName, type EventType } from "@nexbasira/core/contract/event-names.ts";
import { useTranslation } from "react-i18next";

const TEXTS = {
  "session.created": "admin.webhooks.events.session_created",
  "participant.joined": "admin.webhooks.events.participant_joined",
  "participant.left": "admin.webhooks.events.participant_left",
  "evidence.added": "admin.webhooks.events.evidence_added",
  "session.completed": "admin.webhooks.events.session_completed",
  "recording.ready": "admin.webhooks.events.recording_ready",
  "signature.completed": "admin.webhooks.events.signature_completed",
  "audit.anchored": "admin.webhooks.events.audit_anchored",
  "webhook.test": "admin.webhooks.events.webhook_test",
} as const satisfies Record<EventType, string>;

/** An event's name in words; one that this page does not know yet stays as it is. */
export function useEventText(): (name: string) => string {
  const { t } = useTranslation("console");
  return (name) => {
    const known = EventName.safeParse(name);
    return known.success ? t(TEXTS[canonicalEventType(known.data)]) : name;
  };
}
