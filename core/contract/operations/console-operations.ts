import { z } from "zod";
import { ApiKeyPage, ApiKeyQuery, CreateApiKey, CreatedApiKey } from "../api-key.ts";
import { CheckAnswer } from "../check.ts";
import { Me, Outbox, SessionDetail } from "../console.ts";
import { JoinAnswer, StaffJoinRequest } from "../join.ts";
import { type Operations, operation } from "../operation.ts";
import { OrganizationSettings, UpdateOrganization } from "../organization.ts";
import {
  CallbackSecret,
  RotateCallbackSecret,
  RotatedCallbackSecret,
  WebhookStatistics,
  WebhookStatisticsQuery,
} from "../webhook-console.ts";

const TAG = "Console";

/** What the console calls besides the public API, below `/console/api` and by a member's cookie alone. */
export const CONSOLE_OPERATIONS = {
  readMe: operation({
    method: "get",
    path: "/me",
    tag: TAG,
    summary: "Who is signed in",
    permission: "sessions:read",
    answer: { status: 200, schema: Me, description: "The member." },
  }),
  readSessionDetail: operation({
    method: "get",
    path: "/sessions/{id}",
    tag: TAG,
    summary: "A session with all that belongs to it",
    permission: "sessions:read",
    answer: { status: 200, schema: SessionDetail, description: "The session." },
    errors: ["not_found"],
  }),
  joinSession: operation({
    method: "post",
    path: "/sessions/{id}/join",
    tag: TAG,
    summary: "Enter a session's room",
    description: "As observer; as inspector with the permission `calls:inspect`.",
    permission: "calls:watch",
    body: StaffJoinRequest,
    answer: { status: 200, schema: JoinAnswer, description: "The way into the room." },
    errors: ["not_found", "gone"],
  }),
  openCheck: operation({
    method: "get",
    path: "/check",
    tag: TAG,
    summary: "Check device and network before a call",
    permission: "calls:watch",
    answer: { status: 200, schema: CheckAnswer, description: "A token for a few minutes." },
    errors: ["unavailable"],
  }),
  streamNotices: operation({
    method: "get",
    path: "/events",
    tag: TAG,
    summary: "Hear what has changed",
    permission: "sessions:read",
    answer: { status: 200, mediaType: "text/event-stream", description: "One notice for each change, without end." },
  }),
  readOutbox: operation({
    method: "get",
    path: "/outbox",
    tag: TAG,
    summary: "Messages that were not sent but kept",
    permission: "messages:read",
    query: z.strictObject({}),
    answer: { status: 200, schema: Outbox, description: "The last hundred, newest first." },
  }),
  updateOrganization: operation({
    method: "patch",
    path: "/organization",
    tag: TAG,
    summary: "Change the organization's settings",
    permission: "org:write",
    body: UpdateOrganization,
    answer: { status: 200, schema: OrganizationSettings, description: "As they are now." },
  }),
  listApiKeys: operation({
    method: "get",
    path: "/api-keys",
    tag: TAG,
    summary: "List API keys",
    description: "Newest first.",
    permission: "keys:read",
    query: ApiKeyQuery,
    answer: { status: 200, schema: ApiKeyPage, description: "One page of keys." },
  }),
  createApiKey: operation({
    method: "post",
    path: "/api-keys",
    tag: TAG,
    summary: "Make an API key",
    description: "`secret` is shown in this answer and never again.",
    permission: "keys:write",
    body: CreateApiKey,
    answer: { status: 201, schema: CreatedApiKey, description: "The key and its secret." },
    errors: ["conflict"],
  }),
  revokeApiKey: operation({
    method: "delete",
    path: "/api-keys/{id}",
    tag: TAG,
    summary: "Revoke an API key",
    description: "It opens nothing from now on. A key that was revoked before stays as it is.",
    permission: "keys:write",
    answer: { status: 204, description: "It is revoked." },
    errors: ["not_found"],
  }),
  readWebhookStatistics: operation({
    method: "get",
    path: "/webhook-statistics",
    tag: TAG,
    summary: "How deliveries went, hour by hour or day by day",
    permission: "webhooks:read",
    query: WebhookStatisticsQuery,
    answer: { status: 200, schema: WebhookStatistics, description: "Every step of the time asked for, oldest first." },
  }),
  readCallbackSecret: operation({
    method: "get",
    path: "/callback-secret",
    tag: TAG,
    summary: "Which secret signs the callbacks of sessions",
    permission: "webhooks:read",
    answer: { status: 200, schema: CallbackSecret, description: "What may be shown of it." },
  }),
  rotateCallbackSecret: operation({
    method: "post",
    path: "/callback-secret/rotations",
    tag: TAG,
    summary: "Rotate the secret that signs the callbacks of sessions",
    permission: "webhooks:write",
    body: RotateCallbackSecret,
    answer: { status: 201, schema: RotatedCallbackSecret, description: "The new secret, this once." },
  }),
} satisfies Operations;
export type ConsoleOperations = typeof CONSOLE_OPERATIONS;
