import type { Configuration } from "@nexbasira/core/configuration/configuration.ts";
import { AppError, Permanent, Retryable } from "@nexbasira/core/contract/errors.ts";
import type { ProviderProblem } from "@nexbasira/core/contract/signing.ts";
import { CscRefusal } from "@nexbasira/core/csc/csc-service.ts";
import { problemOf } from "@nexbasira/core/csc/open-provider-access.ts";
import { type Database, inTransaction, type Transaction } from "@nexbasira/core/database/database.ts";
import { notifySession } from "@nexbasira/core/database/notify.ts";
import {
  advanceProviderSignature,
  findProviderSignature,
  putProviderSignature,
} from "@nexbasira/core/database/provider-signatures.ts";
import { findSignatureRequest } from "@nexbasira/core/database/signature-requests.ts";
import type { JobQueue } from "@nexbasira/core/jobs/job-queue.ts";
import type { Logger } from "@nexbasira/core/log/logger.ts";
import type { SessionRow } from "@nexbasira/core/resources/session-resource.ts";
import type { Links } from "@nexbasira/core/secrets/links.ts";
import { z } from "zod";
import type { OpenedLink } from "../sessions/describe-link.ts";

/*
 * What the steps of a signature at a remote signing service share. In their order: choose-credential.ts, by the person's
 * name there or by go-to-provider.ts and return-from-provider.ts; the workers prepare the report for the certificate;
 * give-leave.ts, or once more there and back; the workers have the signature made.
 */

export interface ProviderContext {
  configuration: Pick<Configuration, "signers" | "masterKeys">;
  database: Database;
  jobs: JobQueue;
  links: Links;
  log: Pick<Logger, "warn">;
}

/** What the job has kept of a prepared signature, as far as it is needed here. */
const Prepared = z.object({ signedAttributes: z.base64() });

/** The request, if it waits at a remote signing service. @throws {AppError} gone */
export async function openRequest(
  { configuration, database }: ProviderContext,
  { session, revoked }: Pick<OpenedLink, "session" | "revoked">,
) {
  const request = revoked ? undefined : await findSignatureRequest(database, session.id);
  const service = configuration.signers;
  const waits = request?.state === "waiting" && request.expires_at.getTime() > Date.now();
  if (!request || !waits || request.provider === null || !service) {
    throw new AppError("gone", "There is nothing to sign by this link now.");
  }
  return { request, service };
}

/** The report as it is prepared for one credential, and the bytes that it is to sign; undefined before that. */
export async function findPrepared({ database }: Pick<ProviderContext, "database">, session: SessionRow) {
  const row = await findProviderSignature(database, session.id);
  if (row?.step !== "prepared" || row.credential_id === null) return undefined;
  const data = Buffer.from(Prepared.parse(row.prepared).signedAttributes, "base64");
  return { ...row, credential_id: row.credential_id, data };
}

/**
 * Asks something of the service; what keeps it from going on is told to the person. What does not go on is begun anew,
 * except that another code may be tried.
 */
export async function askProvider(
  context: ProviderContext,
  session: SessionRow,
  action: () => Promise<ProviderProblem | null>,
): Promise<void> {
  const problem = await heard(context, session, action);
  if (problem === null) return;
  const row = await findProviderSignature(context.database, session.id);
  const goesOn = row?.step === "prepared" && problem !== "unusable" && problem !== "ended";
  await inTransaction(context.database, async (transaction) => {
    if (goesOn) {
      // A wrong code is used up: services lock a credential that gets the same again.
      const change = { problem, oauth_state: null, ...(problem === "wrong_code" && { code_sent_at: null }) };
      await advanceProviderSignature(transaction, session.id, "prepared", change);
    } else await putProviderSignature(transaction, { session_id: session.id, step: "begun", problem });
    await tellOfSignature(transaction, session);
  });
}

/** What the service said to it, as the person can be told; what only its operator can mend is in the log. */
async function heard(
  { log }: ProviderContext,
  { id }: SessionRow,
  action: () => Promise<ProviderProblem | null>,
): Promise<ProviderProblem | null> {
  try {
    return await action();
  } catch (error) {
    if (error instanceof CscRefusal) return problemOf(error);
    if (!(error instanceof Retryable) && !(error instanceof Permanent)) throw error;
    log.warn({ session_id: id, error: error.message }, "the remote signing service cannot be used");
    return "down";
  }
}

/** Pages that show the signature read it again. */
export async function tellOfSignature(transaction: Transaction, session: SessionRow): Promise<void> {
  await notifySession(transaction, {
    org_id: session.org_id,
    session_id: session.id,
    type: "signature.updated",
    object_id: null,
  });
}
