import type { AnchoredEvent } from "@nexbasira/core/contract/audit.ts";
import type {
  EventEnvelope,
  ParticipantEvent,
  ParticipantLeftEvent,
  TestEvent,
} from "@nexbasira/core/contract/event.ts";
import { canonicalEventType, EventName } from "@nexbasira/core/contract/event-names.ts";
import type * as contract from "@nexbasira/core/contract/evidence.ts";
import { PUBLIC_EVENTS } from "@nexbasira/core/contract/operations/public-events.ts";
import type { Session } from "@nexbasira/core/contract/session.ts";
import { newSigningSecret, signedHeaders } from "@nexbasira/core/webhooks/sign-payload.ts";
import { expect, expectTypeOf, test } from "vitest";
import { verifyWebhook, type WebhookEvent, type WebhookEventOf, type WebhookEventType } from "./index.ts";

// What the type check looks at: the types here are those of the server's contract.
test("the types of events are those that the server sends", () => {
  expectTypeOf<WebhookEventType>().toEqualTypeOf<EventName>();
  expectTypeOf<WebhookEvent["type"]>().toEqualTypeOf<EventName>();
  expectTypeOf<Omit<WebhookEvent, "type" | "data">>().toEqualTypeOf<Omit<EventEnvelope, "type" | "data">>();
  expectTypeOf<WebhookEventOf<"session.created">["data"]>().toEqualTypeOf<Session>();
  expectTypeOf<WebhookEventOf<"session.completed">["data"]>().toEqualTypeOf<Session>();
  expectTypeOf<WebhookEventOf<"participant.joined">["data"]>().toEqualTypeOf<ParticipantEvent>();
  expectTypeOf<WebhookEventOf<"participant.left">["data"]>().toEqualTypeOf<ParticipantLeftEvent>();
  expectTypeOf<WebhookEventOf<"evidence.added">["data"]>().toEqualTypeOf<contract.EvidenceItem>();
  expectTypeOf<WebhookEventOf<"recording.ready">["data"]>().toEqualTypeOf<contract.Recording>();
  expectTypeOf<WebhookEventOf<"signature.completed">["data"]>().toEqualTypeOf<contract.EvidenceFile>();
  expectTypeOf<WebhookEventOf<"audit.anchored">["data"]>().toEqualTypeOf<AnchoredEvent>();
  expectTypeOf<WebhookEventOf<"session.anchored">["data"]>().toEqualTypeOf<AnchoredEvent>();
  expectTypeOf<WebhookEventOf<"webhook.test">["data"]>().toEqualTypeOf<TestEvent>();
  // Under another name, an event is the same.
  expectTypeOf<WebhookEventOf<"session.joined">["data"]>().toEqualTypeOf<ParticipantEvent>();
  expectTypeOf<WebhookEventOf<"evidence.created">["data"]>().toEqualTypeOf<contract.EvidenceItem>();
  expectTypeOf<WebhookEventOf<"session.evidence.captured">["data"]>().toEqualTypeOf<contract.EvidenceItem>();
  expectTypeOf<WebhookEventOf<"session.signed">["data"]>().toEqualTypeOf<contract.EvidenceFile>();
});

test("an event of every name comes through as it was signed", () => {
  const secret = newSigningSecret();
  const examples = new Map<string, { example: unknown }>(Object.entries(PUBLIC_EVENTS));
  for (const type of EventName.options) {
    const data = examples.get(canonicalEventType(type))?.example ?? { some: "data" };
    const event = { id: "evt_1", type, created_at: "2026-05-23T11:42:15Z", org_id: 7, sequence: 3, data };
    const body = JSON.stringify(event);
    const timestamp = Math.floor(Date.now() / 1000);
    const headers = signedHeaders({ id: event.id, type, body, attempt: 1, secrets: [secret], timestamp });
    for (const name of ["nb-signature", "nbx-signature"]) {
      expect(verifyWebhook(body, headers[name], secret)).toEqual(event);
    }
  }
});
