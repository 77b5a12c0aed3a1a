import { distinguishedName } from "@nexbasira/core/authority/certificate.ts";
import type { Configuration } from "@nexbasira/core/configuration/configuration.ts";
import { Permanent } from "@nexbasira/core/contract/errors.ts";
import type { ProviderCredential, ProviderProblem } from "@nexbasira/core/contract/signing.ts";
import { type CscCredential, loadCredential } from "@nexbasira/core/csc/csc-credentials.ts";
import { CscRefusal } from "@nexbasira/core/csc/csc-service.ts";
import { signByService } from "@nexbasira/core/csc/csc-signatures.ts";
import { openProviderAccess, problemOf } from "@nexbasira/core/csc/open-provider-access.ts";
import { type Database, inTransaction, type Transaction } from "@nexbasira/core/database/database.ts";
import { notifySession } from "@nexbasira/core/database/notify.ts";
import { advanceProviderSignature, findProviderSignature } from "@nexbasira/core/database/provider-signatures.ts";
import { noteFileToCome } from "@nexbasira/core/database/retention.ts";
import { findSession } from "@nexbasira/core/database/sessions.ts";
import { advanceSignatureRequest, findSignatureRequest } from "@nexbasira/core/database/signature-requests.ts";
import type { JobQueue } from "@nexbasira/core/jobs/job-queue.ts";
import type { Storage } from "@nexbasira/core/storage/storage.ts";
import { completeSignature } from "../signing/complete-signature.ts";
import { storePdf, withStoredPdf } from "../signing/pdf-source.ts";
import { PreparedSignature, prepareSignature } from "../signing/prepare-signature.ts";
import type { TimeStampSources } from "../signing/time-stamp-client.ts";
import { finishSignature } from "./finish-signature.ts";

export interface ProviderSigningContext {
  configuration: Pick<Configuration, "signers" | "masterKeys">;
  database: Database;
  jobs: JobQueue;
  storage: Storage;
  timeStamps: TimeStampSources;
}

type Row = NonNullable<Awaited<ReturnType<typeof findProviderSignature>>>;

/** Prepares the report for the certificate that its participant has at the service, so that it only lacks their leave. */
export async function prepareForProvider(context: ProviderSigningContext, sessionId: string): Promise<void> {
  const { database, storage } = context;
  const [row, request] = await load(database, sessionId);
  if (row?.step !== "preparing" || request?.state !== "waiting" || row.credential_id === null) return;
  try {
    const { credential } = await openCredential(context, row, row.credential_id);
    if (request.level === "qes" && !credential.qualified) {
      return await goBack(database, sessionId, "preparing", "begun", "not_qualified");
    }
    const { certificate, chain, algorithm } = credential;
    const prepared = await withStoredPdf(storage, request.document_key, (pdf) => {
      const field = {
        name: nameIn(distinguishedName(certificate.subject)),
        reason: `Signature of session ${sessionId}`,
        location: null,
        contactInfo: null,
      };
      return prepareSignature({ pdf, certificate, chain, algorithm, field, signedAt: new Date() });
    });
    await inTransaction(database, async (transaction) => {
      const change = {
        step: "prepared",
        problem: null,
        prepared: JSON.stringify(prepared),
        credential: JSON.stringify(describe(credential)),
      } as const;
      if (await advanceProviderSignature(transaction, sessionId, "preparing", change)) {
        await notify(transaction, sessionId);
      }
    });
  } catch (error) {
    if (!(error instanceof CscRefusal)) throw error;
    await goBack(database, sessionId, "preparing", "begun", problemOf(error));
  }
}

function describe(credential: CscCredential): ProviderCredential {
  return {
    subject: distinguishedName(credential.certificate.subject),
    mode: credential.mode,
    factors: credential.factors.map(({ id, kind, label, numeric }) => ({ id, kind, label, numeric })),
  };
}

/**
 * Has the service make the signature that the participant has given leave for, and hands the report on to the seal. The
 * value is kept before anything else is done with it: a leave is good for one.
 */
export async function signByProvider(context: ProviderSigningContext, sessionId: string): Promise<void> {
  const { database, storage, timeStamps } = context;
  const [row, request, session] = await load(database, sessionId);
  if (row?.step !== "authorized" || request?.state !== "confirmed" || !session || row.credential_id === null) return;
  const prepared = PreparedSignature.parse(row.prepared);
  try {
    const { subject } = describeRow(row);
    const value = row.value
      ? Buffer.from(row.value, "base64")
      : await makeValue(context, row, row.credential_id, prepared);
    const { signed, pdf } = await withStoredPdf(storage, request.document_key, async (document) => {
      const result = await completeSignature(document, prepared, new Uint8Array(value), { timeStamps });
      return { signed: result, pdf: await storePdf(storage, result.pdf, (key) => noteFileToCome(database, key)) };
    });
    await finishSignature(context, session, {
      pdf,
      signedAt: signed.signedAt,
      certificate_subject: subject,
      name: nameIn(subject),
    });
  } catch (error) {
    if (!(error instanceof CscRefusal)) throw error;
    const problem = problemOf(error);
    await goBack(database, sessionId, "authorized", problem === "ended" ? "prepared" : "begun", problem);
  }
}

/** The common name of a distinguished name; the whole of one without. */
function nameIn(subject: string): string {
  return /(?:^|, )CN=([^,]+)/.exec(subject)?.[1] ?? subject;
}

async function makeValue(
  context: ProviderSigningContext,
  row: Row,
  credentialId: string,
  prepared: PreparedSignature,
): Promise<Uint8Array> {
  const { service, token, secrets, credential } = await openCredential(context, row, credentialId);
  const data = Buffer.from(prepared.signedAttributes, "base64");
  const authorization = secrets.sad ? { sad: secrets.sad.value, expiresAt: new Date(secrets.sad.expires_at) } : null;
  const value = await signByService(service, token, { credential, data, authorization });
  await inTransaction(context.database, (transaction) =>
    advanceProviderSignature(transaction, row.session_id, "authorized", {
      value: Buffer.from(value).toString("base64"),
      secrets: null,
    }),
  );
  return value;
}

function describeRow(row: Row): { subject: string } {
  const subject = row.credential !== null && "subject" in row.credential ? row.credential.subject : undefined;
  if (typeof subject !== "string") throw new Permanent("the credential was never read");
  return { subject };
}

async function openCredential({ configuration }: ProviderSigningContext, row: Row, credentialId: string) {
  const access = await openProviderAccess(configuration, row.secrets);
  return { ...access, credential: await loadCredential(access.service, access.token, credentialId) };
}

/** Leads back to asking the person; the report waits on. */
export async function goBack(
  database: Database,
  sessionId: string,
  from: Row["step"],
  to: "begun" | "prepared",
  problem: ProviderProblem,
): Promise<void> {
  await inTransaction(database, async (transaction) => {
    const change = { step: to, problem, code_sent_at: null, value: null } as const;
    if (!(await advanceProviderSignature(transaction, sessionId, from, change))) return;
    await advanceSignatureRequest(transaction, sessionId, "confirmed", { state: "waiting" });
    await notify(transaction, sessionId);
  });
}

async function load(database: Database, sessionId: string) {
  return Promise.all([
    findProviderSignature(database, sessionId),
    findSignatureRequest(database, sessionId),
    findSession(database, sessionId),
  ]);
}

async function notify(transaction: Transaction, sessionId: string): Promise<void> {
  const session = await findSession(transaction, sessionId);
  if (!session) return;
  await notifySession(transaction, {
    org_id: session.org_id,
    session_id: sessionId,
    type: "signature.updated",
    object_id: null,
  });
}
