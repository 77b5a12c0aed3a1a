import { createHash } from "node:crypto";
import type { Configuration } from "@nexbasira/core/configuration/configuration.ts";
import { AppError, Permanent, Retryable } from "@nexbasira/core/contract/errors.ts";
import { ProviderCredential, type ProviderLeave, type ProviderProblem } from "@nexbasira/core/contract/signing.ts";
import { listCredentials, loadCredential } from "@nexbasira/core/csc/csc-credentials.ts";
import { beginOAuth, type CscToken, exchangeCode, requestApplicationToken } from "@nexbasira/core/csc/csc-oauth.ts";
import { CscRefusal } from "@nexbasira/core/csc/csc-service.ts";
import { authorizeSignature, sendCode } from "@nexbasira/core/csc/csc-signatures.ts";
import { type Database, inTransaction, type Transaction } from "@nexbasira/core/database/database.ts";
import { newestJoinLinks } from "@nexbasira/core/database/join-links.ts";
import { notifySession } from "@nexbasira/core/database/notify.ts";
import {
  advanceProviderSignature,
  findByOAuthState,
  findProviderSignature,
  putProviderSignature,
} from "@nexbasira/core/database/provider-signatures.ts";
import { findSession } from "@nexbasira/core/database/sessions.ts";
import { advanceSignatureRequest, findSignatureRequest } from "@nexbasira/core/database/signature-requests.ts";
import type { JobQueue } from "@nexbasira/core/jobs/job-queue.ts";
import type { SessionRow } from "@nexbasira/core/resources/session-resource.ts";
import type { Links } from "@nexbasira/core/secrets/links.ts";
import { openProviderSecrets, sealProviderSecrets } from "@nexbasira/core/secrets/provider-secrets.ts";
import { z } from "zod";
import type { OpenedLink } from "../sessions/describe-link.ts";

export interface ProviderContext {
  configuration: Pick<Configuration, "signers" | "masterKeys">;
  database: Database;
  jobs: JobQueue;
  links: Links;
}

export const OAUTH_RETURN = "/signing/return";

/** What the job has kept of a prepared signature, as far as it is needed here. */
const Prepared = z.object({ signedAttributes: z.base64() });

type Row = NonNullable<Awaited<ReturnType<typeof findProviderSignature>>>;

/** The request, if it waits at a remote signing service. @throws {AppError} gone */
async function openRequest({ configuration, database }: ProviderContext, { session, revoked }: OpenedLink) {
  const request = revoked ? undefined : await findSignatureRequest(database, session.id);
  const service = configuration.signers;
  const waits = request?.state === "waiting" && request.expires_at.getTime() > Date.now();
  if (!request || !waits || request.provider === null || !service) {
    throw new AppError("gone", "There is nothing to sign by this link now.");
  }
  return { request, service };
}

/**
 * The person says who they are at the service; the first of their credentials that can sign is taken, and the report is
 * prepared for it.
 */
export async function chooseByLogin(context: ProviderContext, opened: OpenedLink, login: string): Promise<void> {
  const { service } = await openRequest(context, opened);
  const problem = await heard(async () => {
    const token = await requestApplicationToken(service);
    return chooseFirst(context, opened.session, await listCredentials(service, token, { userId: login }), null);
  });
  if (problem) await tellProblem(context, opened.session, problem);
}

async function chooseFirst(
  { database, jobs }: ProviderContext,
  session: SessionRow,
  credentials: readonly { id: string; qualified: boolean }[],
  secrets: string | null,
): Promise<ProviderProblem | null> {
  const credential = credentials.find(({ qualified }) => qualified) ?? credentials[0];
  if (!credential) return "no_credential";
  if (session.signature_level === "qes" && !credential.qualified) return "not_qualified";
  await inTransaction(database, async (transaction) => {
    await putProviderSignature(transaction, {
      session_id: session.id,
      step: "preparing",
      credential_id: credential.id,
      secrets,
    });
    await jobs.enqueue(transaction, "prepare-provider-signature", { session_id: session.id });
    await notify(transaction, session);
  });
  return null;
}

/** Has the service send the person its own code. */
export async function askProviderForCode(context: ProviderContext, opened: OpenedLink): Promise<void> {
  const { service } = await openRequest(context, opened);
  const row = await findPrepared(context, opened.session);
  const problem = await heard(async () => {
    const token = await tokenOf(context, row);
    await sendCode(service, token, await loadCredential(service, token, row.credential_id));
    const change = { code_sent_at: new Date(), problem: null };
    await inTransaction(context.database, (transaction) =>
      advanceProviderSignature(transaction, opened.session.id, "prepared", change),
    );
    return null;
  });
  if (problem) await tellProblem(context, opened.session, problem);
}

/** The person gives leave by what the credential asks for; the service binds it to this document. */
export async function giveLeave(
  context: ProviderContext,
  opened: OpenedLink,
  { document_sha256, answers }: ProviderLeave,
): Promise<void> {
  const { request, service } = await openRequest(context, opened);
  const { session } = opened;
  if (request.document_sha256 !== document_sha256) throw new AppError("conflict", "This is not the report that waits.");
  const row = await findPrepared(context, session);
  const data = Buffer.from(Prepared.parse(row.prepared).signedAttributes, "base64");
  const problem = await heard(async () => {
    const token = await tokenOf(context, row);
    const credential = await loadCredential(service, token, row.credential_id);
    const leave = await authorizeSignature(service, token, { credential, data, answers });
    if (!("sad" in leave)) throw new CscRefusal("other", "leave that is given elsewhere is not waited for");
    const { masterKeys } = context.configuration;
    const secrets = {
      ...openProviderSecrets(masterKeys, row.secrets),
      sad: { value: leave.sad, expires_at: leave.expiresAt.toISOString() },
    };
    await authorize(context, session, sealProviderSecrets(masterKeys, secrets));
    return null;
  });
  if (problem) await tellProblem(context, session, problem);
}

/** The leave is there: the signature is made, now or by the next worker that runs. */
async function authorize({ database, jobs }: ProviderContext, session: SessionRow, secrets: string): Promise<void> {
  await inTransaction(database, async (transaction) => {
    const confirmed = await advanceSignatureRequest(transaction, session.id, "waiting", {
      state: "confirmed",
      problem: null,
    });
    if (!confirmed) throw new AppError("gone", "There is nothing to sign by this link now.");
    const change = { step: "authorized", problem: null, oauth_state: null, secrets } as const;
    await advanceProviderSignature(transaction, session.id, "prepared", change);
    await jobs.enqueue(transaction, "make-provider-signature", { session_id: session.id });
    await notify(transaction, session);
  });
}

/**
 * The person's way to the service's own page: to sign in there, or, once the report is prepared for a credential that is
 * used there, to give leave. The state comes back with the browser that was sent, which has it as a cookie, too.
 */
export async function beginAtProvider(
  context: ProviderContext,
  opened: OpenedLink,
  language: string,
): Promise<{ url: string; state: string }> {
  const { service } = await openRequest(context, opened);
  const { database, configuration, links } = context;
  const { session } = opened;
  const row = await findProviderSignature(database, session.id);
  const isLeave = row?.step === "prepared" && ProviderCredential.safeParse(row.credential).data?.mode === "oauth2code";
  try {
    const scope =
      isLeave && row.credential_id !== null ? await leaveScope(context, row, row.credential_id, session) : "service";
    const way = await beginOAuth(service, { redirectUri: links.publicUrl + OAUTH_RETURN, language, scope });
    const kept = isLeave ? openProviderSecrets(configuration.masterKeys, row.secrets) : {};
    const secrets = sealProviderSecrets(configuration.masterKeys, {
      ...kept,
      verifier: way.codeVerifier,
      scope: scope === "service" ? "service" : "credential",
    });
    const change = { problem: null, oauth_state: hashOf(way.state), secrets };
    await inTransaction(database, async (transaction) => {
      if (isLeave) await advanceProviderSignature(transaction, session.id, "prepared", change);
      else await putProviderSignature(transaction, { session_id: session.id, step: "begun", ...change });
    });
    return way;
  } catch (error) {
    if (!(error instanceof Retryable) && !(error instanceof Permanent)) throw error;
    throw new AppError("unavailable", "The signing service does not answer now.", { cause: error });
  }
}

async function leaveScope(context: ProviderContext, row: Row, credentialId: string, session: SessionRow) {
  const service = context.configuration.signers;
  if (!service) throw new Permanent("there is no remote signing service any more");
  const credential = await loadCredential(service, await tokenOf(context, row), credentialId);
  const data = Buffer.from(Prepared.parse(row.prepared).signedAttributes, "base64");
  return { credential, data, description: session.reference };
}

/**
 * The person comes back from the service's page. Answers where their own page is; nothing is told to a browser that was
 * not sent.
 *
 * @throws {AppError} gone where nobody was sent with this state, or another browser was
 */
export async function returnFromProvider(
  context: ProviderContext,
  { state, cookie, code }: { state: string; cookie: string | undefined; code: string | undefined },
): Promise<string> {
  const { database, configuration, links } = context;
  const row = cookie === state ? await findByOAuthState(database, hashOf(state)) : undefined;
  const session = row && (await findSession(database, row.session_id));
  const service = configuration.signers;
  const link = session && (await newestJoinLinks(database, [session.id])).get(session.id);
  if (!row || !session || !service || !link) throw new AppError("gone", "Nobody was sent to the signing service so.");
  const problem = await heard(async () => {
    const secrets = openProviderSecrets(configuration.masterKeys, row.secrets);
    if (code === undefined) return "refused";
    const redirectUri = links.publicUrl + OAUTH_RETURN;
    const token = await exchangeCode(service, { code, codeVerifier: secrets.verifier ?? "", redirectUri });
    const kept = sealProviderSecrets(configuration.masterKeys, {
      token: { value: token.value, expires_at: token.expiresAt.toISOString() },
    });
    if (secrets.scope !== "credential") {
      return chooseFirst(context, session, await listCredentials(service, token, { userId: null }), kept);
    }
    await authorize(context, session, kept);
    return null;
  });
  if (problem) await tellProblem(context, session, problem);
  return `/s/${links.joinToken(link)}`;
}

async function findPrepared({ database }: ProviderContext, session: SessionRow) {
  const row = await findProviderSignature(database, session.id);
  if (row?.step !== "prepared" || row.credential_id === null) {
    throw new AppError("conflict", "The report is not prepared for a certificate yet.");
  }
  return { ...row, credential_id: row.credential_id };
}

async function tokenOf({ configuration }: ProviderContext, row: Row): Promise<CscToken> {
  const { token } = openProviderSecrets(configuration.masterKeys, row.secrets);
  if (token) return { value: token.value, expiresAt: new Date(token.expires_at) };
  if (!configuration.signers) throw new Permanent("there is no remote signing service any more");
  return requestApplicationToken(configuration.signers);
}

/** What the service said to it, as the person can be told. */
async function heard(action: () => Promise<ProviderProblem | null>): Promise<ProviderProblem | null> {
  try {
    return await action();
  } catch (error) {
    if (error instanceof CscRefusal) {
      const { reason } = error;
      if (reason === "authorization_ended" || reason === "token_ended") return "ended";
      if (reason === "credential_unusable") return "unusable";
      return reason === "wrong_code" ? "wrong_code" : "refused";
    }
    if (error instanceof Retryable || error instanceof Permanent) return "down";
    throw error;
  }
}

/** What does not go on is begun anew, except that another code may be tried. */
async function tellProblem(
  { database }: ProviderContext,
  session: SessionRow,
  problem: ProviderProblem,
): Promise<void> {
  const row = await findProviderSignature(database, session.id);
  const goesOn = row?.step === "prepared" && problem !== "unusable" && problem !== "ended";
  await inTransaction(database, async (transaction) => {
    if (goesOn) {
      // A wrong code is used up: services lock a credential that gets the same again.
      const change = { problem, oauth_state: null, ...(problem === "wrong_code" && { code_sent_at: null }) };
      await advanceProviderSignature(transaction, session.id, "prepared", change);
    } else await putProviderSignature(transaction, { session_id: session.id, step: "begun", problem });
    await notify(transaction, session);
  });
}

function hashOf(state: string): string {
  return createHash("sha256").update(state).digest("hex");
}

async function notify(transaction: Transaction, session: SessionRow): Promise<void> {
  await notifySession(transaction, {
    org_id: session.org_id,
    session_id: session.id,
    type: "signature.updated",
    object_id: null,
  });
}
