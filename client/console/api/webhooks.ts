import {
  CreatedWebhookEndpoint,
  type CreateWebhookEndpoint,
  type DeliveryStatus,
  ResentWebhookEvents,
  UpdatedWebhookEndpoint,
  type UpdateWebhookEndpoint,
  WebhookEndpoint,
  WebhookEndpointPage,
  WebhookEvent,
  WebhookEventDetail,
  WebhookEventPage,
} from "@nexbasira/core/contract/webhook.ts";
import { CallbackSecret, RotatedCallbackSecret, WebhookStatistics } from "@nexbasira/core/contract/webhook-console.ts";
import { fetchJson } from "@nexbasira/ui/fetch-json.ts";
import { z } from "zod";

const ENDPOINTS = "/v1/webhook-endpoints";
const DELIVERIES = "/v1/webhook-events";

/** Endpoints that one call brings. */
const ENDPOINTS_PAGE = 25;
/** Deliveries that one call brings at most. */
const DELIVERIES_PAGE = 100;
/** Nobody needs to know more exactly how many deliveries there are. */
const COUNTED_PAGES = 10;

/** The server asks a receiver for its answer first, and gives it 10 seconds. */
const PROBE_TIMEOUT_MS = 30_000;

const endpointPath = (id: string) => `${ENDPOINTS}/${encodeURIComponent(id)}`;
const deliveryPath = (id: string) => `${DELIVERIES}/${encodeURIComponent(id)}`;

/** One page of the endpoints, newest first. `cursor` is the page before's `next_cursor`. */
export function listEndpoints(
  cursor: string | null,
  signal: AbortSignal,
): Promise<z.infer<typeof WebhookEndpointPage>> {
  const query = new URLSearchParams({ limit: String(ENDPOINTS_PAGE), ...(cursor !== null && { cursor }) });
  return fetchJson(`${ENDPOINTS}?${query}`, { schema: WebhookEndpointPage, signal });
}

export function readEndpoint(id: string, signal: AbortSignal): Promise<WebhookEndpoint> {
  return fetchJson(endpointPath(id), { schema: WebhookEndpoint, signal });
}

/** `idempotencyKey` is the form's: sending it twice makes one endpoint and gives its secret again. */
export function createEndpoint(body: CreateWebhookEndpoint, idempotencyKey: string): Promise<CreatedWebhookEndpoint> {
  return fetchJson(ENDPOINTS, {
    schema: CreatedWebhookEndpoint,
    body,
    headers: { "idempotency-key": idempotencyKey },
    timeoutMs: PROBE_TIMEOUT_MS,
  });
}

export function updateEndpoint(id: string, body: UpdateWebhookEndpoint): Promise<UpdatedWebhookEndpoint> {
  return fetchJson(endpointPath(id), {
    schema: UpdatedWebhookEndpoint,
    method: "PATCH",
    body,
    timeoutMs: PROBE_TIMEOUT_MS,
  });
}

export async function deleteEndpoint(id: string): Promise<void> {
  await fetchJson(endpointPath(id), { schema: z.undefined(), method: "DELETE" });
}

/** Sends `webhook.test` once; the delivery, on its way. */
export function fireTest(id: string): Promise<WebhookEvent> {
  return fetchJson(`${endpointPath(id)}/test`, { schema: WebhookEvent, body: {} });
}

/** Which deliveries of one endpoint. */
export interface DeliveryFilter {
  endpoint: string;
  status?: DeliveryStatus | undefined;
  event_type?: WebhookEvent["event_type"] | undefined;
}

/** The newest deliveries that match, newest first: `limit` of them, at most 100. */
export async function listDeliveries(
  filter: DeliveryFilter,
  limit: number,
  signal: AbortSignal,
): Promise<WebhookEvent[]> {
  return (await readDeliveryPage(filter, limit, null, signal)).data;
}

/** How many deliveries match; beyond a thousand only that there are more. */
export async function countDeliveries(
  filter: DeliveryFilter,
  signal: AbortSignal,
): Promise<{ count: number; more: boolean }> {
  let count = 0;
  let cursor: string | null = null;
  for (let page = 0; page < COUNTED_PAGES; page++) {
    const { data, next_cursor } = await readDeliveryPage(filter, DELIVERIES_PAGE, cursor, signal);
    count += data.length;
    if (next_cursor === null) return { count, more: false };
    cursor = next_cursor;
  }
  return { count, more: true };
}

function readDeliveryPage(
  { endpoint, status, event_type }: DeliveryFilter,
  limit: number,
  cursor: string | null,
  signal: AbortSignal,
): Promise<z.infer<typeof WebhookEventPage>> {
  const query = new URLSearchParams({
    endpoint,
    limit: String(limit),
    ...(status !== undefined && { status }),
    ...(event_type !== undefined && { event_type }),
    ...(cursor !== null && { cursor }),
  });
  return fetchJson(`${DELIVERIES}?${query}`, { schema: WebhookEventPage, signal });
}

/** A delivery with its payload and every attempt. */
export function readDelivery(id: string, signal: AbortSignal): Promise<WebhookEventDetail> {
  return fetchJson(deliveryPath(id), { schema: WebhookEventDetail, signal });
}

export function resendDelivery(id: string): Promise<WebhookEvent> {
  return fetchJson(`${deliveryPath(id)}/resend`, { schema: WebhookEvent, body: {} });
}

/** Sends all that match again; how many those are. */
export async function resendDeliveries(filter: DeliveryFilter): Promise<number> {
  const { resent } = await fetchJson(`${DELIVERIES}/resend`, { schema: ResentWebhookEvents, body: filter });
  return resent;
}

/** The last 24 hours, or the last 30 days. */
export type StatisticsSpan = "day" | "month";

/** How attempts at this endpoint went, oldest step first. */
export async function readStatistics(
  endpoint: string,
  span: StatisticsSpan,
  signal: AbortSignal,
): Promise<WebhookStatistics["data"]> {
  const query = new URLSearchParams({ endpoint, span });
  return (await fetchJson(`/console/api/webhook-statistics?${query}`, { schema: WebhookStatistics, signal })).data;
}

export function readCallbackSecret(signal: AbortSignal): Promise<CallbackSecret> {
  return fetchJson("/console/api/callback-secret", { schema: CallbackSecret, signal });
}

/** A new secret, shown this once. `atOnce` ends the one before now instead of in 24 hours. */
export function rotateCallbackSecret(atOnce: boolean): Promise<RotatedCallbackSecret> {
  return fetchJson("/console/api/callback-secret/rotations", {
    schema: RotatedCallbackSecret,
    body: { revoke_previous_secrets: atOnce },
  });
}
