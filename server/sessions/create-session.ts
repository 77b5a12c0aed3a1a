import { countSession } from "@nexbasira/core/actions/count-usage.ts";
import type { Actor } from "@nexbasira/core/audit/append-audit-entry.ts";
import type { Configuration } from "@nexbasira/core/configuration/configuration.ts";
import { AppError } from "@nexbasira/core/contract/errors.ts";
import { newId } from "@nexbasira/core/contract/ids.ts";
import {
  type CreateSession,
  DEFAULT_EXPIRY_S,
  type Mode,
  type Session,
  type SignatureLevel,
} from "@nexbasira/core/contract/session.ts";
import type { Transaction } from "@nexbasira/core/database/database.ts";
import { insertSession } from "@nexbasira/core/database/sessions.ts";
import { recordEvent } from "@nexbasira/core/events/record-event.ts";
import type { JobQueue } from "@nexbasira/core/jobs/job-queue.ts";
import { findDomain } from "@nexbasira/core/resources/load-session.ts";
import { toSession } from "@nexbasira/core/resources/session-resource.ts";
import type { Links } from "@nexbasira/core/secrets/links.ts";
import type { AddressGuard } from "@nexbasira/core/webhooks/address-guard.ts";
import { refuseReceiverUrl } from "@nexbasira/core/webhooks/receiver-url.ts";
import { newInvitation, sendInvitation } from "./send-invitation.ts";

export interface NewSession {
  org_id: number;
  mode: Mode;
  actor: Actor;
  /** The member who invites, if one does. */
  created_by: number | null;
  request: CreateSession;
}

/**
 * Session, join link, invitation, callbacks and `session.created`, in the caller's transaction.
 * @throws {AppError} quota_exceeded.
 */
export async function createSession(
  context: {
    configuration: Pick<Configuration, "quotas" | "signers" | "aesAuthority" | "development">;
    jobs: JobQueue;
    links: Links;
    guard: AddressGuard;
    allowHttp: boolean;
  },
  transaction: Transaction,
  { org_id, mode, actor, created_by, request }: NewSession,
): Promise<Session> {
  const { participant, location, signature } = request;
  assertCanSign(context.configuration, signature?.level ?? "none");
  const session_id = newId("session");
  const callbacks = Object.entries(request.callbacks ?? {}).map(([eventType, url]) => {
    checkCallbackUrl(context, eventType, url);
    return {
      id: newId("webhookEndpoint"),
      org_id,
      mode,
      session_id,
      url,
      description: `Callback of ${session_id}`,
      event_types: [eventType],
    };
  });
  const link = { id: newId("joinLink"), session_id };
  const invitation = newInvitation({
    session_id,
    join_link_id: link.id,
    channel: participant.channel,
    recipient: (participant.channel === "sms" ? participant.phone : participant.email) ?? null,
  });
  const row = await insertSession(
    transaction,
    {
      id: session_id,
      org_id,
      mode,
      type: request.type,
      status: "pending",
      reference: request.reference,
      participant_name: participant.name,
      participant_channel: participant.channel,
      participant_phone: participant.phone ?? null,
      participant_email: participant.email ?? null,
      participant_locale: participant.locale ?? "en",
      signature_level: signature?.level ?? "none",
      signature_expires_in: signature?.expires_in ?? null,
      recording: request.recording ?? true,
      expected_address: location?.address ?? null,
      expected_latitude: location?.latitude ?? null,
      expected_longitude: location?.longitude ?? null,
      metadata: JSON.stringify(request.metadata ?? {}),
      created_by,
      evidence_retention_own: request.retention !== undefined,
      evidence_retention_days: request.retention?.evidence_days ?? null,
      expires_at: new Date(Date.now() + (request.expires_in ?? DEFAULT_EXPIRY_S) * 1000),
    },
    { link, invitation, callbacks },
  );
  await sendInvitation(context, transaction, invitation);
  const domain = await findDomain(transaction, context.links, org_id);
  const session = toSession(row, { joinLinkId: link.id, domain, callbacks }, context.links);
  await recordEvent(transaction, {
    org_id,
    session_id: row.id,
    type: "session.created",
    data: session,
    actor,
    object: { type: "session", id: row.id },
  });
  await countSession(context.configuration, transaction, row);
  return session;
}

/** @throws {AppError} conflict for a level that nothing here can reach. */
function assertCanSign(
  { signers, aesAuthority, development }: Pick<Configuration, "signers" | "aesAuthority" | "development">,
  level: SignatureLevel,
): void {
  const problem =
    level === "qes" && !signers?.qualified
      ? "qes needs a remote signing service of a qualified trust service provider, and none is configured here"
      : level === "aes" && !aesAuthority && !development && !signers
        ? "aes needs an authority that issues certificates to signers, and none is configured here"
        : undefined;
  if (problem) throw new AppError("conflict", `signature.level: ${problem}`, { param: "signature.level" });
}

/** Where a name leads is checked when it is connected to; here what can be told from the URL alone. */
function checkCallbackUrl(
  receivers: { guard: AddressGuard; allowHttp: boolean },
  eventType: string,
  url: string,
): void {
  const refusal = refuseReceiverUrl(url, receivers);
  if (refusal === undefined) return;
  const param = `callbacks.${eventType}`;
  throw new AppError("validation_error", `${param}: ${refusal}`, { param });
}
