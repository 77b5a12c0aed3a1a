import { type Actor, appendAuditEntry } from "@nexbasira/core/audit/append-audit-entry.ts";
import { AppError } from "@nexbasira/core/contract/errors.ts";
import { newId } from "@nexbasira/core/contract/ids.ts";
import type { AccessClaims, JoinAnswer, JoinRequest, StaffJoinRequest } from "@nexbasira/core/contract/join.ts";
import { type Database, inTransaction, type Transaction } from "@nexbasira/core/database/database.ts";
import { notifySession } from "@nexbasira/core/database/notify.ts";
import { enterParticipant, enterStaff, insertConsents, listConsents } from "@nexbasira/core/database/participants.ts";
import { holdSession, startSession } from "@nexbasira/core/database/sessions.ts";
import type { SessionRow } from "@nexbasira/core/resources/session-resource.ts";
import type { Links } from "@nexbasira/core/secrets/links.ts";
import type { MediaNodes } from "../media/media-nodes.ts";
import type { OpenedLink } from "./describe-link.ts";

interface EnterContext {
  database: Database;
  links: Links;
  mediaNodes: MediaNodes;
}

/** How long a phone may still send what it holds after the session has ended, in seconds. */
const LATE_UPLOADS_S = 24 * 3600;

/** The participant enters by their link: consents are recorded, a pending session becomes active. */
export async function enterByLink(
  context: EnterContext,
  { state, session }: OpenedLink,
  request: JoinRequest,
): Promise<JoinAnswer> {
  if (state !== "open") throw new AppError("gone", `This link no longer leads to a session: ${state}.`);
  const participant = await inTransaction(context.database, async (transaction) => {
    // The person before the session, as wherever both are locked: in the other order two of them could wait for each
    // other for ever.
    const entered = await enterParticipant(transaction, {
      id: newId("participant"),
      session_id: session.id,
      role: "participant",
      name: session.participant_name,
      user_id: null,
      device_id: request.device.id,
      device: request.device.user_agent,
      language: request.language,
    });
    const started = await startSession(transaction, session.id);
    if (started) await notifyStarted(transaction, started);
    else await holdOpen(transaction, session.id);
    const person = { id: entered.id, actor: { type: "participant", id: entered.id } } as const;
    await recordConsents(transaction, session, person, request);
    return entered;
  });
  return answer(context, session, { ...participant, role: "participant" }, request.device.id);
}

const CONSENT_KINDS = ["camera", "microphone", "location", "recording"] as const;

/** What is decided on entering, and under which text in which language. */
type Decision = Pick<JoinRequest, "consent_text_version" | "language"> & { consents: Partial<JoinRequest["consents"]> };

/** What somebody decided, unless it is what they decided before: a phone that reconnects decides nothing anew. */
async function recordConsents(
  transaction: Transaction,
  session: SessionRow,
  person: { id: string; actor: Actor },
  { consents, consent_text_version, language }: Decision,
): Promise<void> {
  const known = await listConsents(transaction, session.id);
  const decided = CONSENT_KINDS.flatMap((kind) => {
    const granted = consents[kind];
    return granted === undefined ? [] : [{ kind, granted }];
  });
  const stands = ({ kind, granted }: (typeof decided)[number]) =>
    known.some(
      (consent) =>
        consent.participant_id === person.id &&
        consent.kind === kind &&
        consent.granted === granted &&
        consent.text_version === consent_text_version,
    );
  if (decided.every(stands)) return;
  await insertConsents(
    transaction,
    decided.map(({ kind, granted }) => ({
      session_id: session.id,
      participant_id: person.id,
      kind,
      granted,
      text_version: consent_text_version,
      language,
    })),
  );
  await appendAuditEntry(transaction, session.org_id, {
    actor: person.actor,
    action: "consent.given",
    session_id: session.id,
    object: { type: "participant", id: person.id },
    object_hash: null,
    details: { ...consents, text_version: consent_text_version, language },
  });
}

/**
 * A member enters as inspector or observer, in the caller's transaction; a pending session becomes active with the
 * participant, not with them.
 */
export async function enterAsStaff(
  context: EnterContext,
  transaction: Transaction,
  session: SessionRow,
  member: { user_id: number; name: string },
  request: StaffJoinRequest,
): Promise<JoinAnswer> {
  const entered = await enterStaff(transaction, {
    id: newId("participant"),
    session_id: session.id,
    role: request.role,
    name: member.name,
    user_id: member.user_id,
    device_id: request.device.id,
    device: request.device.user_agent,
    language: request.language,
  });
  await holdOpen(transaction, session.id);
  const actor = { type: "member", id: String(member.user_id) } as const;
  await recordConsents(transaction, session, { id: entered.id, actor }, request);
  return answer(context, session, entered, request.device.id);
}

/** Nobody enters a session that was ended meanwhile, nor one whose time is over and that is about to be. */
async function holdOpen(transaction: Transaction, sessionId: string): Promise<void> {
  const session = await holdSession(transaction, sessionId);
  if (session?.status !== "active" && session?.status !== "pending") {
    throw new AppError("gone", `The session is ${session?.status ?? "gone"}.`);
  }
  if (session.expires_at.getTime() <= Date.now()) throw new AppError("gone", "The session's time is over.");
}

async function answer(
  { links, mediaNodes }: EnterContext,
  session: SessionRow,
  participant: { id: string; role: AccessClaims["role"]; name: string },
  deviceId: string,
): Promise<JoinAnswer> {
  const node = await mediaNodes.placeSession(session.id);
  return {
    session_id: session.id,
    participant_id: participant.id,
    role: participant.role,
    name: participant.name,
    access_token: links.access.seal({
      session_id: session.id,
      participant_id: participant.id,
      role: participant.role,
      name: participant.name,
      device_id: deviceId,
      expires_at: Math.floor(session.expires_at.getTime() / 1000) + LATE_UPLOADS_S,
    }),
    socket_path: `/media/${node.name}/socket.io`,
    server_time_ms: Date.now(),
  };
}

function notifyStarted(transaction: Transaction, session: SessionRow): Promise<void> {
  return notifySession(transaction, {
    org_id: session.org_id,
    session_id: session.id,
    type: "session.started",
    object_id: null,
  });
}
