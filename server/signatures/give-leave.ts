import { AppError } from "@nexbasira/core/contract/errors.ts";
import type { ProviderLeave } from "@nexbasira/core/contract/signing.ts";
import { loadCredential } from "@nexbasira/core/csc/csc-credentials.ts";
import { CscRefusal } from "@nexbasira/core/csc/csc-service.ts";
import { authorizeSignature, sendCode } from "@nexbasira/core/csc/csc-signatures.ts";
import { openProviderAccess } from "@nexbasira/core/csc/open-provider-access.ts";
import { inTransaction } from "@nexbasira/core/database/database.ts";
import { advanceProviderSignature } from "@nexbasira/core/database/provider-signatures.ts";
import { advanceSignatureRequest } from "@nexbasira/core/database/signature-requests.ts";
import type { SessionRow } from "@nexbasira/core/resources/session-resource.ts";
import { sealProviderSecrets } from "@nexbasira/core/secrets/provider-secrets.ts";
import type { OpenedLink } from "../sessions/describe-link.ts";
import { askProvider, findPrepared, openRequest, type ProviderContext, tellOfSignature } from "./provider-request.ts";

const NOT_PREPARED = "The report is not prepared for a certificate yet.";

/** Has the service send the person its own code. @throws {AppError} gone; conflict before the report is prepared. */
export async function askProviderForCode(context: ProviderContext, opened: OpenedLink): Promise<void> {
  await openRequest(context, opened);
  const { session } = opened;
  const row = await findPrepared(context, session);
  if (!row) throw new AppError("conflict", NOT_PREPARED);
  await askProvider(context, session, async () => {
    const { service, token } = await openProviderAccess(context.configuration, row.secrets);
    await sendCode(service, token, await loadCredential(service, token, row.credential_id));
    const change = { code_sent_at: new Date(), problem: null };
    await inTransaction(context.database, (transaction) =>
      advanceProviderSignature(transaction, session.id, "prepared", change),
    );
    return null;
  });
}

/**
 * The person gives leave by what the credential asks for; the service binds it to this document.
 * @throws {AppError} gone; conflict where it is another document, or not prepared.
 */
export async function giveLeave(
  context: ProviderContext,
  opened: OpenedLink,
  { document_sha256, answers }: ProviderLeave,
): Promise<void> {
  const { request } = await openRequest(context, opened);
  const { session } = opened;
  if (request.document_sha256 !== document_sha256) throw new AppError("conflict", "This is not the report that waits.");
  const row = await findPrepared(context, session);
  if (!row) throw new AppError("conflict", NOT_PREPARED);
  await askProvider(context, session, async () => {
    const { configuration } = context;
    const { service, token, secrets } = await openProviderAccess(configuration, row.secrets);
    const credential = await loadCredential(service, token, row.credential_id);
    const leave = await authorizeSignature(service, token, { credential, data: row.data, answers });
    if (!("sad" in leave)) throw new CscRefusal("other", "leave that is given elsewhere is not waited for");
    const sad = { value: leave.sad, expires_at: leave.expiresAt.toISOString() };
    await allowSignature(context, session, sealProviderSecrets(configuration.masterKeys, { ...secrets, sad }));
    return null;
  });
}

/** The leave is there, sealed in `secrets`: the signature is made, now or by the next worker that runs. */
export async function allowSignature(
  { database, jobs }: ProviderContext,
  session: SessionRow,
  secrets: string,
): Promise<void> {
  await inTransaction(database, async (transaction) => {
    const change = { step: "authorized", problem: null, oauth_state: null, secrets } as const;
    const confirmed =
      (await advanceSignatureRequest(transaction, session.id, "waiting", { state: "confirmed", problem: null })) &&
      (await advanceProviderSignature(transaction, session.id, "prepared", change));
    // Thrown, so that neither is kept without the other.
    if (!confirmed) throw new AppError("gone", "There is nothing to sign by this link now.");
    await jobs.enqueue(transaction, "make-provider-signature", { session_id: session.id });
    await tellOfSignature(transaction, session);
  });
}
