import { AnyId, NoBody } from "../common.ts";
import { EventName } from "../event-names.ts";
import { operation } from "../operation.ts";
import { PageQuery } from "../pagination.ts";
import {
  CreatedWebhookEndpoint,
  CreateWebhookEndpoint,
  DeliveryStatus,
  ResendWebhookEvents,
  ResentWebhookEvents,
  UpdatedWebhookEndpoint,
  UpdateWebhookEndpoint,
  WebhookEndpoint,
  WebhookEndpointPage,
  WebhookEvent,
  WebhookEventDetail,
  WebhookEventPage,
} from "../webhook.ts";
import { pageExample, WEBHOOK_ENDPOINT, WEBHOOK_EVENT, WEBHOOK_EVENT_DETAIL } from "./examples.ts";

const TAG = "Webhooks";

export const WEBHOOK_OPERATIONS = {
  createWebhookEndpoint: operation({
    method: "post",
    path: "/webhook-endpoints",
    alsoAt: "/webhooks",
    tag: TAG,
    summary: "Register a webhook endpoint",
    description:
      "The address gets a signed `webhook.test` at once and must answer 2xx within 10 seconds. " +
      "`signing_secret` is shown in this answer and never again.",
    permission: "webhooks:write",
    body: CreateWebhookEndpoint,
    bodyExample: {
      url: WEBHOOK_ENDPOINT.url,
      description: WEBHOOK_ENDPOINT.description,
      event_types: WEBHOOK_ENDPOINT.event_types,
    },
    answer: {
      status: 201,
      schema: CreatedWebhookEndpoint,
      description: "The endpoint and its secret.",
      example: { ...WEBHOOK_ENDPOINT, signing_secret: "whsec_4f9d2a8b3c1e…" },
    },
  }),
  listWebhookEndpoints: operation({
    method: "get",
    path: "/webhook-endpoints",
    alsoAt: "/webhooks",
    tag: TAG,
    summary: "List webhook endpoints",
    description: "Newest first. A session's callbacks are shown with their session.",
    permission: "webhooks:read",
    query: PageQuery,
    answer: {
      status: 200,
      schema: WebhookEndpointPage,
      description: "One page of endpoints.",
      example: pageExample(WEBHOOK_ENDPOINT),
    },
  }),
  readWebhookEndpoint: operation({
    method: "get",
    path: "/webhook-endpoints/{id}",
    alsoAt: "/webhooks/{id}",
    tag: TAG,
    summary: "Retrieve a webhook endpoint",
    permission: "webhooks:read",
    answer: { status: 200, schema: WebhookEndpoint, description: "The endpoint.", example: WEBHOOK_ENDPOINT },
    errors: ["not_found"],
  }),
  updateWebhookEndpoint: operation({
    method: "patch",
    path: "/webhook-endpoints/{id}",
    alsoAt: "/webhooks/{id}",
    tag: TAG,
    summary: "Change a webhook endpoint",
    description:
      "Pause it (`active: false`), narrow its subscription, move it (a new address is probed first), or rotate its " +
      "secret: for 24 hours every delivery carries a signature by each of the two.",
    permission: "webhooks:write",
    body: UpdateWebhookEndpoint,
    bodyExample: { active: false },
    answer: {
      status: 200,
      schema: UpdatedWebhookEndpoint,
      description: "The endpoint as it is now.",
      example: { ...WEBHOOK_ENDPOINT, active: false },
    },
    errors: ["not_found"],
  }),
  deleteWebhookEndpoint: operation({
    method: "delete",
    path: "/webhook-endpoints/{id}",
    alsoAt: "/webhooks/{id}",
    tag: TAG,
    summary: "Delete a webhook endpoint",
    description: "What still waits for it is dropped.",
    permission: "webhooks:write",
    answer: { status: 204, description: "It is gone." },
    errors: ["not_found"],
  }),
  testWebhookEndpoint: operation({
    method: "post",
    path: "/webhook-endpoints/{id}/test",
    alsoAt: "/webhooks/{id}/test",
    tag: TAG,
    summary: "Fire a test",
    description:
      "Sends a synthetic `webhook.test` by the ordinary way, once; the delivery in the answer tells how it went when it " +
      "is read again.",
    permission: "webhooks:write",
    body: NoBody,
    answer: {
      status: 202,
      schema: WebhookEvent,
      description: "The delivery, on its way.",
      example: { ...WEBHOOK_EVENT, event_type: "webhook.test", status: "pending" },
    },
    errors: ["not_found", "endpoint_paused"],
  }),
  readWebhookEvent: operation({
    method: "get",
    path: "/webhook-events/{id}",
    tag: TAG,
    summary: "Retrieve a delivery",
    description: "With its payload and every attempt.",
    permission: "webhooks:read",
    answer: {
      status: 200,
      schema: WebhookEventDetail,
      description: "The delivery.",
      example: WEBHOOK_EVENT_DETAIL,
    },
    errors: ["not_found"],
  }),
  resendWebhookEvent: operation({
    method: "post",
    path: "/webhook-events/{id}/resend",
    tag: TAG,
    summary: "Send a delivery again",
    description: "Under the same event id, with the whole schedule of retries, also when it was delivered or dropped.",
    permission: "webhooks:write",
    body: NoBody,
    answer: {
      status: 202,
      schema: WebhookEvent,
      description: "The delivery, on its way.",
      example: { ...WEBHOOK_EVENT, status: "pending" },
    },
    errors: ["not_found", "endpoint_paused"],
  }),
  resendWebhookEvents: operation({
    method: "post",
    path: "/webhook-events/resend",
    tag: TAG,
    summary: "Send many deliveries again",
    description: "All that match, of the last 30 days and to endpoints that still exist.",
    permission: "webhooks:write",
    body: ResendWebhookEvents,
    bodyExample: { status: "dropped", created_after: "2026-05-23T00:00:00Z" },
    answer: {
      status: 202,
      schema: ResentWebhookEvents,
      description: "How many are on their way.",
      example: { resent: 12 },
    },
  }),
  listWebhookEvents: operation({
    method: "get",
    path: "/webhook-events",
    tag: TAG,
    summary: "List deliveries",
    description: "What was sent to which endpoint and how it went, newest first.",
    permission: "webhooks:read",
    query: PageQuery.extend({
      endpoint: AnyId.optional().describe("Deliveries to this endpoint only"),
      status: DeliveryStatus.optional().describe("Deliveries in this state only"),
      event_type: EventName.optional().describe("Deliveries under this name only"),
    }),
    answer: {
      status: 200,
      schema: WebhookEventPage,
      description: "One page of deliveries.",
      example: pageExample(WEBHOOK_EVENT),
    },
  }),
};
