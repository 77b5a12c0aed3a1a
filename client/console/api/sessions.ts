import { SessionDetail } from "@nexbasira/core/contract/console.ts";
import { JoinAnswer, type StaffJoinRequest } from "@nexbasira/core/contract/join.ts";
import { type CreateInvitation, type CreateSession, Session, SessionPage } from "@nexbasira/core/contract/session.ts";
import { fetchJson } from "@nexbasira/ui/fetch-json.ts";
import { z } from "zod";

/** Rows that one call brings. */
const PAGE_SIZE = 50;

/** One page of the sessions that match, newest first. `cursor` is the page before's `next_cursor`. */
export function listSessions(query: URLSearchParams, cursor: string | null, signal: AbortSignal): Promise<SessionPage> {
  const all = new URLSearchParams(query);
  all.set("limit", String(PAGE_SIZE));
  if (cursor !== null) all.set("cursor", cursor);
  return fetchJson(`/v1/sessions?${all}`, { schema: SessionPage, signal });
}

/** `idempotencyKey` is the form's: sending it twice makes one session. */
export function createSession(body: CreateSession, idempotencyKey: string): Promise<Session> {
  return fetchJson("/v1/sessions", { schema: Session, body, headers: { "idempotency-key": idempotencyKey } });
}

export function readSession(id: string): Promise<Session> {
  return fetchJson(`/v1/sessions/${encodeURIComponent(id)}`, { schema: Session });
}

export function readSessionDetail(id: string, signal: AbortSignal): Promise<SessionDetail> {
  return fetchJson(`/console/api/sessions/${encodeURIComponent(id)}`, { schema: SessionDetail, signal });
}

/** Ends an active session: its recordings are closed and its report is made. */
export async function endSession(id: string): Promise<void> {
  await fetchJson(`/v1/sessions/${encodeURIComponent(id)}/end`, { schema: z.unknown(), method: "POST" });
}

/** Cancels a session that nobody has joined yet. */
export async function cancelSession(id: string): Promise<void> {
  await fetchJson(`/v1/sessions/${encodeURIComponent(id)}`, { schema: z.unknown(), method: "DELETE" });
}

/** Sends the link again, by the same channel or by another. */
export async function sendInvitation(id: string, body: CreateInvitation): Promise<void> {
  await fetchJson(`/v1/sessions/${encodeURIComponent(id)}/invitations`, { schema: z.unknown(), body });
}

/** The member's way into the room. */
export function joinSession(id: string, body: StaffJoinRequest): Promise<JoinAnswer> {
  return fetchJson(`/console/api/sessions/${encodeURIComponent(id)}/join`, { schema: JoinAnswer, body });
}
