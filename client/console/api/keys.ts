import type { ApiKeyState } from "@nexbasira/core/contract/api-key.ts";
import type { RetentionState } from "@nexbasira/core/contract/retention.ts";
import type { Mode } from "@nexbasira/core/contract/session.ts";
import type { StatisticsSpan } from "./webhooks.ts";

/** The names under which answers are kept. All lists of sessions share their first part. */
export const queryKeys = {
  me: ["me"] as const,
  landing: ["landing"] as const,
  sandbox: ["sandbox"] as const,
  sessionLists: ["sessions"] as const,
  sessionList: (query: string) => ["sessions", query] as const,
  session: (id: string) => ["session", id] as const,
  outbox: ["outbox"] as const,
  apiKeyLists: ["api-keys"] as const,
  apiKeyList: (state: ApiKeyState) => ["api-keys", state] as const,
  branding: ["branding"] as const,
  organizations: ["organization"] as const,
  organization: (mode: Mode) => ["organization", mode] as const,
  members: ["members"] as const,
  retention: ["retention"] as const,
  retainedSessions: (state: RetentionState) => ["retention", state] as const,
  audit: ["audit"] as const,
  auditEntries: (query: string) => ["audit", "entries", query] as const,
  auditProof: (sequence: number, size: number) => ["audit", "proof", sequence, size] as const,
  auditState: ["audit", "state"] as const,
  webhooks: ["webhooks"] as const,
  webhookEndpoints: ["webhooks", "endpoints"] as const,
  webhookEndpoint: (id: string) => ["webhooks", "endpoint", id] as const,
  webhookDeliveries: (endpoint: string, query: string) => ["webhooks", "deliveries", endpoint, query] as const,
  webhookDelivery: (id: string) => ["webhooks", "delivery", id] as const,
  webhookStatisticsOf: (endpoint: string) => ["webhooks", "statistics", endpoint] as const,
  webhookStatistics: (endpoint: string, span: StatisticsSpan) => ["webhooks", "statistics", endpoint, span] as const,
  callbackSecret: ["webhooks", "callback-secret"] as const,
};
