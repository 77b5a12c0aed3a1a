import type { Retention } from "@nexbasira/core/contract/organization.ts";
import { OrganizationSettings } from "@nexbasira/core/contract/organization.ts";
import {
  ErasedPerson,
  type ErasePerson,
  type FindPerson,
  PersonSessions,
  RetainedSession,
  RetainedSessionPage,
  type RetentionState,
} from "@nexbasira/core/contract/retention.ts";
import { fetchJson } from "@nexbasira/ui/fetch-json.ts";
import { z } from "zod";

const BASE = "/console/api";
const PAGE_SIZE = 50;

/** One page of the sessions in this state, newest first. `cursor` is the page before's `next_cursor`. */
export function listRetainedSessions(
  state: RetentionState,
  cursor: string | null,
  signal: AbortSignal,
): Promise<RetainedSessionPage> {
  const query = new URLSearchParams({ state, limit: String(PAGE_SIZE), ...(cursor !== null && { cursor }) });
  return fetchJson(`${BASE}/retained-sessions?${query}`, { schema: RetainedSessionPage, signal });
}

export function updateRetention(retention: Retention): Promise<OrganizationSettings> {
  return fetchJson(`${BASE}/organization`, { schema: OrganizationSettings, method: "PATCH", body: { retention } });
}

export function setLegalHold(id: string, reason: string): Promise<RetainedSession> {
  return fetchJson(`${BASE}/sessions/${encodeURIComponent(id)}/legal-hold`, {
    schema: RetainedSession,
    body: { reason },
  });
}

export async function removeLegalHold(id: string): Promise<void> {
  await fetchJson(`${BASE}/sessions/${encodeURIComponent(id)}/legal-hold`, { schema: z.undefined(), method: "DELETE" });
}

/** For good. `reference` is the session's, typed again. */
export function deleteEvidence(id: string, reference: string): Promise<RetainedSession> {
  return fetchJson(`${BASE}/sessions/${encodeURIComponent(id)}/evidence-deletion`, {
    schema: RetainedSession,
    body: { reference },
  });
}

export function findPerson(body: FindPerson): Promise<PersonSessions> {
  return fetchJson(`${BASE}/people/search`, { schema: PersonSessions, body });
}

/** Where everything about a person in these sessions is downloaded, as a ZIP. */
export function personExportUrl(sessionIds: readonly string[]): string {
  return `${BASE}/people/export?sessions=${sessionIds.join(",")}`;
}

export function erasePerson(body: ErasePerson): Promise<ErasedPerson> {
  return fetchJson(`${BASE}/people/erasure`, { schema: ErasedPerson, body });
}
