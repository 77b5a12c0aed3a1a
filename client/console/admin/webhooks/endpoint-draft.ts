import { type EventName, EventType } from "@nexbasira/core/contract/event-names.ts";
import type { Mode } from "@nexbasira/core/contract/session.ts";
import {
  CreateWebhookEndpoint,
  UpdateWebhookEndpoint,
  type WebhookEndpoint,
} from "@nexbasira/core/contract/webhook.ts";

/** What the form of an endpoint holds. */
export interface EndpointDraft {
  url: string;
  description: string;
  /** Of every event, those that will be added included. */
  all: boolean;
  /** Those chosen where it is not all of them. */
  event_types: readonly string[];
  mode: Mode;
}

/** What can be chosen: a test is fired at any endpoint, whatever it subscribed to. */
export const EVENT_CHOICES: readonly EventName[] = EventType.options.filter((type) => type !== "webhook.test");

export function emptyDraft(mode: Mode): EndpointDraft {
  return { url: "", description: "", all: true, event_types: [], mode };
}

export function draftOf({ url, description, event_types, mode }: WebhookEndpoint): EndpointDraft {
  return { url, description: description ?? "", all: event_types.length === 0, event_types, mode };
}

export interface EndpointProblems {
  url?: "missing" | "invalid" | "too_long";
  description?: "invalid" | "too_long";
  event_types?: "missing";
}

/** The body of the call that makes the endpoint, or what is wrong with which field, by the schema that the server uses. */
export function bodyOfDraft(draft: EndpointDraft): {
  body: CreateWebhookEndpoint | undefined;
  problems: EndpointProblems;
} {
  const description = draft.description.trim();
  const parsed = CreateWebhookEndpoint.safeParse({
    url: draft.url.trim(),
    mode: draft.mode,
    event_types: draft.all ? [] : draft.event_types,
    ...(description !== "" && { description }),
  });
  const isWrong = (field: string) => parsed.error?.issues.some(({ path }) => path[0] === field) ?? false;
  const problems: EndpointProblems = {};
  const url = draft.url.trim();
  if (isWrong("url")) problems.url = url === "" ? "missing" : url.length > 2048 ? "too_long" : "invalid";
  if (isWrong("description")) problems.description = description.length > 500 ? "too_long" : "invalid";
  if (!draft.all && draft.event_types.length === 0) problems.event_types = "missing";
  return { body: Object.keys(problems).length === 0 ? parsed.data : undefined, problems };
}

/** What a draft changes of an endpoint, nothing else; or what is wrong with which field. */
export function changeOfDraft(
  draft: EndpointDraft,
  endpoint: WebhookEndpoint,
): { change: UpdateWebhookEndpoint | undefined; problems: EndpointProblems } {
  const { body, problems } = bodyOfDraft(draft);
  if (body === undefined) return { change: undefined, problems };
  const description = body.description ?? null;
  const event_types = body.event_types ?? [];
  const change = UpdateWebhookEndpoint.parse({
    ...(body.url !== endpoint.url && { url: body.url }),
    ...(description !== endpoint.description && { description }),
    ...(!isSameSet(event_types, endpoint.event_types) && { event_types }),
  });
  return { change, problems };
}

function isSameSet(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((name) => other.includes(name));
}
